"""The simulated model compares two headlines, by rule and with few words."""

import json
import re
import zlib

_PAIR = re.compile(r'^\{"earlier": ".*\}$', re.MULTILINE)
_TAKEN_BACK = {
    "correction": r"\b(correct(?:s|ion|ed)|clarif\w+|restate[sd]?|erratum)\b",
    "retraction": r"\b(withdraw[ns]?|withdrew|retract\w*|rescind\w*|disregard)\b",
    "denial": r"\b(den(?:y|ies|ied)|dismiss\w*|refut\w*|untrue|false|no talks)\b",
    "guidance": r"\b(cuts?|lowers?|trims?|slashes|suspends)\b.*\b(outlook|guidance)\b",
    "polarity": r"\b(reject\w*|miss(?:es|ed)|not|fails?|against|halts?)\b",
}
_WORD = re.compile(r"[a-z]{3,}")


def pair_in(prompt: str) -> tuple[str, str] | None:
    """Return the earlier and the later headline of a prompt that asks about two."""
    found = _PAIR.findall(prompt)
    if not found:
        return None
    try:
        pair = json.loads(found[-1])
    except ValueError:
        return None
    return str(pair.get("earlier", "")), str(pair.get("later", ""))


def compare(earlier: str, later: str) -> dict[str, str | float]:
    """Return whether the later one takes the earlier one back."""
    before, after = earlier.lower(), later.lower()
    shared = set(_WORD.findall(before)) & set(_WORD.findall(after))
    for kind, cue in _TAKEN_BACK.items():
        found = re.search(cue, after)
        if found and not re.search(cue, before) and len(shared) >= 2:
            return {
                "verdict": "conflict",
                "kind": kind,
                "confidence": _confidence(later),
                "reasoning": f"The later headline says: {found.group(0)}.",
            }
    return {
        "verdict": "consistent",
        "kind": "none",
        "confidence": _confidence(later),
        "reasoning": "Both headlines can be true together.",
    }


def _confidence(text: str) -> float:
    return round(0.6 + zlib.crc32(text.encode()) % 40 / 100, 2)
