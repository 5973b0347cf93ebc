"""Stands in for the second reading where nobody reads."""

from catalyst_bot.card_state import Analysis, Phase
from catalyst_bot.llm.model import Condition
from catalyst_bot.model import Alert


class LLMOff:
    """Stands in for the enricher when FEATURE_LLM is off."""

    def first(self, *, posted: float) -> Analysis:  # noqa: ARG002 - the Protocol's
        """Return a state without a field for the analysis."""
        return Analysis(phase=Phase.OFF)

    async def read(self, alert: Alert, *, within: float) -> Analysis:  # noqa: ARG002
        """Say that a card left waiting by an earlier start gets no analysis."""
        return Analysis(phase=Phase.UNUSABLE, detail="switched off")

    async def read_late(
        self,
        alert: Alert,  # noqa: ARG002
        *,
        within: float,  # noqa: ARG002
    ) -> Analysis | None:
        """Return None: there is nobody to ask."""
        return None

    @property
    def late_room(self) -> int:
        """Tell that nobody reads late alerts."""
        return 0

    def status(self) -> str:
        """Return one line on the model for a person."""
        return "off"

    def conditions(self) -> tuple[Condition, ...]:
        """Say that nobody is asked."""
        return ()

    async def warm_up(self) -> None:
        """Do nothing."""

    async def drop_if_idle(self, seconds: float) -> None:
        """Do nothing."""
