"""How fast a provider is, by what its last answers took."""

import statistics
from collections import deque
from dataclasses import dataclass, field

QUICK = 0.060  # seconds; a provider whose p75 is below it is worth a wait
SAMPLES = 16


@dataclass(slots=True)
class Speed:
    """How long the last answers took, the missing ones too."""

    _took: deque[float] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def add(self, seconds: float) -> None:
        """Note one request, answered or not."""
        self._took.append(seconds)

    @property
    def is_quick(self) -> bool:
        """Tell whether three of four answers came within QUICK; yes while unknown."""
        if len(self._took) < 2:
            return all(seconds < QUICK for seconds in self._took)
        return statistics.quantiles(self._took, n=4, method="inclusive")[2] < QUICK
