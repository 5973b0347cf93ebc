"""Known verdicts, and what models and networks make of them.

No damage here changes a digit or a word inside the answer: that nobody could see.
"""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

_TEXTS = (
    "beats estimates by $0.45",
    'said it "may" sell {assets}, [maybe] more',
    "Umsatz +3,2 % – „Rekord“",
    "line one\nline two\ttabbed",
    r"a back\slash and a brace } or {",
    "```json\n{}\n```",
    "<think>no</think>",
    '", "reason": "other',
    "",
)
_THOUGHTS = 'maybe {"direction": "bearish"} fits, "or" not'
_JUNK = "{}[],:\"'abc \n\t\x00\\`"

Verdict = Mapping[str, Any]
Damage = Callable[[str, random.Random], str]


def a_verdict(rng: random.Random) -> dict[str, Any]:
    return {
        "direction": rng.choice(["bullish", "bearish", "neutral", "mixed"]),
        "confidence": rng.choice([0, 1, 0.5, 0.85, 0.1234, 1e-3]),
        "evidence": rng.choice(_TEXTS),
        "reason": rng.choice(_TEXTS),
        "risk": rng.choice(_TEXTS),
    }


def written(verdict: Verdict, rng: random.Random) -> str:
    indent = rng.choice([None, 0, 2])
    return json.dumps(verdict, indent=indent, ensure_ascii=rng.random() < 0.5)


def damaged(text: str, rng: random.Random) -> tuple[str, bool]:
    """Return a text with one to three kinds of damage, and whether it was cut."""
    is_cut = rng.random() < 0.4
    # an answer of which nothing but another one is left is that other one
    damages = DAMAGES if is_cut else (*DAMAGES, _after_other)
    for _ in range(rng.randint(1, 3)):
        text = rng.choice(damages)(text, rng)
    return text[: rng.randrange(len(text) + 1)] if is_cut else text, is_cut


def _outside(text: str, rng: random.Random) -> int:
    """Return a place that is not within a string; the end counts."""
    places, is_inside, skips = [len(text)], False, False
    for place, mark in enumerate(text):
        if skips:
            skips = False
        elif is_inside and mark == "\\":
            skips = True
        elif mark == '"':
            is_inside = not is_inside
        elif not is_inside and mark not in "0123456789.e-+":
            places.append(place)
    return rng.choice(places)


def _insert(text: str, rng: random.Random) -> str:
    place = _outside(text, rng)
    return text[:place] + rng.choice(_JUNK) + text[place:]


def _delete(text: str, rng: random.Random) -> str:
    place = _outside(text, rng)
    return text[:place] + text[place + 1 :]


def _before_other(text: str, rng: random.Random) -> str:
    """Put another verdict behind it."""
    return f"{text}{rng.choice(['', ' or '])}{written(a_verdict(rng), rng)}"


def _after_other(text: str, rng: random.Random) -> str:
    """Put another verdict before it."""
    return f"{written(a_verdict(rng), rng)} or {text}"


def _trailing_comma(text: str, _: random.Random) -> str:
    return f"{text[:-1]},}}" if text.endswith("}") else text


def _tail_number(text: str, rng: random.Random) -> str:
    """Cut in the middle of the number."""
    place = text.find(".")
    return text[: place + 2] if place > 0 else text


DAMAGES: tuple[Damage, ...] = (
    _insert,
    _delete,
    _delete,
    _before_other,
    _trailing_comma,
    _tail_number,
    lambda text, rng: f"```json\n{text}\n```",
    lambda text, rng: f"```\n{text}\n```\nHope that helps!",
    lambda text, rng: f"<think>{_THOUGHTS}</think>\n{text}",
    lambda text, rng: f"<think>{_THOUGHTS}\n{text}",
    lambda text, rng: f"Sure! It's \"simple\":\n{text}\nThat's 5'11\" of it.",
    lambda text, rng: "\ufeff" + text,
    lambda text, rng: text.replace("\\n", "\n").replace("\\t", "\t"),
    lambda text, rng: text.replace('"', "'"),
    lambda text, rng: text.replace("{", '{"confidence": 0.9, ', 1),
    lambda text, rng: text.replace('"confidence": ', '"confidence": 8', 1),
    lambda text, rng: text.replace('"confidence": ', '"confidence": NaN, "x": ', 1),
    lambda text, rng: text.replace('"confidence": ', '"confidence": 1e999', 1),
    lambda text, rng: text.replace('"bullish"', '"Bullish "'),
    lambda text, rng: text.replace('"reason"', '"Reason"'),
    lambda text, rng: f"[{text}]",
    lambda text, rng: f'{{"answer": {text}}}',
    lambda text, rng: json.dumps(text),
    lambda text, rng: text + " " * rng.choice([10, 20_000]),
    lambda text, rng: "[" * rng.choice([3, 12_000]) + text,
    lambda text, rng: text.replace('\\"', '"'),
)
