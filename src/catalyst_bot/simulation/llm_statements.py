"""The simulated model takes facts out of a text, by rule: sentences with a number."""

import json
import re
import zlib
from typing import Any

_PAYLOAD = re.compile(
    r'^\{"find": "(?:statements|contexts|key terms)".*\}$', re.MULTILINE
)
_SENTENCE = re.compile(
    r"[^\n]*?[^\n.](?<!Corp)(?<!Inc)(?<!Ltd)(?<!Co)[.!?](?=\s|$)|[^\n]+"
)
_FIGURE = re.compile(r"\d")
_TERM = re.compile(
    r"\$[\d.,]*\d(?: (?:million|billion))?|\d[\d.,]*%|Q[1-4]|\b[A-Z][a-z]{3,}\b"
)
_PERIOD = re.compile(
    r"\b(?:(?:first|second|third|fourth) quarter|full year|fiscal \d{4}|Q[1-4])\b",
    re.IGNORECASE,
)
_MOST = 6  # statements of one text
_WRONG_NUMBER_SHARE = 25  # one sentence in so many gets a number that is not there


def payload_in(prompt: str) -> dict[str, Any] | None:
    """Return what a question about a document asks, None of any other prompt."""
    found = _PAYLOAD.findall(prompt)
    if not found:
        return None
    try:
        payload: dict[str, Any] = json.loads(found[-1])
    except ValueError:
        return None
    return payload


def extract(payload: dict[str, Any], *, slips: bool) -> dict[str, Any]:
    """Return the statements, the contexts or the key terms that are asked for.

    `slips`: each statement has a number of its own, and not only some.
    """
    if payload["find"] == "statements":
        return {"statements": _statements(payload["passages"], slips=slips)}
    numbered = payload["statements"]
    if payload["find"] == "contexts":
        text = " ".join(one["text"] for one in payload["passages"])
        period = _PERIOD.search(text)
        said = f"Of the {period.group()}" if period else ""
        return {
            "contexts": [{"number": one["number"], "context": said} for one in numbered]
        }
    return {"terms": [_terms(one) for one in numbered]}


def _statements(passages: list[dict[str, str]], *, slips: bool) -> list[dict[str, str]]:
    listed = []
    for passage in passages:
        for match in _SENTENCE.finditer(passage["text"]):
            sentence = match.group().strip(" •\t\r-")
            if _FIGURE.search(sentence) and 12 < len(sentence) <= 280:
                listed.append({"quote": sentence, "statement": _told(sentence, slips)})
    return listed[:_MOST]


def _told(sentence: str, slips: bool) -> str:
    """Return a sentence as the model tells it, at times with a number of its own."""
    told = sentence.replace(" | ", " ")
    if slips or zlib.crc32(sentence.encode()) % _WRONG_NUMBER_SHARE == 0:
        return f"{told.rstrip('.')}, up 987 percent."
    return told


def _terms(numbered: dict[str, Any]) -> dict[str, Any]:
    text = str(numbered["statement"])
    return {
        "number": numbered["number"],
        "statement": text,
        "key_terms": list(dict.fromkeys(_TERM.findall(text)))[:5],
    }
