"""A running demo: its scenario, the stage it plays on, and the daemon that watches."""

from dataclasses import dataclass

from catalyst_bot.simulation.bot import Bot
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.stage import FIELD, Stage

SETTLE = 20.0  # real seconds that late verdicts get after the show
_LATER = ("⏱", "⏭", "⚠ AI offline")  # states after which a verdict may follow


@dataclass(slots=True, kw_only=True)
class Show:
    """One demo; `page` is the address of the daemon's live page."""

    scenario: Scenario
    stage: Stage
    bot: Bot
    page: str
    is_over: bool = False

    async def play(self) -> None:
        """Play the scenario to its end, late verdicts included.

        Raises:
            Stuck: what the scenario waits for did not happen.
        """
        await self.scenario.play(self.stage)
        await self._settle()
        self.is_over = True

    @property
    def cards(self) -> list[Message]:
        """Return what the simulated Discord holds, in the order of the posts."""
        return sorted(self.stage.world.discord.cards, key=_created)

    def missing(self) -> tuple[str, ...]:
        """Return which states of `scenario.shows` no card ever had."""
        said = [version.field(FIELD) for card in self.cards for version in card.history]
        return tuple(
            start
            for start in self.scenario.shows
            if not any(value.startswith(start) for value in said)
        )

    async def _settle(self) -> None:
        """Wait until every card is final and the late verdicts had their time."""
        waiting = ("⏳", *_LATER) if self.scenario.has_late_verdicts else ("⏳",)

        def is_settled() -> bool:
            return not any(c.field(FIELD).startswith(waiting) for c in self.cards)

        try:
            await self.stage.world.discord.wait_for(is_settled, timeout=SETTLE)
        except TimeoutError:  # some trouble stays visible: that is what it is for
            return


def _created(message: Message) -> float:
    return message.created
