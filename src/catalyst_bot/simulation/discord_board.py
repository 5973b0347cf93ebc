"""The messages of the simulated Discord: what a create or an edit makes of them."""

import itertools
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from catalyst_bot.simulation.discord_forms import Violation
from catalyst_bot.simulation.discord_records import (
    Answer,
    Message,
    Payload,
    Recorded,
    Version,
    Write,
)
from catalyst_bot.simulation.discord_rules import (
    error_tree,
    is_empty,
    pings_in,
    violations,
)

_EPOCH = 1420070400000  # ms; Discord's first second, the zero of its snowflakes
_EDIT_AGE = 3600.0  # seconds; edits of older messages end in 30046
_INVALID_FORM = 50035
_EMPTY_MESSAGE = 50006


class MessageBoard:
    """Creates, edits and remembers messages; refuses what Discord refuses."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.writes: list[Write] = []
        self.refusals: list[str] = []
        self.lax_mentions: list[Recorded] = []
        self.pings: list[str] = []
        self.repeats: list[str] = []
        self.nonce_window = 180.0  # seconds; Discord: "the past few minutes"
        self._nonces: dict[tuple[str, str], tuple[str, float]] = {}
        self._counter = itertools.count()

    def create(
        self, recorded: Recorded, *, author: str, webhook: str = "", channel: str
    ) -> Answer:
        """Store a new message of a webhook or, without one, of a bot; return it.

        A known nonce that is enforced makes none: Discord returns the first one.
        """
        payload = _seen(recorded)
        kind = "create" if webhook else "bot_create"
        refusal = self._refuse(kind, recorded, payload)
        if refusal is None and is_empty(payload):
            refusal = _refusal(400, "Cannot send an empty message", _EMPTY_MESSAGE)
        if refusal is not None:
            return refusal
        nonce = str(payload.get("nonce", "")) if payload.get("enforce_nonce") else ""
        if nonce and (first := self._first_of(author, nonce)):
            self.repeats.append(first)
            return self.show(first)
        message_id = self._snowflake()
        channel = (
            channel or message_id
        )  # of a forum: the thread has its first message's
        self._nonces[author, nonce] = (message_id, time.monotonic())
        return self._store(
            recorded,
            message_id=message_id,
            created=time.monotonic(),
            webhook=webhook,
            author=author,
            channel=channel,
            payload=payload,
        )

    def edit(self, recorded: Recorded, *, message_id: str, aged: float) -> Answer:
        """Change a message; it counts as `aged` seconds older than it is."""
        old = self.messages.get(message_id)
        if old is None:
            return _refusal(404, "Unknown Message", 10008)
        payload = _seen(recorded)
        refusal = self._refuse("edit", recorded, payload)
        if refusal is not None:
            return refusal
        if time.monotonic() - old.created + aged > _EDIT_AGE:
            text = "Maximum number of edits to messages older than 1 hour reached."
            return _refusal(429, f"{text} Try again later", 30046, retry_after=60.0)
        merged = _merged(old, payload)
        if is_empty(merged):
            return _refusal(400, "Cannot send an empty message", _EMPTY_MESSAGE)
        return self._store(
            recorded,
            message_id=old.id,
            created=old.created,
            webhook=old.webhook_id,
            author=old.author_id,
            channel=old.channel_id,
            payload=merged,
        )

    def delete(self, message_id: str) -> Answer:
        """Take a message away; Discord answers without a body."""
        if self.messages.pop(message_id, None) is None:
            return _refusal(404, "Unknown Message", 10008)
        return Answer(status=204, body={})

    def stands_in(self, message_id: str, channel: str) -> bool:
        """Tell whether a message is in this channel; one that is gone may be."""
        message = self.messages.get(message_id)
        return message is None or message.channel_id == channel

    def show(self, message_id: str) -> Answer:
        """Return a message as Discord's GET does."""
        message = self.messages.get(message_id)
        if message is None:
            return _refusal(404, "Unknown Message", 10008)
        return Answer(status=200, body=_wire(message))

    def listed(self, *, channel: str, after: int, limit: int) -> Answer:
        """Return the messages of a channel that follow a snowflake, newest first."""
        later = sorted(
            int(message.id)
            for message in self.messages.values()
            if message.channel_id == channel and int(message.id) > after
        )
        shown = [_wire(self.messages[str(number)]) for number in later[:limit]]
        return Answer(status=200, body=shown[::-1])

    def _first_of(self, author: str, nonce: str) -> str:
        message_id, at = self._nonces.get((author, nonce), ("", 0.0))
        return message_id if time.monotonic() - at < self.nonce_window else ""

    def _refuse(self, kind: str, recorded: Recorded, payload: Payload) -> Answer | None:
        if "allowed_mentions" not in payload:
            self.lax_mentions.append(recorded)
        found = violations(kind, payload)
        if not found:
            return None
        self.refusals.extend(str(violation) for violation in found)
        return _invalid(found)

    def _store(
        self,
        recorded: Recorded,
        *,
        message_id: str,
        created: float,
        webhook: str,
        author: str,
        channel: str,
        payload: Payload,
    ) -> Answer:
        version = Version(
            at=time.monotonic(), method=recorded.method, payload=recorded.payload
        )
        old = self.messages.get(message_id)
        message = Message(
            id=message_id,
            channel_id=channel,
            webhook_id=webhook,
            author_id=author,
            content=str(payload.get("content") or ""),
            embeds=tuple(payload.get("embeds") or ()),
            components=tuple(payload.get("components") or ()),
            flags=int(payload.get("flags") or 0),
            created=created,
            history=(*(old.history if old else ()), version),
        )
        self.messages[message_id] = message
        self.writes.append(Write(message_id=message_id, version=version))
        if old is None or "content" in recorded.payload:
            self.pings.extend(pings_in(recorded.payload))
        return Answer(status=200, body=_wire(message))

    def _snowflake(self) -> str:
        sent = int(time.time() * 1000) - _EPOCH
        return str((sent << 22) | (next(self._counter) & 0x3FFFFF))


def _seen(recorded: Recorded) -> Payload:
    """Return the payload as Discord reads it: components only where asked for."""
    if recorded.query.get("with_components", "").lower() in ("true", "1"):
        return recorded.payload
    return {k: v for k, v in recorded.payload.items() if k != "components"}


def _merged(old: Message, payload: Payload) -> Payload:
    before: Mapping[str, Any] = {
        "content": old.content,
        "embeds": old.embeds,
        "components": old.components,
        "flags": old.flags,
    }
    return {**before, **payload}


def _wire(message: Message) -> Payload:
    author = {"id": message.author_id, "username": "catalyst", "bot": True}
    webhook = {"webhook_id": message.webhook_id} if message.webhook_id else {}
    edited = datetime.now(UTC).isoformat() if message.edits else None
    return {
        "id": message.id,
        "type": 0,
        "channel_id": message.channel_id,
        **webhook,
        "author": {**author, "discriminator": "0000", "avatar": None},
        "content": message.content,
        "embeds": [{"type": "rich", **embed} for embed in message.embeds],
        "components": list(message.components),
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "flags": message.flags,
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": edited,
    }


def _invalid(found: tuple[Violation, ...]) -> Answer:
    body = {
        "message": "Invalid Form Body",
        "code": _INVALID_FORM,
        "errors": error_tree(found),
    }
    return Answer(status=400, body=body, code=_INVALID_FORM)


def _refusal(
    status: int, message: str, code: int, *, retry_after: float = 0.0
) -> Answer:
    body: dict[str, Any] = {"message": message, "code": code}
    if retry_after:
        body |= {"retry_after": retry_after, "global": False}
    return Answer(status=status, body=body, code=code, retry_after=retry_after)
