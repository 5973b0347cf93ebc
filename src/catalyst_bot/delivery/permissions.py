"""Asks Discord who the bot is and what it may do in its channel; posts nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import orjson

from catalyst_bot.delivery.destination import BotChannel
from catalyst_bot.delivery.looking_up import look_up
from catalyst_bot.errors import DestinationDead, NotSent

THREADS = (10, 11, 12)  # channel types
HISTORY = "READ_MESSAGE_HISTORY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a bot may do in its channel; `missing` are permissions by Discord's names.

    Without READ_MESSAGE_HISTORY all works but the look for a post in doubt.
    """

    user_id: str
    user_name: str
    channel_name: str
    guild_id: str
    missing: tuple[str, ...]

    @property
    def reads_history(self) -> bool:
        return HISTORY not in self.missing

    @property
    def fault(self) -> str:
        """Return what keeps cards from being seen, "" when nothing does."""
        needed = [name for name in self.missing if name != HISTORY]
        return f"the bot lacks {', '.join(needed)}" if needed else ""

    @property
    def warning(self) -> str:
        """Return what is lost without history, "" when nothing is."""
        lost = "a post that a crash leaves in doubt may be seen twice"
        return "" if self.reads_history else f"the bot lacks {HISTORY}: {lost}"


async def look_up_access(
    channel: BotChannel, *, session: aiohttp.ClientSession, agent: str, timeout: float
) -> Access:
    """Return who the bot is and what it lacks in its channel; up to five requests.

    Raises:
        DestinationDead: the token or the channel is refused (401, 403, 404).
        NotSent: Discord cannot be reached, or answers with nonsense.
    """
    desk = _Desk(channel=channel, session=session, agent=agent, timeout=timeout)
    me = await desk.get("/users/@me")
    place = await desk.get(f"/channels/{channel.id}")
    user = str(me.get("id", ""))
    is_thread = place.get("type") in THREADS
    parent = place
    if is_thread:
        parent = await desk.get(f"/channels/{place.get('parent_id', '')}")
    guild = str(place.get("guild_id", ""))
    member = await desk.get(f"/guilds/{guild}/members/{user}")
    roles = await desk.rows(f"/guilds/{guild}/roles")
    held = _held(user, guild, roles=roles, member=member, channel=parent)
    return Access(
        user_id=user,
        user_name=str(me.get("username", "")),
        channel_name=str(place.get("name", "")),
        guild_id=guild,
        missing=tuple(
            name for name, bit in _needed(is_thread=is_thread) if not held & bit
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    channel: BotChannel
    session: aiohttp.ClientSession
    agent: str
    timeout: float

    async def get(self, path: str) -> Mapping[str, Any]:
        value = await self._ask(path)
        if not isinstance(value, dict):
            raise NotSent(f"{path}: no JSON object")
        return value

    async def rows(self, path: str) -> Sequence[Mapping[str, Any]]:
        value = await self._ask(path)
        if not isinstance(value, list):
            raise NotSent(f"{path}: no JSON list")
        return [row for row in value if isinstance(row, dict)]

    async def _ask(self, path: str) -> object:
        status, body = await look_up(
            self.session,
            f"{self.channel.base}{path}",
            headers={"User-Agent": self.agent, **self.channel.headers},
            timeout=self.timeout,
        )
        if status in (401, 403, 404):
            raise DestinationDead(f"HTTP {status} for {path}: {_REFUSALS[status]}")
        if status != 200:
            raise NotSent(f"HTTP {status} for {path}")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise NotSent(f"{path}: no JSON") from error


_REFUSALS = {
    401: "the token is not accepted",
    403: "the bot may not see it (VIEW_CHANNEL)",
    404: "there is no such channel, or the bot is not in its guild",
}


def _needed(*, is_thread: bool) -> tuple[tuple[str, int], ...]:
    flags = discord.Permissions
    send = ("SEND_MESSAGES", flags.send_messages.flag)
    if is_thread:
        send = ("SEND_MESSAGES_IN_THREADS", flags.send_messages_in_threads.flag)
    return (
        ("VIEW_CHANNEL", flags.view_channel.flag),
        send,
        ("EMBED_LINKS", flags.embed_links.flag),
        (HISTORY, flags.read_message_history.flag),
    )


def _held(
    user: str,
    guild: str,
    *,
    roles: Iterable[Mapping[str, Any]],
    member: Mapping[str, Any],
    channel: Mapping[str, Any],
) -> int:
    """Return the permissions of a member in a channel (Topics/Permissions)."""
    mine = {guild, *map(str, member.get("roles") or ())}  # the guild's id: @everyone
    held = 0
    for role in roles:
        if str(role.get("id")) in mine:
            held |= _bits(role, "permissions")
    if held & discord.Permissions.administrator.flag:
        return discord.Permissions.all().value
    rules = {
        str(rule.get("id")): rule for rule in channel.get("permission_overwrites") or ()
    }
    everyone = [rules[guild]] if guild in rules else []
    by_role = [rule for id_, rule in rules.items() if id_ in mine - {guild}]
    own = [rules[user]] if user in rules else []
    for level in (everyone, by_role, own):
        for rule in level:
            held &= ~_bits(rule, "deny")
        for rule in level:
            held |= _bits(rule, "allow")
    return held


def _bits(holder: Mapping[str, Any], key: str) -> int:
    text = str(holder.get(key, "0"))
    return int(text) if text.isdecimal() else 0
