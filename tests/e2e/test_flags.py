"""Every switch is thrown once: what it stands for is gone, all the rest is there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from catalyst_bot.settings_rows import setting_rows
from catalyst_bot.simulation.feed_shapes import WireItem
from catalyst_bot.simulation.papers import publish_release
from catalyst_bot.simulation.quote_shapes import Price
from tests.e2e.stage import (
    FIELD,
    Stage,
    add_desk,
    in_channel,
    open_stage,
    release,
)
from tests.waiting import LONGEST, until

RAISED = "Alderbrook raises full-year guidance to $610 million on record profit"
CUT = "Alderbrook withdraws full-year guidance"
WATCHES = """
[[watch]]
query = "record profit"
channel = "desk"
"""
Sign = Callable[["Seen"], bool]


class Seen:
    """What a subscriber and a browser find."""

    def __init__(self, stage: Stage, desk: str) -> None:
        self._stage, self._desk = stage, desk

    def has(self, field: str) -> bool:
        return any(
            field in {one["name"] for one in embed.get("fields", ())}
            for card in self._stage.world.discord.cards
            for embed in card.embeds
        )

    def desk_has_a_card(self) -> bool:
        return bool(in_channel(self._stage.world.discord, self._desk))

    async def rests(self) -> None:
        """Wait until both headlines stand and nothing is left to be done."""
        await self._stage.card(CUT, until=bool)
        app = self._stage.app
        assert app is not None
        async with asyncio.timeout(LONGEST):
            while await app.ledger.backlog():  # noqa: ASYNC110 - tells nobody
                await asyncio.sleep(0.02)

    def is_served(self) -> bool:
        return bool(self._stage.app and self._stage.app.url)


SIGNS: Mapping[str, Sign] = {
    "FEATURE_PROGRESSIVE_ALERTS": lambda seen: seen.has(FIELD),
    "FEATURE_LLM": lambda seen: seen.has("Model"),
    "FEATURE_WEB": Seen.is_served,
    "FEATURE_MARKET_DATA": lambda seen: seen.has("Price"),
    "FEATURE_CONTRADICTION": lambda seen: seen.has("Conflicts with"),
    "FEATURE_KEY_FACTS": lambda seen: seen.has("Key facts"),
    "FEATURE_WATCH": Seen.desk_has_a_card,
}
ELSEWHERE = {"FEATURE_ASK_CODE"}  # test_ask_code.py: it is no part of the daemon
# What is not there without the other.
NEEDS: Mapping[str, frozenset[str]] = {
    "FEATURE_LLM": frozenset({"FEATURE_PROGRESSIVE_ALERTS", "FEATURE_KEY_FACTS"}),
    "FEATURE_PROGRESSIVE_ALERTS": frozenset({"FEATURE_LLM", "FEATURE_KEY_FACTS"}),
}


@asynccontextmanager
async def told(**switches: str) -> AsyncIterator[Seen]:
    """Run the product on two headlines, the second against the first."""
    async with open_stage(env={"FEATURE_KEY_FACTS": "1", **switches}) as stage:
        stage.world.quotes.prices["ALDB"] = Price(last=11.5, previous_close=10.0)
        desk = add_desk(stage, WATCHES)
        raised, cut = (_told_at_length(stage, title) for title in (RAISED, CUT))
        async with stage.running():
            await stage.primed()
            stage.publish(raised)
            await stage.posted(1)
            stage.publish(cut)
            yield Seen(stage, desk)


def _told_at_length(stage: Stage, title: str) -> WireItem:
    """Return a release behind which there is a page."""
    link = publish_release(
        stage.world.feeds, title.split()[1], company="Alderbrook", title=title
    )
    return replace(release(title), link=link)


def test_every_switch_has_a_sign() -> None:
    switches = {row.name for row in setting_rows() if row.name.startswith("FEATURE_")}
    assert switches == set(SIGNS) | ELSEWHERE


@pytest.mark.parametrize("switch", ["", *SIGNS])
async def test_a_switch_takes_away_its_own_sign_and_no_other(switch: str) -> None:
    gone = {switch} | NEEDS.get(switch, frozenset()) if switch else set()
    async with told(**{switch: "0"} if switch else {}) as seen:
        left = [sign for name, sign in SIGNS.items() if name not in gone]
        await until(lambda: all(sign(seen) for sign in left))
        await seen.rests()
    assert not any(SIGNS[name](seen) for name in gone)
