"""A source that falls silent is reported once, also over a restart, and once again."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from catalyst_bot.market.calendar import hour_of
from catalyst_bot.ops.health import Health, SourceHealth
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.sources.rhythm import SLOT
from catalyst_bot.sources.silence import Silence
from tests.clocks import ManualClock

MONDAY = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)

T = TypeVar("T")


class Paper:
    """Notes that outlive the one who writes them."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        return parse(self.texts[name]) if name in self.texts else None

    async def write(self, texts: Mapping[str, str]) -> None:
        self.texts |= texts


class Listener:
    """One start of the daemon, whose only source is "wire"."""

    def __init__(self, paper: Paper, clock: ManualClock) -> None:
        self.clock, self.health, self.metrics = clock, Health(), Metrics()
        self.silence = Silence(
            paper,
            hour_of=hour_of,
            clock=clock,
            metrics=self.metrics,
            health=self.health,
        )

    async def live(self, slots: int, *, news: bool, answers: bool = True) -> None:
        for _ in range(slots):
            began = self.clock.unix()
            if news and hour_of(self.clock.now()).startswith("full"):
                self.silence.heard("wire")
            self.clock.advance(SLOT)
            last = self.clock.unix() if answers else 0.0
            self.health.source(SourceHealth(name="wire", last_success=last))
            await self.silence.end_slot(began=began)

    @property
    def told(self) -> str:
        return self.health.notices.get("silence of wire", "")


async def test_it_is_reported_once_and_once_when_it_speaks_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    paper, clock = Paper(), ManualClock(MONDAY)
    listener = Listener(paper, clock)
    await listener.live(144 * 7 + 6 * 9, news=True)  # Monday, 09:00
    assert listener.told == ""
    await listener.live(18, news=False)
    assert listener.told.startswith("answers, but has had no news for 3 h; 81%")
    assert b'source_silent{source="wire"} 1.0' in listener.metrics.render()
    again = Listener(paper, clock)
    await again.live(6, news=False)
    assert again.told.startswith("answers, but has had no news for 4 h")
    assert caplog.text.count("source silent") == 1
    again.silence.heard("wire")
    assert again.told == ""
    assert caplog.text.count("source has news again") == 1
    assert b'source_silent{source="wire"} 0.0' in again.metrics.render()


async def test_a_source_that_does_not_answer_is_not_called_silent() -> None:
    listener = Listener(Paper(), ManualClock(MONDAY))
    await listener.live(144 * 7 + 6 * 9, news=True)
    await listener.live(36, news=False, answers=False)
    assert listener.told == ""


async def test_a_silent_source_that_is_taken_out_is_forgotten() -> None:
    listener = Listener(Paper(), ManualClock(MONDAY))
    await listener.live(144 * 7 + 6 * 9, news=True)
    await listener.live(18, news=False)
    assert listener.told
    listener.health.forget_source("wire")
    listener.health.source(SourceHealth(name="other"))
    await listener.silence.end_slot(began=listener.clock.unix())
    assert listener.told == ""
