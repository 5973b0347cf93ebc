"""How long the model takes, measured: who may still start, which timeout counts."""

from collections import deque
from collections.abc import Callable
from statistics import median

_SAMPLES = 31
_MEMORY = 300.0  # seconds; a server that hangs must not be judged by its better days


class Pace:
    """The median service time of recent good answers."""

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._samples: deque[float] = deque(maxlen=_SAMPLES)
        self._last = 0.0  # when the last sample came

    def add(self, seconds: float, *, now: float) -> None:
        """Remember one good answer that took `seconds` until `now`, monotonic."""
        self._samples.append(seconds)
        self._last = now

    def typical(self) -> float:
        """Return the median in seconds, 0.0 without an answer in five minutes."""
        if not self._samples or self._monotonic() - self._last > _MEMORY:
            return 0.0
        return median(self._samples)
