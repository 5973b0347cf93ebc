"""One kept answer as bytes, the same in every tier."""

import dataclasses
from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter, ValidationError

from catalyst_bot.llm.model import Completion


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A complete, valid answer; `expires` in unix seconds, `service_s` what it took."""

    text: str
    provider: str
    model: str
    finish: str
    prompt_tokens: int
    completion_tokens: int
    service_s: float
    expires: float

    @classmethod
    def of(cls, completion: Completion, *, expires: float) -> "Entry":
        """Return what is kept of a completion."""
        return cls(
            text=completion.text,
            provider=completion.provider,
            model=completion.model,
            finish=completion.finish,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            service_s=completion.service_s,
            expires=expires,
        )

    def completion(self, *, looked: float) -> Completion:
        """Return it as an answer that took `looked` seconds to find."""
        return Completion(
            text=self.text,
            provider=self.provider,
            model=self.model,
            finish=self.finish,
            attempts=0,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            queue_s=looked,
            service_s=0.0,
            cached=True,
            saved_s=self.service_s,
        )


_ENTRY = TypeAdapter(Entry)


def pack(entry: Entry) -> bytes:
    """Return an entry as bytes.

    Raises:
        ValueError: a text that is no Unicode; such an answer is not kept.
    """
    return orjson.dumps(dataclasses.asdict(entry))


def unpack(packed: bytes, *, now: float) -> Entry | None:
    """Return the entry in bytes; None when it is damaged or has expired by `now`."""
    try:
        entry = _ENTRY.validate_json(packed, strict=True)
    except ValidationError:
        return None
    return entry if entry.expires > now and entry.text.strip() else None
