"""Standing queries from channels.toml to the phone that rings, one daemon for all."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from catalyst_bot.app import App, Parts
from catalyst_bot.simulation.discord_records import Message
from tests.e2e.stage import (
    Stage,
    add_desk,
    in_channel,
    is_final,
    open_stage,
    release,
    write_desk,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

USER, ROLE, OTHER = "1" * 18, "2" * 18, "3" * 18
READER, CALLED, SILENT = "4" * 18, "5" * 18, "6" * 18
NAVY = "Coldwater wins $400 million contract from the navy"
WANTED = "Alderbrook raises full-year guidance on record profit"
DULL = "Birchmoor to display old clocks in Ohio"  # its score alone makes no alert
WATCHES = f"""
[[watch]]
query = "record profit"
channel = "desk"
user_id = "{USER}"

[[watch]]
query = "@everyone guidance <@{OTHER}>"
threshold = 0.2
channel = "desk"

[[watch]]
query = "old clock"
channel = "desk"
role_id = "{ROLE}"

[[watch]]
query = "zinc mine"
ticker = "ALDB"
channel = "desk"

[[watch]]
query = "navy vessels"
channel = "desk"
user_id = "{READER}"

[[watch]]
query = "navy helicopters"
user_id = "{CALLED}"

[[watch]]
query = "navy shipyard strike"
user_id = "{SILENT}"
"""


class Town:
    """A running daemon whose desk is rung by its watches."""

    def __init__(self, stage: Stage, app: App, desk: str) -> None:
        self.stage, self.app, self._desk = stage, app, desk

    @property
    def pings(self) -> list[str]:
        return self.stage.world.discord.pings

    async def in_desk(self, title: str) -> Message:
        """Wait until the desk has a card with its verdict; return it."""
        discord = self.stage.world.discord

        def found() -> list[Message]:
            cards = in_channel(discord, self._desk)
            return [one for one in cards if one.mentions(title) and is_final(one)]

        await discord.wait_for(lambda: bool(found()), timeout=40)
        return found()[0]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town() -> AsyncIterator[Town]:
    async with open_stage() as stage:
        desk = add_desk(stage, WATCHES)
        stage.parts = Parts(reread=lambda _: stage.configuration())
        async with stage.running() as app:
            await stage.primed()
            stage.publish(
                release(WANTED),
                release(DULL, ticker="BMOR"),
                release(NAVY, ticker="COLD"),
            )
            yield Town(stage, app, desk)


async def test_a_watch_brings_the_card_and_rings_once(town: Town) -> None:
    card = await town.in_desk(WANTED)
    post, edit = card.history[0].payload, card.history[-1].payload
    assert post["content"].startswith(f"<@{USER}> ALDB ▲ ")
    assert post["allowed_mentions"] == {"parse": [], "users": [USER]}
    assert edit["content"] == post["content"]
    assert edit["allowed_mentions"] == {"parse": []}
    assert town.pings.count(f"<@{USER}>") == 1


async def test_no_query_rings_anybody_by_its_words(town: Town) -> None:
    await town.in_desk(WANTED)
    assert not {"@everyone", f"<@{OTHER}>"} & {*town.pings}


async def test_what_only_a_watch_wants_stands_in_its_channel_alone(town: Town) -> None:
    card = await town.in_desk(DULL)
    assert card.content.startswith(f"<@&{ROLE}> BMOR ")
    assert town.pings.count(f"<@&{ROLE}>") == 1
    assert sum(DULL in one.title for one in town.stage.world.discord.cards) == 1


async def test_what_the_model_finds_later_is_a_card_of_its_own(town: Town) -> None:
    card = await town.in_desk(NAVY)
    post = card.history[0].payload
    assert post["content"].startswith(f"<@{READER}> COLD ")
    assert post["allowed_mentions"] == {"parse": [], "users": [READER]}
    assert town.pings.count(f"<@{READER}>") == 1


async def test_where_the_card_stands_the_model_s_hit_is_a_message_that_rings(
    town: Town,
) -> None:
    discord = town.stage.world.discord
    await discord.wait_for(lambda: f"<@{CALLED}>" in discord.pings, timeout=40)
    (ring,) = [
        one for one in discord.messages.values() if "navy helicopters" in one.content
    ]
    (card,) = [
        one
        for one in in_channel(discord, discord.webhook_url)
        if NAVY in one.title and one.embeds
    ]
    assert ring.content.startswith(f"<@{CALLED}> Watch navy helicopters (0.75): ")
    assert f"COLD {NAVY}" in ring.content
    assert card.id in ring.content
    assert ring.history[0].payload["allowed_mentions"] == {
        "parse": [],
        "users": [CALLED],
    }
    assert f"<@{CALLED}>" not in card.content


async def test_what_the_model_says_no_to_is_not_told(town: Town) -> None:
    await town.in_desk(NAVY)
    asked = town.stage.world.llm.prompts
    assert any("navy shipyard strike" in one.prompt for one in asked)
    assert f"<@{SILENT}>" not in town.pings


async def test_the_api_names_the_watches_that_took_an_alert(town: Town) -> None:
    await town.in_desk(DULL)
    assert await watches_of(town, "BMOR") == [("old clock", 1.0)]


async def test_the_ticker_of_a_watch_takes_the_alerts_of_its_stock(
    town: Town,
) -> None:
    await town.in_desk(WANTED)
    assert ("zinc mine", 0.9) in await watches_of(town, "ALDB")
    assert "zinc mine" not in str(await watches_of(town, "BMOR"))


async def watches_of(town: Town, ticker: str) -> list[tuple[str, float]]:
    """Return what the API tells of the watches that took the alert of a stock."""
    async with (
        aiohttp.ClientSession(town.app.url) as client,
        client.get("/api/alerts", params={"ticker": ticker}) as reply,
    ):
        (alert,) = (await reply.json())["alerts"]
    told = alert["watches"]
    assert {(one["channel"], one["source"]) for one in told} == {("desk", "local")}
    return [(one["query"], one["score"]) for one in told]


async def test_texts_are_scored_by_the_daemon_too(town: Town) -> None:
    documents = [{"title": WANTED, "id": "w"}, {"title": DULL, "id": "d"}]
    order = {"query": "profit warning", "documents": documents}
    async with (
        aiohttp.ClientSession(town.app.url) as client,
        client.post("/api/score", json=order) as reply,
    ):
        answer = await reply.json()
    found = [(one["id"], one["score"], one["source"]) for one in answer["scores"]]
    assert found == [("w", 0.75, "llm"), ("d", 0.0, "llm")]
    assert answer["usage"]["concurrency"] == 5


async def test_who_asks_the_same_later_gives_what_is_in_flight_more_time(
    town: Town,
) -> None:
    llm, first_is_told = town.stage.world.llm, asyncio.Event()
    query = "guidance of the year"

    def asked() -> int:
        return sum(query in one.prompt for one in llm.prompts)

    async def hold(prompt: str, _stage: str) -> None:
        if query in prompt:
            await first_is_told.wait()

    async with (
        aiohttp.ClientSession(town.app.url) as client,
        asyncio.TaskGroup() as group,
    ):

        async def score(seconds: float) -> Any:
            documents = [{"title": WANTED}]
            order = {"query": query, "documents": documents, "timeout_s": seconds}
            async with client.post("/api/score", json=order) as reply:
                return (await reply.json())["scores"][0]

        llm.on_request = hold
        first = group.create_task(score(6))
        await llm.wait_for(lambda: asked() == 1, timeout=40)
        second = group.create_task(score(60))
        assert (await first)["error"]["kind"] == "timeout"
        first_is_told.set()
        assert (await second)["source"] == "llm"
    assert asked() == 1  # whose time was up has not ended it for the other


async def test_a_reload_takes_a_changed_watch(town: Town) -> None:
    stage = town.stage
    changed = WATCHES.replace("shipyard strike", "").replace("navy ", "vaccines ")
    write_desk(stage.folder, changed)
    contact = json.loads((stage.folder / "catalyst.control").read_text())
    headers = {"Authorization": f"Bearer {contact['token']}"}
    async with (
        aiohttp.ClientSession(town.app.url, headers=headers) as client,
        client.post("/api/control/reload", json={}) as reply,
    ):
        assert not (await reply.json())["faults"]
    stage.publish(release("Eastmoor wins approval for vaccines", ticker="EAST"))
    discord = stage.world.discord
    await discord.wait_for(lambda: f"<@{SILENT}>" in discord.pings, timeout=40)
