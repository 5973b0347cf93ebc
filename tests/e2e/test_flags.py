"""Every switch is thrown once: what it stands for is gone, all the rest is there."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from catalyst_bot.settings_rows import setting_rows
from catalyst_bot.simulation.papers import publish_release
from catalyst_bot.simulation.quote_shapes import Price
from tests.e2e.stage import (
    FIELD,
    Stage,
    add_webhook,
    in_channel,
    open_stage,
    release,
)
from tests.waiting import until

RAISED = "Alderbrook raises full-year guidance to $610 million on record profit"
CUT = "Alderbrook withdraws full-year guidance"
CHANNELS = """
[[channel]]
name = "all"
webhook = "DISCORD_WEBHOOK_URL"

[[channel]]
name = "desk"
webhook = "DESK"
tickers = ["NONE"]

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
        desk = add_webhook(stage.world.discord)
        stage.env["DISCORD_WEBHOOK_URL_DESK"] = desk
        (stage.folder / "channels.toml").write_text(CHANNELS, encoding="utf-8")
        link = publish_release(
            stage.world.feeds, "raised", company="Alderbrook", title=RAISED
        )
        async with stage.running():
            await stage.primed()
            stage.publish(replace(release(RAISED), link=link))
            await stage.posted(1)
            stage.publish(release(CUT))
            yield Seen(stage, desk)


def test_every_switch_has_a_sign() -> None:
    switches = {row.name for row in setting_rows() if row.name.startswith("FEATURE_")}
    assert switches == set(SIGNS) | ELSEWHERE


@pytest.mark.parametrize("switch", ["", *SIGNS])
async def test_a_switch_takes_away_its_own_sign_and_no_other(switch: str) -> None:
    gone = {switch} | NEEDS.get(switch, frozenset()) if switch else set()
    async with told(**{switch: "0"} if switch else {}) as seen:
        left = [sign for name, sign in SIGNS.items() if name not in gone]
        await until(lambda: all(sign(seen) for sign in left))
    assert not any(SIGNS[name](seen) for name in gone)
