"""The simulated model looks for an answer in a text: the line with the rare words."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from catalyst_bot.text import word_set

_QUESTION = re.compile(r'^\{"question": .*\}$', re.MULTILINE)
_WORD = re.compile(r"[a-z0-9]{3,}")
_COMMON = word_set(
    "the and for are was were did does has have had how what when where which who whom "
    "why much many this that with from its their our company document"
)
_LONGEST_QUOTE = 300  # characters, as the model is told
_ENOUGH = 0.6  # of the question's words, and two at least


def question_in(prompt: str) -> Mapping[str, Any] | None:
    """Return the question about a text, or about notes, that a prompt puts."""
    found = _QUESTION.findall(prompt)
    if not found:
        return None
    try:
        asked = json.loads(found[-1])
    except ValueError:
        return None
    is_ours = isinstance(asked.get("text"), str) or isinstance(asked.get("notes"), list)
    return asked if is_ours else None


def look_up(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the text says to the question, or what the notes say together."""
    if "notes" in asked:
        return _combined(asked["notes"])
    wanted = words_of(asked["question"])
    lines = asked["text"].splitlines()
    best = max(lines, key=lambda line: len(wanted & words_of(line)), default="")
    if len(wanted & words_of(best)) < max(2, _ENOUGH * len(wanted)):
        return {"found": False, "answer": "", "quote": ""}
    quote = best.strip()[:_LONGEST_QUOTE]
    return {"found": True, "answer": quote, "quote": quote}


def _combined(notes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    answers = dict.fromkeys(str(note["answer"]) for note in notes)
    return {
        "found": True,
        "answer": " ".join(answers),
        "notes": [note["note"] for note in notes],
    }


def words_of(text: str) -> set[str]:
    """Return the words of a text that tell what it is about."""
    return set(_WORD.findall(text.lower())) - _COMMON
