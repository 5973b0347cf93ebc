"""Take secrets out of text that leaves the process: logs, HTTP replies, notices.

First the secrets that were loaded, exactly; then whatever looks like one, because a
library may report a credential that was never ours.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from catalyst_bot.ops.secret import MASK, Secret

SHORTEST_SECRET = 8  # characters; masking shorter ones would mask ordinary words
SHORTEST_URL_PART = 20  # a part of a secret URL as long as this is its token

_NAME = r"(?i:api[_-]?key|token|secret|auth|authorization|password)"
# No quote and no backslash: a redacted line of JSON must stay a line of JSON.
_VALUE = r"[^\s\"'\\&,;<>(){}\[\]]+"
_PATTERNS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(/webhooks/\d{1,25}/)[\w-]+", rf"\1{MASK}"),
        (r"\b((?i:bearer|basic)\s+)[\w.~+/=-]{16,}", rf"\1{MASK}"),
        (r"\b[MNO][\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}", MASK),
        (r"\bsk-[\w-]{16,}", MASK),
        (r"\bAIza[\w-]{30,}", MASK),
        (r"(://[^\s/:@\"'\\]{0,200}):[^\s/@\"'\\]{1,500}@", rf"\1:{MASK}@"),
        (
            rf"(\b(?i:authorization)[\"']?\s?[:=]\s?[\"']?)(?:\w+\s+)?{_VALUE}",
            rf"\1{MASK}",
        ),
        (rf"([?&](?i:key)=|{_NAME}[\"']?\s?=\s?[\"']?){_VALUE}", rf"\1{MASK}"),
        (rf"({_NAME}[\"']\s?:\s?[\"']){_VALUE}", rf"\1{MASK}"),
    )
)


class Redactor:
    """Replaces secrets by `***`; `secrets` are those of the settings in force."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        forms = {form for secret in secrets for form in _forms(secret.reveal())}
        longest_first = sorted(forms, key=len, reverse=True)
        known = "|".join(re.escape(form) for form in longest_first)
        self._known = re.compile(known) if known else None

    def __call__(self, text: str) -> str:
        """Return `text` without secrets; text without any comes back unchanged."""
        if self._known:
            text = self._known.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def _forms(secret: str) -> set[str]:
    """Return how a secret may stand in a text: whole, quoted, the token of its URL."""
    texts = {secret}
    if "://" in secret:
        parts = urlsplit(secret)
        texts |= {part for part in parts.path.split("/") if _is_token(part)}
    texts |= {quote(text, safe="") for text in texts}
    return {text for text in texts if len(text) >= SHORTEST_SECRET}


def _is_token(part: str) -> bool:
    return len(part) >= SHORTEST_URL_PART and not part.isdecimal()
