"""What makes two questions the same: everything that can change the answer, hashed."""

import hashlib
from collections.abc import Iterable, Sequence

from catalyst_bot.llm.model import CompletionRequest

_FORM = "1"  # counted up when an entry written by an older version must not be read


def cache_key(request: CompletionRequest, models: Sequence[str]) -> bytes:
    """Return 32 bytes that differ wherever the answer could differ.

    `models` says who may answer, and with which weights and options: see `identity`.
    """
    return digest_of(
        [
            _FORM,
            *_counted(models),
            *_counted(request.subject or ()),
            "" if request.subject else request.prompt,
            request.system,
            request.schema,
            str(request.max_tokens),
            repr(request.temperature),
        ]
    )


def digest_of(fields: Iterable[str]) -> bytes:
    """Return the SHA-256 of fields, each after its length: no two lists run together.

    "surrogatepass": a prompt may have half a character, and is still a prompt.
    """
    digest = hashlib.sha256()
    for field in fields:
        part = field.encode(errors="surrogatepass")
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def _counted(fields: Sequence[str]) -> tuple[str, ...]:
    return str(len(fields)), *fields
