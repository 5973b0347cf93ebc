"""What the simulated Discord is told to do wrong, and what it remembers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Payload = Mapping[str, Any]  # JSON of the wire, as it was sent
Json = Payload | list[Payload]


class FaultKind(StrEnum):
    """What happens to a request instead of its answer."""

    STATUS = "status"  # `status` with the JSON body {message, code}
    RATE_LIMITED = "rate_limited"  # 429 with `retry_after` and `scope`
    HTML_429 = "html_429"  # Cloudflare's: no JSON; the header names `retry_after`
    DROP = "drop"  # reset before anything was done
    LOST_REPLY = "lost_reply"  # carried out, then reset before the first byte
    HANG = "hang"  # nothing done, nothing answered
    HALF_ANSWER = "half_answer"  # carried out, the answer breaks off
    NOT_JSON = "not_json"  # carried out, 200 with an HTML page


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One request that goes wrong; `method` "" takes the next one of any method."""

    kind: FaultKind
    method: str = ""
    status: int = 500
    code: int = 0
    message: str = "simulated fault"
    retry_after: float = 1.0  # seconds
    scope: str = "user"  # of RATE_LIMITED: user, global or shared
    is_processed: bool = False  # STATUS, HANG: the message is stored all the same

    @property
    def is_late(self) -> bool:
        """Tell whether it strikes after the request was carried out."""
        late = (FaultKind.LOST_REPLY, FaultKind.HALF_ANSWER, FaultKind.NOT_JSON)
        return self.kind in late or self.is_processed


@dataclass(slots=True, kw_only=True)
class Recorded:
    """One request as it came in; `status` is 0 until, and unless, it is answered."""

    method: str
    path: str
    query: Mapping[str, str]
    agent: str
    payload: Payload
    arrived: float  # monotonic
    answered: float = 0.0
    status: int = 0

    @property
    def waits(self) -> bool:
        """Tell whether the message that is made is asked for."""
        return self.query.get("wait", "").lower() in ("true", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one POST or PATCH made of a message."""

    at: float  # monotonic
    method: str
    payload: Payload

    def field(self, name: str, *, embed: int = 0) -> str:
        """Return the value of the embed's field of that name, "" when it has none."""
        return field_of(self.payload.get("embeds") or (), name, embed=embed)

    def only(self, position: int) -> "Version":
        """Return the version with the embed at that position alone."""
        embeds = list(self.payload.get("embeds") or ())[position : position + 1]
        return replace(self, payload={**self.payload, "embeds": embeds})


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as a subscriber sees it now, and every version of it, post first."""

    id: str
    channel_id: str
    webhook_id: str  # "" when a bot wrote it
    author_id: str
    content: str
    embeds: tuple[Payload, ...]
    components: tuple[Payload, ...]
    flags: int
    created: float  # monotonic
    history: tuple[Version, ...]

    @property
    def title(self) -> str:
        """Return the title of the first embed, "" when there is none."""
        return str(self.embeds[0].get("title", "")) if self.embeds else ""

    @property
    def footer(self) -> str:
        """Return the footer of the first embed, "" when there is none."""
        footer = self.embeds[0].get("footer") if self.embeds else None
        return str((footer or {}).get("text", ""))

    @property
    def edits(self) -> tuple[Version, ...]:
        """Return the versions after the post."""
        return self.history[1:]

    def cards(self) -> tuple["Message", ...]:
        """Return each card of a batch as a message of its own, else the message."""
        if len(self.embeds) < 2:
            return (self,)
        return tuple(
            replace(
                self,
                content="",
                embeds=(embed,),
                history=tuple(version.only(place) for version in self.history),
            )
            for place, embed in enumerate(self.embeds)
        )

    def mentions(self, text: str) -> bool:
        """Return whether `text` stands in the content or in an embed's title."""
        titles = [str(embed.get("title", "")) for embed in self.embeds]
        return any(text in shown for shown in (self.content, *titles))

    def field(self, name: str, *, embed: int = 0) -> str:
        """Return the value of the embed's field of that name, "" when it has none."""
        return field_of(self.embeds, name, embed=embed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One accepted POST or PATCH, in the order in which Discord carried them out."""

    message_id: str
    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Discord says; `code` is its own error code, 0 when all is well."""

    status: int
    body: Json
    code: int = 0
    retry_after: float = 0.0


def field_of(embeds: Sequence[Payload], name: str, *, embed: int) -> str:
    """Return the value of a field of the embed at position `embed`, or ""."""
    if embed >= len(embeds):
        return ""
    for field in embeds[embed].get("fields") or ():
        if field.get("name") == name:
            return str(field.get("value", ""))
    return ""
