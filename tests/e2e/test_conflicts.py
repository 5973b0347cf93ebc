"""News that contradicts an alert: both cards tell it, whatever the policy thinks."""

import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.feed_shapes import globenewswire, prnewswire
from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.simulation.world import Listed
from tests.e2e.stage import (
    Stage,
    add_webhook,
    as_bot,
    in_channel,
    is_final,
    open_stage,
    release,
    write_channels,
)
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOOSE = {"ALERT_MIN_SCORE": "0.1"}  # what a rumour scores
CONFLICTS, DISPUTED, CORRECTED = "Conflicts with", "Disputed by", "Corrected by"
LINK = r"\[(?:earlier|newer) alert\]\(https://discord\.com/channels/{}/(\d+)/(\d+)\) "
LINE = r"<t:\d+:R> • {}: {}"
Claim = Callable[[Message], bool]


def talks(company: str) -> str:
    return f"{company} in talks to be acquired by Brightmoor"


def untrue(company: str) -> str:
    return f"{company} says report of talks with Brightmoor is untrue"


def has(field: str, *words: str) -> Claim:
    """Return a claim: the field holds these words, once the model has spoken."""
    return lambda message: (
        is_final(message)
        and field in str(message.embeds)
        and all(word in message.field(field) for word in words)
    )


@dataclass(frozen=True, slots=True)
class Town:
    """A daemon with two channels, for each of which a subscriber looks."""

    stage: Stage
    url: str
    webhooks: tuple[str, str]

    async def says(self, title: str, ticker: str) -> Message:
        """Let the wire say something; return its card in the first channel."""
        self.stage.publish(release(title, ticker=ticker))
        return await self.card(title, is_final)

    async def card(self, title: str, claim: Claim, *, channel: int = 0) -> Message:
        """Wait until a channel's card with this headline is as claimed."""
        discord, hook = self.stage.world.discord, self.webhooks[channel]

        def found() -> list[Message]:
            cards = [card for one in in_channel(discord, hook) for card in one.cards()]
            return [one for one in cards if one.title.endswith(title) and claim(one)]

        await discord.wait_for(lambda: bool(found()), timeout=60)
        (card,) = found()
        return card

    def titles(self) -> list[str]:
        return [card.title for card in self.stage.world.discord.cards]

    async def alerts(self, ticker: str) -> list[Any]:
        """Return what the API says of a ticker, newest first."""
        path = f"/api/alerts?ticker={ticker}"
        async with aiohttp.ClientSession(self.url) as client, client.get(path) as reply:
            return list((await reply.json())["alerts"])

    async def metrics(self) -> str:
        async with (
            aiohttp.ClientSession(self.url) as client,
            client.get("/metrics") as reply,
        ):
            return await reply.text()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town() -> AsyncIterator[Town]:
    listed = (Listed(name="wire"), Listed(name="other"))
    async with open_stage(listed=listed, env=LOOSE) as stage:
        discord = stage.world.discord
        hooks = (discord.webhook_url, add_webhook(discord))
        stage.env["DISCORD_WEBHOOK_URL_DESK"] = hooks[0]
        stage.env["DISCORD_WEBHOOK_URL_FLOOR"] = hooks[1]
        write_channels(
            stage.folder,
            'name = "desk"\nwebhook = "DESK"',
            'name = "floor"\nwebhook = "FLOOR"\npattern = "be acquired"',
        )
        async with stage.running() as app:
            await stage.primed()
            await until(lambda: len(guild_answers(stage)) == 2)
            yield Town(stage, app.url, hooks)


def guild_answers(stage: Stage) -> list[int]:
    asked = [one for one in stage.world.discord.requests if one.method == "GET"]
    return [one.status for one in asked if one.status]


async def test_a_neutral_denial_is_posted_and_both_cards_tell_it_in_each_channel(
    town: Town,
) -> None:
    rumour, denial = talks("Alderbrook"), untrue("Alderbrook")
    await town.says(rumour, "ALDB")
    town.stage.publish(release(denial, ticker="ALDB"))
    guild = town.stage.world.discord.guild.id
    for channel in range(2):
        later = await town.card(denial, has(CONFLICTS, "confirmed"), channel=channel)
        earlier = await town.card(rumour, has(DISPUTED), channel=channel)
        unsure = LINK.format(guild) + LINE.format("denial, unconfirmed", rumour)
        first = re.fullmatch(unsure, later.history[0].field(CONFLICTS))
        assert first is not None
        assert first.groups() == (earlier.channel_id, earlier.id)
        sure = LINK.format(guild) + LINE.format("denial, confirmed", rumour)
        assert re.fullmatch(sure, later.field(CONFLICTS))
        note = LINK.format(guild) + LINE.format("denial, confirmed", denial)
        told = re.fullmatch(note, earlier.field(DISPUTED))
        assert told is not None
        assert told.groups() == (later.channel_id, later.id)
        assert sum(bool(one.field(DISPUTED)) for one in earlier.history) == 1
    newer, older = await town.alerts("ALDB")
    (conflict,), (dispute,) = newer["conflicts_with"], older["disputed_by"]
    assert (conflict["id"], dispute["id"]) == (older["id"], newer["id"])
    assert dispute["state"] == "confirmed"
    metrics = await town.metrics()
    assert 'conflicts_total{kind="denial",state="confirmed"} 1.0' in metrics


async def test_a_second_wire_with_the_denial_joins_the_first_and_contradicts_nothing(
    town: Town,
) -> None:
    rumour, denial = talks("Cinderfield"), untrue("Cinderfield")
    await town.says(rumour, "CNDF")
    await town.says(denial, "CNDF")
    copy = replace(release(denial, ticker="CNDF"), link="https://other.example/denial")
    town.stage.world.feeds.publish("other", globenewswire([copy]))
    later = await town.card(denial, lambda card: bool(card.field("Also")))
    assert "other" in later.field("Also")
    earlier = await town.card(rumour, has(DISPUTED))
    assert earlier.field(DISPUTED).count("alert]") == 1
    assert sum("is untrue" in title for title in town.titles() if "CNDF" in title) == 2


async def test_the_same_words_about_another_ticker_contradict_nothing(
    town: Town,
) -> None:
    await town.says(talks("Dunmore"), "DUNM")
    dull, news = (
        untrue("Dunmore"),
        "Elverstone raises full-year guidance on record profit",
    )
    town.stage.publish(release(dull, ticker="ELVS"), release(news, ticker="ELVS"))
    await town.card(news, is_final)
    assert not any(dull in title for title in town.titles())


async def test_what_the_model_finds_consistent_leaves_both_cards(town: Town) -> None:
    raised = "Fennimore raises full-year guidance on record profit"
    dropped = "Fennimore abandons full-year guidance after record profit"
    await town.says(raised, "FENM")
    later = await town.says(dropped, "FENM")
    assert "another outlook, unconfirmed" in later.history[0].field(CONFLICTS)
    assert later.field(CONFLICTS) == ""
    earlier = await town.card(raised, is_final)
    assert DISPUTED not in str(earlier.embeds)


async def test_a_verdict_that_cannot_be_read_leaves_it_unconfirmed_on_both(
    town: Town,
) -> None:
    rumour, denial = talks("Glasswater"), untrue("Glasswater")
    await town.says(rumour, "GLWS")
    town.stage.world.llm.modes[f'"later": "{denial}'] = Mode.CUT
    await town.says(denial, "GLWS")
    later = await town.card(denial, has(CONFLICTS, "unconfirmed"))
    assert later.field("AI analysis").startswith(("Neutral", "Bullish", "Bearish"))
    await town.card(rumour, has(DISPUTED, "denial, unconfirmed"))


async def test_a_corrected_digit_under_the_same_link_is_an_alert(town: Town) -> None:
    wrong = "Hartsmere declares special dividend of $0.53 per share"
    right = "Hartsmere corrects special dividend to $0.35 per share"
    first = release(wrong, ticker="HRTM")
    town.stage.publish(first)
    await town.card(wrong, is_final)
    again = replace(release(right, ticker="HRTM"), link=first.link, identity="2")
    town.stage.world.feeds.publish("other", prnewswire([again]))
    await town.card(right, has(CONFLICTS, "correction, confirmed"))
    await town.card(wrong, has(CORRECTED, right))


async def test_a_deleted_card_is_not_tried_again_and_the_other_channel_is_told(
    town: Town,
) -> None:
    discord = town.stage.world.discord
    rumour, denial = talks("Inverlock"), untrue("Inverlock")
    await town.card((await town.says(rumour, "INVL")).title, is_final, channel=1)
    gone = await town.card(rumour, is_final)
    discord.delete(gone.id)
    await town.says(denial, "INVL")
    await town.card(rumour, has(DISPUTED), channel=1)
    await discord.wait_for(lambda: bool(tries(town, gone)), timeout=60)
    _, older = await town.alerts("INVL")
    assert len(older["disputed_by"]) == 1
    assert tries(town, gone) == [404]


def tries(town: Town, message: Message) -> list[int]:
    """Return how the edits of a message ended after it was deleted."""
    requests = town.stage.world.discord.requests
    edits = [one for one in requests if one.path.endswith(f"/{message.id}")]
    return [one.status for one in edits if one.status == 404]


async def test_a_bot_without_a_model_tells_both_at_once_after_a_restart() -> None:
    async with open_stage(env=LOOSE | {"FEATURE_LLM": "0"}) as stage:
        stage.env |= as_bot(stage.world.discord)
        async with stage.running():
            await stage.primed()
            stage.publish(release(talks("Alderbrook"), ticker="ALDB"))
            stage.publish(release(talks("Brightmoor Energy"), ticker="BMOR"))
            await stage.posted(2)
        let_pass(stage, "BMOR", hours=73)
        stage.publish(release(untrue("Brightmoor Energy"), ticker="BMOR"))
        stage.publish(release(untrue("Alderbrook"), ticker="ALDB"))
        async with stage.running():
            earlier = await stage.card(talks("Alderbrook"), until=has(DISPUTED))
            assert "denial, unconfirmed" in earlier.field(DISPUTED)
            later = await stage.card(untrue("Alderbrook"), until=has(CONFLICTS))
            assert earlier.id in later.field(CONFLICTS)
        stage.env["FEATURE_CONTRADICTION"] = "0"
        dull = "Alderbrook says talks with Brightmoor are untrue"
        news = "Cinderfield raises full-year guidance on record profit"
        stage.publish(release(dull, ticker="ALDB"), release(news, ticker="CNDF"))
        async with stage.running():
            await stage.card(news, until=is_final)
        assert len(stage.world.discord.cards) == 4


def let_pass(stage: Stage, ticker: str, *, hours: float) -> None:
    """Make an alert of the closed ledger older."""
    with closing(sqlite3.connect(stage.folder / "catalyst.db")) as database, database:
        database.execute(
            "UPDATE alerts SET raised = raised - ? WHERE tickers LIKE ?",
            (hours * 3600, f"% {ticker} %"),
        )
