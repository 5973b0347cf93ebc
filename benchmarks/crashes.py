"""What five times `kill -9` during sixty alerts costs: `python -m benchmarks.crashes`.

A daemon of its own process posts to a simulated Discord and asks a simulated model. It
is killed as Discord has carried out a request and has not answered; the simulator
counts the alerts of messages that were there and that the dead daemon did not know.
"""

import asyncio

from rich.console import Console
from rich.table import Table

from tests.crash.barrage import ALERTS, KILLS, Outcome, barrage

ROUNDS = 3  # of each mode


async def measure() -> None:
    """Run both modes, print a line for each round."""
    table = Table(
        *("mode", "lost", "seen twice", "allowed", "with verdict", "429"),
        title=f"{KILLS} kills during {ALERTS} alerts",
    )
    for is_bot in (False, True):
        for _ in range(ROUNDS):
            outcome = await barrage(is_bot=is_bot)
            table.add_row(*_cells(outcome, is_bot=is_bot))
    Console().print(table)


def _cells(outcome: Outcome, *, is_bot: bool) -> tuple[str, ...]:
    return (
        "bot" if is_bot else "webhook",
        str(outcome.lost),
        str(outcome.copies),
        "0" if is_bot else str(outcome.unrecorded),
        f"{outcome.with_verdict:.0%}",
        str(outcome.too_many),
    )


if __name__ == "__main__":
    asyncio.run(measure())
