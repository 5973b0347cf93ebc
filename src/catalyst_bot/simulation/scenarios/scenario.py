"""What a scenario is, and the settings under which the daemon works in each."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from catalyst_bot.simulation.script import NEW_YORK
from catalyst_bot.simulation.stage import Stage

DAY = datetime(2026, 11, 20, tzinfo=NEW_YORK)  # a Friday
TEN, ELEVEN = DAY.replace(hour=10), DAY.replace(hour=11)

# Timeouts are real seconds whatever the speed: short enough to be seen in a demo, and
# long enough that a killed bot is back in time for the verdicts of its cards.
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "LLM_ENRICH_DEADLINE_SECS": "5",
        "LLM_TIMEOUT_SECS": "4",
        "LLM_MAX_CONCURRENT": "3",
        "LLM_RETRY_DELAY": "0.2",
        "LLM_BREAKER_RESET_SECS": "2",
        "LLM_LATE_SECS": "60",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One demo.

    Event time begins at `start` and runs at `speed` until `until`, then as real time.
    `look_for` is told to whoever watches; `shows` are the beginnings of the field
    `AI analysis` that some card must have had. `play` returns when all has happened;
    `overrides` go before SETTINGS; `channels` is the text of channels.toml, if any.
    """

    name: str
    about: str
    look_for: tuple[str, ...]
    shows: tuple[str, ...]
    play: Callable[[Stage], Coroutine[None, None, None]]
    start: datetime = TEN
    until: datetime = ELEVEN
    speed: float = 60.0  # event seconds in a real one
    overrides: Mapping[str, str] = field(default_factory=dict)
    channels: str = ""

    @property
    def settings(self) -> Mapping[str, str]:
        """Return what is not as in production."""
        return {**SETTINGS, **self.overrides}

    @property
    def has_late_verdicts(self) -> bool:
        """Tell whether a card that went without a verdict may still get one."""
        return self.settings["LLM_LATE_SECS"] != "0"
