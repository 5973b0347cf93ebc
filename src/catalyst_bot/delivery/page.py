"""The channel of a machine without a webhook: the daemon's own live page."""

from collections.abc import Sequence

from catalyst_bot.card_state import MessageRef, Shown
from catalyst_bot.delivery.guilds import PAGE
from catalyst_bot.delivery.recall import Fate, Recall
from catalyst_bot.delivery.unlimited import Unlimited


class PageChannel(Unlimited):
    """Takes every card at once: it is on the page as soon as it is committed.

    `web.hub` hears of the commit and tells every open page.
    """

    kind = "page"
    notices = None  # how the daemon is stands beside the alerts

    def __init__(self, *, name: str) -> None:
        self.name = name

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        """Return that it may be posted again: the page shows an alert once."""
        del keys, since
        return Recall(fate=Fate.ABSENT)

    async def post(
        self, cards: Sequence[Shown], *, is_repeated: bool = False
    ) -> tuple[MessageRef, ...]:
        """Return where each card will be once this is committed."""
        del is_repeated
        return tuple(
            MessageRef(channel=self.name, channel_id=PAGE, message_id=card.alert.id)
            for card in cards
        )

    async def edit(self, ref: MessageRef, cards: Sequence[Shown]) -> tuple[bool, ...]:
        """Return True for each: the page shows what is stored."""
        del ref
        return (True,) * len(cards)
