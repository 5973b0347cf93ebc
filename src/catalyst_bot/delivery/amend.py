"""Takes out of a refused message what Discord named as wrong."""

from collections.abc import Mapping
from typing import Any

_PARTS = frozenset({"url", "description", "timestamp", "color", "image", "thumbnail"})


def without_refused(
    payload: Mapping[str, Any], errors: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the payload without the parts that `errors` names; None: nothing to take.

    A title, a footer and a card as a whole stay: those need a plainer card.
    """
    amended = dict(payload)
    if errors.get("components"):
        amended["components"] = []
    if errors.get("content"):
        amended["content"] = ""
    wrong = errors.get("embeds")
    if isinstance(wrong, dict):
        amended["embeds"] = [
            _embed(embed, wrong.get(str(number)))
            for number, embed in enumerate(payload["embeds"])
        ]
    return None if amended == payload else amended


def _embed(embed: Mapping[str, Any], wrong: object) -> dict[str, Any]:
    if not isinstance(wrong, dict):
        return dict(embed)
    kept = {key: part for key, part in embed.items() if key not in _PARTS & set(wrong)}
    fields = wrong.get("fields")
    if isinstance(fields, dict) and "fields" in kept:
        kept["fields"] = [
            field
            for number, field in enumerate(kept["fields"])
            if str(number) not in fields
        ]
    return kept
