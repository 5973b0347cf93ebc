"""How often a source has news, learnt from itself, and when its silence is odd; pure.

Time is cut into slots of ten minutes, and a slot has news or has none: a burst counts
once. For each hour of each kind of day the share of slots with news is known. What a
silence is worth adds up slot by slot: -ln of the chance that this source is silent so
long while it is well. A quiet hour adds next to nothing, so no night is ever odd.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

SLOT = 600.0  # seconds
KNOWN = 18.0  # slots, of three days, until an hour is judged
KEPT = 120.0  # slots, of twenty days, that weigh in an hour; older ones fade
# However busy an hour is: so six slots in a row, an hour, are the least that is odd.
MOST_LIKELY = 0.9
ODD = 13.8  # -ln of one in a million


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The slots seen of one hour, and those with news among them."""

    slots: float = 0.0
    lively: float = 0.0

    @property
    def share(self) -> float:
        """Return how likely a slot has news, 0.0 while too little is known."""
        if self.slots < KNOWN:
            return 0.0
        return min(MOST_LIKELY, self.lively / (self.slots + 1.0))

    def after(self, *, is_lively: bool) -> "Hour":
        """Return what is known with one slot more."""
        fade = min(1.0, (KEPT - 1.0) / self.slots) if self.slots else 1.0
        lively = self.lively * fade + (1.0 if is_lively else 0.0)
        return Hour(slots=self.slots * fade + 1.0, lively=lively)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The habit of one source; `oddness` is that of its present silence.

    `hours` go by the name of the hour, "full 09"; `last_news` is unix seconds of event
    time, 0.0: none was seen yet.
    """

    hours: Mapping[str, Hour] = field(default_factory=lambda: MappingProxyType({}))
    oddness: float = 0.0
    last_news: float = 0.0

    @property
    def is_silent(self) -> bool:
        """Tell whether the silence is odd."""
        return self.oddness >= ODD

    def share(self, hour: str) -> float:
        """Return how likely a slot of that hour has news, 0..1."""
        return self.hours.get(hour, Hour()).share

    def heard(self, *, unix: float) -> "Rhythm":
        """Return the rhythm with news at that time."""
        return replace(self, last_news=unix)

    def after(self, hour: str, *, is_lively: bool) -> "Rhythm":
        """Return the rhythm after a slot of that hour."""
        known = self.hours.get(hour, Hour())
        silence = -math.log(1.0 - known.share)
        return replace(
            self,
            hours={**self.hours, hour: known.after(is_lively=is_lively)},
            oddness=0.0 if is_lively else self.oddness + silence,
        )
