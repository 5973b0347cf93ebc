"""Sends hostile texts through every card and times the cleaner: no mercy, no ping.

Run as `python -m benchmarks.hostile_corpus`. Each text of the corpus stands in every
place of a card, in each phase, alone and in a batch, for a webhook and for a bot. The
cleaner is timed with exactly the calls that a card makes, of ordinary news and of the
corpus.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from types import FrameType
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from catalyst_bot.card_state import CardState
from catalyst_bot.delivery import clean
from catalyst_bot.delivery.render import render
from catalyst_bot.model import Alert
from catalyst_bot.simulation.discord_rules import violations
from tests import discord_schema
from tests.alerts import alert_of, analysed, verdict_of
from tests.hostile import CORPUS, LINK, live_parts, payloads_of
from tests.news import headline

RULES = {
    "create": "create",
    "edit": "edit",
    "bot_create": "bot_create",
    "bot_edit": "edit",
}
ROUNDS = 200
BAR = 60.0  # microseconds of the cleaner for one card
CLEANERS = (clean.clean_feed, clean.clean_model, clean.clean_url, clean.clean_footer)
NEWS = (
    "Acme Robotics Reports Third Quarter Results, Raises Full-Year Guidance",
    "Borealis Foods announces pricing of $40 million registered direct offering",
    "Cobalt Ridge Mining drills 4.2 g/t gold over 31 metres – “best hole to date”",
    "FDA grants Dunmore Biotech's DB-101 priority review for café-au-lait spots",
)
Call = Callable[[], str]


@dataclass(slots=True)
class Count:
    """What was found in all payloads."""

    payloads: int = 0
    invalid: int = 0
    live: int = 0


def is_valid(kind: str, payload: dict[str, Any]) -> bool:
    """Tell whether the nine rules and Discord's description find nothing."""
    if violations(RULES[kind], payload):
        return False
    return bool(discord_schema.skip) or not discord_schema.violations(kind, payload)


def judged() -> Count:
    """Return what the whole corpus gives."""
    count = Count()
    for text in CORPUS:
        for made in payloads_of(text):
            payload = orjson.loads(orjson.dumps(made))
            count.live += bool(live_parts(payload))
            for kind in RULES:
                count.payloads += 1
                count.invalid += not is_valid(kind, payload)
    return count


def calls_of(alert: Alert, state: CardState) -> list[Call]:
    """Return the calls of the cleaner that one card makes."""
    found: list[Call] = []
    codes = {cleaner.__code__: cleaner for cleaner in CLEANERS}

    def note(frame: FrameType, event: str, _: object) -> None:
        cleaner = codes.get(frame.f_code) if event == "call" else None
        if cleaner is not None:
            given = dict(frame.f_locals)
            text = given.pop("text", None) or given.pop("url", "")
            found.append(partial(cleaner, text, **given))

    sys.setprofile(note)
    try:
        render(alert, state, disclaimer="not investment advice")
    finally:
        sys.setprofile(None)
    return found


def microseconds(calls: Sequence[Call]) -> float:
    """Return the median time of all calls of one card."""
    laps = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for call in calls:
            call()
        laps.append(time.perf_counter() - began)
    return median(laps) * 1e6


def ordinary() -> list[float]:
    """Return the microseconds for cards of ordinary news, pending and analysed."""
    return [
        microseconds(calls_of(alert_of(headline(title, link=LINK)), state))
        for title in NEWS
        for state in (CardState(), CardState(analysis=analysed(verdict_of())))
    ]


def hostile() -> list[float]:
    """Return the microseconds for cards of hostile news, pending."""
    return [
        microseconds(
            calls_of(alert_of(headline(text, link=LINK), key="feed:1"), CardState())
        )
        for text in CORPUS
    ]


def main() -> int:
    """Print the figures; exit 1 when a payload is invalid or live."""
    count, news, attacks = judged(), ordinary(), hostile()
    table = Table("what", "figure", "bar")
    table.add_row("texts, payloads", f"{len(CORPUS)}, {count.payloads}", "")
    table.add_row("invalid payloads", str(count.invalid), "0")
    table.add_row("payloads with something live", str(count.live), "0")
    bar = f"{BAR:.0f} µs"
    table.add_row("cleaner, a card of news", f"{median(news):.1f} µs", bar)
    table.add_row("cleaner, slowest card of news", f"{max(news):.1f} µs", bar)
    table.add_row("cleaner, a card of the corpus", f"{median(attacks):.1f} µs", bar)
    table.add_row("cleaner, slowest of the corpus", f"{max(attacks):.1f} µs", "")
    console = Console()
    console.print(table)
    if discord_schema.skip:
        console.print(discord_schema.skip)
    return int(bool(count.invalid or count.live))


if __name__ == "__main__":
    sys.exit(main())
