"""What a subscriber sees of the alerts that scripts send, and what the scripts get."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from catalyst_bot.alerts import drain, send_progressive_alert
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.scripts import Ran, run_script

HEAD = """\
import asyncio, logging, os, sys, threading
from catalyst_bot.alerts import drain, send_progressive_alert
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
URL = os.environ["DISCORD_WEBHOOK_URL"]
def alert(title="Acme wins a record award"):
    return {"item": {"ticker": "ACME", "title": title}, "scored": {"sentiment": 0.5}}
async def main(title="Acme wins a record award"):
    print(await send_progressive_alert(alert(title), URL))
"""
ONE = "asyncio.run(main())\n"
FIELD = "AI analysis"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A script's outside."""

    discord: FakeDiscord
    model: FakeLLM
    folder: Path

    async def run(self, script: str, **env: str) -> Ran:
        """Run a script after HEAD; the webhook's token shows in nothing it prints."""
        known = {
            "DISCORD_WEBHOOK_URL": self.discord.webhook_url,
            "LLM_ENDPOINT_URL": self.model.endpoint_url,
            "LLM_ENRICH_DEADLINE_SECS": "15",
        }
        ran = await run_script(HEAD + script, self.folder, **(known | env))
        assert self.discord.webhook_token not in ran.out + ran.err
        assert "Traceback" not in ran.err, ran.err
        return ran

    def final(self, title: str = "Acme wins") -> str:
        return self.discord.find(title).field(FIELD)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with FakeDiscord().open() as discord, FakeLLM().open() as model:
        yield World(discord=discord, model=model, folder=tmp_path)


async def test_a_script_that_waits_sees_its_alert_read(world: World) -> None:
    script = """
async def wait():
    await main()
    await drain()
    await drain()
    print("final", flush=True)
asyncio.run(wait())
os._exit(0)  # nothing is left for the exit to do
"""
    ran = await world.run(script)
    assert ran.out.endswith("final\n")
    assert world.final().startswith("Bullish")


async def test_the_call_returns_before_the_model_has_read(world: World) -> None:
    world.model.latency = 1.0
    script = ONE + "os._exit(0)\n"
    await world.run(script)
    assert world.final().startswith("⏳ Pending")


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (Mode.HANG, "⏱ Timed out"),
        (Mode.HTTP_500, "⚠ AI offline"),
        (Mode.NOT_JSON, "⚠ No analysis"),
    ],
)
async def test_a_sick_model_is_named_on_the_card_before_the_script_exits(
    world: World, mode: Mode, said: str
) -> None:
    world.model.mode = mode
    ran = await world.run(ONE, LLM_ENRICH_DEADLINE_SECS="5")
    assert ran.code == 0
    assert world.final().startswith(said)


async def test_a_script_that_fails_later_still_gets_its_edit(world: World) -> None:
    world.model.latency = 0.3
    ran = await world.run(ONE + "sys.exit(3)\n")
    assert ran.code == 3
    assert world.final().startswith("Bullish")


async def test_one_loop_after_another_shares_one_thread(world: World) -> None:
    script = """
for number in range(3):
    asyncio.run(main(f"Acme wins record award no. {number}"))
print([thread.name for thread in threading.enumerate()].count("catalyst-alerts"))
"""
    ran = await world.run(script)
    assert ran.out.split()[-1] == "1"
    for number in range(3):
        assert world.final(f"no. {number}").startswith("Bullish")


async def test_twenty_at_once_within_the_limits_of_the_webhook(world: World) -> None:
    world.discord.limits = {"execute": (5, 0.3), "edit": (5, 0.3)}
    script = """
async def many():
    await asyncio.gather(*(main(f"Acme wins award {n:02}") for n in range(20)))
asyncio.run(many())
"""
    await world.run(script, LLM_ENRICH_DEADLINE_SECS="20")
    finals = [card.field(FIELD) for card in world.discord.messages.values()]
    assert len(finals) == 20
    assert all(final.startswith("Bullish") for final in finals)


async def test_who_stops_waiting_has_not_stopped_the_alert(world: World) -> None:
    world.discord.latency = 2.0
    script = """
async def impatient():
    async with asyncio.timeout(0.3):
        await main()
try:
    asyncio.run(impatient())
except TimeoutError:
    print("gone")
"""
    ran = await world.run(script)
    assert ran.out == "gone\n"
    assert world.final().startswith("Bullish")


async def test_a_dead_webhook_is_none(world: World) -> None:
    world.discord.webhook_gone = True
    ran = await world.run(ONE)
    assert ran.out == "None\n"
    assert "message not written: 404" in ran.err


async def test_a_post_whose_answer_was_lost_is_none_and_not_repeated(
    world: World,
) -> None:
    world.discord.faults = [Fault(kind=FaultKind.LOST_REPLY, method="POST")]
    ran = await world.run(ONE)
    assert ran.out == "None\n"
    assert len(world.discord.posts) == 1


async def test_a_refused_post_and_a_refused_edit_are_tried_again(world: World) -> None:
    world.discord.faults = [
        Fault(kind=FaultKind.RATE_LIMITED, method=method, retry_after=0.2)
        for method in ("POST", "PATCH")
    ]
    await world.run(ONE)
    assert world.final().startswith("Bullish")


@pytest.mark.parametrize("name", ["FEATURE_LLM", "FEATURE_PROGRESSIVE_ALERTS"])
async def test_without_the_model_the_card_has_no_field_for_it(
    world: World, name: str
) -> None:
    await world.run(ONE, **{name: "0"})
    (card,) = world.discord.messages.values()
    assert (card.field(FIELD), card.edits) == ("", ())
    assert not world.model.requests


async def test_all_that_is_known_of_an_alert_stands_on_the_card(world: World) -> None:
    script = """
from datetime import UTC, datetime, timedelta
data = {
    "item": {
        "ticker": "acme", "title": "Acme <b>loses</b> its chief", "source": "my wire",
        "link": "https://news.example/acme",
        "published_at": datetime.now(UTC) - timedelta(seconds=9),
    },
    "scored": {"sentiment": -0.7, "keywords": ["chief"]},
    "last_price": 4.2, "last_change_pct": -3.1,
}
asyncio.run(send_progressive_alert(data, URL))
"""
    await world.run(script)
    card = world.discord.find("ACME ▼ Acme loses its chief")
    (embed,) = card.embeds
    assert embed["url"] == "https://news.example/acme"
    assert embed["description"].startswith("my wire • <t:")
    assert card.field("VADER") == "`-0.70` bearish"
    for version in card.history:  # the edit keeps them
        assert version.field("Price") == "`$4.20` ▼ -3.1 %"
        assert version.field("Keywords") == "chief"
    assert "s to seen" in card.footer


async def test_names_are_resolved_after_the_last_line_too(world: World) -> None:
    script = """
from contextlib import asynccontextmanager
from catalyst_bot.ops.late_loop import LateThread
@asynccontextmanager
async def nobody():
    yield None
async def late(_):
    while threading.main_thread().is_alive():
        await asyncio.sleep(0.01)
    found = await asyncio.get_running_loop().getaddrinfo("localhost", 80)
    print(len(found) > 0)
LateThread(name="late", open_owner=nobody).begin(late)
"""
    ran = await world.run(script)
    assert ran.out == "True\n"


WEBHOOK = "http://127.0.0.1:1/webhooks/1/t"
ITEM = {"ticker": "ACME", "title": "Acme wins"}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({}, "item.ticker"),
        ({"item": None}, "item.title"),
        ({"item": {"ticker": "ACME", "title": " "}}, "item.title"),
        ({"item": {**ITEM, "ticker": 7}}, "item.ticker must be a text, not 7"),
        ({"item": {**ITEM, "link": 7}}, "item.link"),
        ({"item": {**ITEM, "published_at": 7}}, "item.published_at"),
        ({"item": {**ITEM, "published_at": datetime(2026, 1, 1)}}, "aware"),  # noqa: DTZ001
        ({"item": ITEM, "scored": {"sentiment": 80}}, "from -1 to 1, not 80"),
        ({"item": ITEM, "scored": {"sentiment": float("nan")}}, "not nan"),
        ({"item": ITEM, "scored": {"sentiment": "good"}}, "not 'good'"),
        ({"item": ITEM, "scored": {"keywords": "chief"}}, "keywords must be a list"),
        ({"item": ITEM, "last_price": -1}, "last_price must be a number above 0"),
        ({"item": ITEM, "last_price": True}, "last_price must be"),
        ({"item": ITEM, "last_change_pct": "3 %"}, "last_change_pct must be"),
    ],
)
async def test_a_wrong_value_is_named_and_nothing_is_sent(
    data: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        await send_progressive_alert(data, WEBHOOK)


async def test_a_wrong_webhook_is_refused_without_showing_its_token() -> None:
    token = "t0ken" * 14
    with pytest.raises(ValueError, match="webhook_url") as caught:
        await send_progressive_alert({"item": ITEM}, f"https://x.example/{token}")
    assert token not in str(caught.value)


async def test_there_is_nothing_to_wait_for_before_the_first_alert() -> None:
    async with asyncio.timeout(20):
        await drain()
