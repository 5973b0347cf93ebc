"""How long the model takes, measured: who may still start, which timeout counts."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from catalyst_bot.llm.model import Lane

_SAMPLES = 31
_MEMORY = 300.0  # seconds; a server that hangs must not be judged by its better days


@dataclass(slots=True)
class _Recent:
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_SAMPLES))
    median: float = 0.0
    last: float = 0.0  # when the last of them came


class Pace:
    """The median service time of recent good answers, alerts apart from all others.

    Whoever reads a filing takes many times as long as a headline does: by that, no
    alert that has to wait would seem to be in time.
    """

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._alerts, self._others = _Recent(), _Recent()

    def add(self, seconds: float, *, lane: Lane, now: float) -> None:
        """Remember one good answer that took `seconds` until `now`, monotonic."""
        recent = self._recent(lane)
        recent.seconds.append(seconds)
        recent.median, recent.last = median(recent.seconds), now

    def typical(self, lane: Lane) -> float:
        """Return the median in seconds, 0.0 without an answer in five minutes."""
        recent = self._recent(lane)
        is_known = self._monotonic() - recent.last <= _MEMORY
        return recent.median if is_known else 0.0

    def _recent(self, lane: Lane) -> _Recent:
        return self._alerts if lane <= Lane.ALERT else self._others
