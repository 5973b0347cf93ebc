"""The channel of a machine without a webhook: the daemon's own live page."""

from catalyst_bot.model import Alert, CardState, MessageRef

ROOM = 20


class PageChannel:
    """Takes every card at once: it is on the page as soon as it is committed.

    `web.hub` hears of the commit and tells every open page.
    """

    kind = "page"

    def __init__(self, *, name: str) -> None:
        self.name = name

    async def room(self) -> int:
        """Return 20: the page has no rate limit."""
        return ROOM

    async def edit_room(self) -> int:
        """Return 20: the page has no rate limit."""
        return ROOM

    def tokens(self) -> None:
        """Return None: there is nothing to run out of."""

    async def post(self, alert: Alert, state: CardState) -> MessageRef:
        """Return where the card will be once this is committed."""
        del state
        return MessageRef(channel=self.name, channel_id="page", message_id=alert.id)

    async def edit(self, ref: MessageRef, alert: Alert, state: CardState) -> bool:
        """Return True: the page shows what is stored."""
        del ref, alert, state
        return True
