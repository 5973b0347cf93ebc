"""What a channel has that no rate limit holds up: room at any time."""

from catalyst_bot.delivery.room import PostRoom

ROOM = 20  # posts, and edits, that are given to it at a time


class Unlimited:
    """The part of a channel that others fill by their tokens."""

    async def watch(self) -> None:
        """Return: nothing changes outside of us."""

    async def room(self) -> PostRoom:
        """Return 20 at once."""
        return self.free()

    def free(self) -> PostRoom:
        """Return 20."""
        return PostRoom(posts=ROOM, urgent=ROOM)

    def promise(self, count: int) -> None:
        """Take note of nothing: there is always room."""

    async def edit_room(self) -> int:
        """Return 20 at once."""
        return ROOM

    def tokens(self) -> None:
        """Return None: there is nothing to run out of."""
