"""The channel of a machine without a webhook: the daemon's own live page."""

from collections.abc import Sequence

from catalyst_bot.card_state import MessageRef, Shown
from catalyst_bot.delivery.recall import Fate, Recall
from catalyst_bot.delivery.room import PostRoom

ROOM = 20


class PageChannel:
    """Takes every card at once: it is on the page as soon as it is committed.

    `web.hub` hears of the commit and tells every open page.
    """

    kind = "page"
    notices = None  # how the daemon is stands beside the alerts

    def __init__(self, *, name: str) -> None:
        self.name = name

    async def watch(self) -> None:
        """Return: nothing changes outside of us."""

    async def room(self) -> PostRoom:
        """Return 20: the page has no rate limit."""
        return self.free()

    def free(self) -> PostRoom:
        """Return 20: the page has no rate limit."""
        return PostRoom(posts=ROOM, urgent=ROOM)

    def promise(self, count: int) -> None:
        """Take note of nothing: there is always room."""

    async def edit_room(self) -> int:
        """Return 20: the page has no rate limit."""
        return ROOM

    def tokens(self) -> None:
        """Return None: there is nothing to run out of."""

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
            MessageRef(channel=self.name, channel_id="page", message_id=card.alert.id)
            for card in cards
        )

    async def edit(self, ref: MessageRef, cards: Sequence[Shown]) -> tuple[bool, ...]:
        """Return True for each: the page shows what is stored."""
        del ref
        return (True,) * len(cards)
