"""Plays every trouble of the fault matrix and counts what subscribers got.

    python -m benchmarks.faults

The scenes are those of the tests, with more alerts; daemon and servers share one event
loop, so its lag is of all of them. A post's time runs from the feed's last byte to the
request; its p99 stands beside that of a quiet run on the same daemon. Where Discord is
in trouble posts wait for it, and the ratio says nothing.
"""

import asyncio
import logging
import statistics
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.faults.ground import Ground, Outcome, open_ground
from tests.faults.scenes import (
    DISCORD,
    FEED,
    MODEL,
    MODEL_SETTINGS,
    QUIET,
    Scene,
    play,
)

WAVE = 10  # alerts while the trouble lasts, and as many afterwards
SHARE = 0.8  # of the cards that end with a verdict, at least, where the model is well


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Scenes that one daemon plays; `is_timed`: the ratio of posts says something."""

    name: str
    scenes: Mapping[str, Scene]
    is_bot: bool = False
    env: Mapping[str, str] | None = None
    is_timed: bool = True
    has_model: bool = True


PARTS = (
    Part(name="webhook", scenes=DISCORD, is_timed=False),
    Part(name="bot", scenes=DISCORD, is_bot=True, is_timed=False),
    Part(name="webhook", scenes=FEED),
    Part(name="webhook", scenes=MODEL, env=MODEL_SETTINGS, has_model=False),
)


def p99(samples: Sequence[float]) -> float:
    return statistics.quantiles(samples, n=100, method="inclusive")[98]


async def main() -> None:
    logging.disable(logging.CRITICAL)
    table = Table("scene", "alerts", "lost", "seen twice", "verdict", "loop lag", "p99")
    shares: list[float] = []
    for part in PARTS:
        async with AsyncExitStack() as stack:
            ground = await stack.enter_async_context(
                open_ground(is_bot=part.is_bot, env=dict(part.env or {}))
            )
            shares += await _play(part, ground, table)
    Console(width=110).print(table)
    least, mean = min(shares), statistics.mean(shares)
    print(f"with a healthy model: {mean:.1%} of the cards end with a verdict")
    print(f"in the worst scene {least:.1%}; the bar is {SHARE:.0%}")


async def _play(part: Part, ground: Ground, table: Table) -> list[float]:
    """Play a part's scenes; return the shares of verdicts that the bar is about."""
    quiet = await play(QUIET, ground, wave=WAVE)
    _add(table, f"{part.name}: quiet", quiet, ratio="1.00 ×")
    outcomes = []
    for name, scene in part.scenes.items():
        outcome = await play(scene, ground, wave=WAVE)
        ratio = p99(outcome.waits) / p99(quiet.waits)
        shown = f"{ratio:.2f} ×" if part.is_timed else "–"
        _add(table, f"{part.name}, {name}", outcome, ratio=shown)
        outcomes.append(outcome)
    return [outcome.verdicts for outcome in outcomes if part.has_model]


def _add(table: Table, name: str, outcome: Outcome, *, ratio: str) -> None:
    table.add_row(
        name,
        str(outcome.published),
        str(outcome.lost),
        str(outcome.duplicates),
        f"{outcome.verdicts:.0%}",
        f"{1000 * outcome.lag:.0f} ms",
        ratio,
    )


if __name__ == "__main__":
    asyncio.run(main())
