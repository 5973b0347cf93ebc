"""Plays every trouble of the fault matrix and counts what subscribers got.

    python -m benchmarks.faults

The scenes are those of the tests, with more alerts; daemon and servers share one event
loop, so its lag is of all of them. A post's time runs from the feed's last byte to the
request; its p99 stands beside the median one of the quiet runs between the scenes.
Where Discord is in trouble posts wait for it, and the ratio would say nothing.
"""

import asyncio
import logging
import statistics
from collections.abc import Mapping, Sequence
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
        env = dict(part.env or {})
        async with open_ground(is_bot=part.is_bot, env=env) as ground:
            quiet, outcomes = await _play(part, ground)
        usual = statistics.median(p99(outcome.waits) for outcome in quiet)
        for name, outcome in outcomes.items():
            ratio = p99(outcome.waits) / usual
            shown = f"{ratio:.2f} ×" if part.is_timed else "–"
            table.add_row(f"{part.name}, {name}", *_row(outcome), shown)
        lag = max(outcome.lag for outcome in quiet)
        said = f"{1000 * lag:.0f} ms", f"{1000 * usual:.0f} ms"
        table.add_row(f"{part.name}, quiet", *_row(quiet[0])[:-1], *said)
        shares += [o.verdicts for o in outcomes.values() if part.has_model]
    Console(width=110).print(table)
    least, mean = min(shares), statistics.mean(shares)
    print(f"with a healthy model: {mean:.1%} of the cards end with a verdict")
    print(f"in the worst scene {least:.1%}; the bar is {SHARE:.0%}")


async def _play(
    part: Part, ground: Ground
) -> tuple[list[Outcome], Mapping[str, Outcome]]:
    """Play a part's scenes; return the quiet runs, and what came of each scene."""
    quiet, outcomes = [await play(QUIET, ground, wave=WAVE)], {}
    for name, scene in part.scenes.items():
        outcomes[name] = await play(scene, ground, wave=WAVE)
        if part.is_timed:
            quiet.append(await play(QUIET, ground, wave=WAVE))
    return quiet, outcomes


def _row(outcome: Outcome) -> tuple[str, ...]:
    return (
        str(outcome.published),
        str(outcome.lost),
        str(outcome.duplicates),
        f"{outcome.verdicts:.0%}",
        f"{1000 * outcome.lag:.0f} ms",
    )


if __name__ == "__main__":
    asyncio.run(main())
