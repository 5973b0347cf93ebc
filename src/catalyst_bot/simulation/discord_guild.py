"""The guild of the simulated bot: who the bot is, and what it may do there.

Sources: Discord's documentation, Topics/Permissions and Resources/Channel.
"""

from dataclasses import dataclass, field
from typing import Any

from catalyst_bot.simulation.discord_board import MessageBoard
from catalyst_bot.simulation.discord_records import Answer, Payload, Recorded
from catalyst_bot.simulation.discord_webhooks import GUILD

BOT_ROUTES = (
    ("execute", "POST", r"/channels/{channel:\d+}/messages"),
    ("history", "GET", r"/channels/{channel:\d+}/messages"),
    ("edit", "PATCH", r"/channels/{channel:\d+}/messages/{message:\d+}"),
    ("delete", "DELETE", r"/channels/{channel:\d+}/messages/{message:\d+}"),
    ("channel", "GET", r"/channels/{channel:\d+}"),
    ("me", "GET", "/users/@me"),
    ("member", "GET", r"/guilds/{guild:\d+}/members/{user:\d+}"),
    ("roles", "GET", r"/guilds/{guild:\d+}/roles"),
)

_BITS = {
    "VIEW_CHANNEL": 1 << 10,
    "SEND_MESSAGES": 1 << 11,
    "EMBED_LINKS": 1 << 14,
    "READ_MESSAGE_HISTORY": 1 << 16,
}
_MISSING_ACCESS, _MISSING_PERMISSIONS, _UNKNOWN_CHANNEL = 50001, 50013, 10003


@dataclass(slots=True, kw_only=True)
class Guild:
    """One guild with one text channel; both knobs may change while it runs.

    lacks: names of permissions that the bot has not. channel_gone: it was deleted.
    """

    channel_id: str
    id: str = GUILD
    bot_id: str = "1400000000000000001"
    role_id: str = "1500000000000000001"
    lacks: set[str] = field(default_factory=set)
    channel_gone: bool = False
    overwrites: list[object] = field(default_factory=list)

    def deny(self, kind: str, channel: str) -> Answer | None:
        """Return why the bot may not do this in a channel, or None."""
        if self.channel_gone or channel != self.channel_id:
            return _no(404, "Unknown Channel", _UNKNOWN_CHANNEL)
        if "VIEW_CHANNEL" in self.lacks:
            return _no(403, "Missing Access", _MISSING_ACCESS)
        if kind == "execute" and "SEND_MESSAGES" in self.lacks:
            return _no(403, "Missing Permissions", _MISSING_PERMISSIONS)
        return None

    def carry_out(
        self,
        kind: str,
        recorded: Recorded,
        board: MessageBoard,
        *,
        message_id: str,
        aged: float,
    ) -> Answer:
        """Do on the board what the bot asks for, as far as it may."""
        if kind == "execute":
            recorded.payload = self._seen(recorded.payload)
            return board.create(recorded, author=self.bot_id, channel=self.channel_id)
        if kind == "edit":
            return board.edit(recorded, message_id=message_id, aged=aged)
        if kind == "delete":
            return board.delete(message_id)
        if kind != "history":
            return self.show(kind)
        if "READ_MESSAGE_HISTORY" in self.lacks:
            return Answer(status=200, body=[])
        after, limit = (int(recorded.query.get(k, "0")) for k in ("after", "limit"))
        return board.listed(channel=self.channel_id, after=after, limit=limit)

    def show(self, kind: str) -> Answer:
        """Return what Discord tells of the bot ("me"), its channel or its roles."""
        held = sum(bit for name, bit in _BITS.items() if name not in self.lacks)
        shown: dict[str, Any] = {
            "me": {"id": self.bot_id, "username": "catalyst", "bot": True},
            "channel": {
                "id": self.channel_id,
                "type": 0,
                "guild_id": self.id,
                "name": "alerts",
                "permission_overwrites": self.overwrites,
            },
            "member": {"user": {"id": self.bot_id}, "roles": [self.role_id]},
            "roles": [
                {"id": self.id, "name": "@everyone", "permissions": "0"},
                {"id": self.role_id, "name": "catalyst", "permissions": str(held)},
            ],
        }
        return Answer(status=200, body=shown[kind])

    def _seen(self, payload: Payload) -> Payload:
        """Return the part of a message that Discord takes from this bot."""
        if "EMBED_LINKS" not in self.lacks:
            return payload
        return {key: part for key, part in payload.items() if key != "embeds"}


def _no(status: int, message: str, code: int) -> Answer:
    return Answer(status=status, body={"message": message, "code": code}, code=code)
