"""Reads the JSON object that a model was asked for out of what it wrote.

The first rung whose value fits the schema wins, and each only takes away what cannot
be part of the answer; none adds, closes or completes anything. What is left in doubt
(two objects, a key twice, a number at the end of a cut text) is no answer.
"""

import json
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from catalyst_bot.llm.schema import Mismatch, Schema

LONGEST = 16 * 1024  # bytes; a verdict has under 1,000
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json|JSON)?\s*\n(.*)\n\s*```\Z", re.DOTALL)
_OPEN_FENCE = re.compile(r"\A```(?:json|JSON)?\s*\n\s*")
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"|["{}\[\]]', re.DOTALL)


class Rung(StrEnum):
    """How an answer was read, the best first."""

    STRICT = "strict"  # as it stands
    CLEANED = "cleaned"  # without thoughts and a code fence
    LENIENT = "lenient"  # with raw control characters in its texts
    EMBEDDED = "embedded"  # the only object in some prose
    PARTIAL = "partial"  # cut off after everything that is needed
    REASKED = "reasked"  # by one of the above, at the second asking


class Unreadable(Exception):
    """No rung gave a value; `why` is short, ours, and quotes nothing."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The object as its schema wants it, and how it was come by."""

    value: dict[str, Any]
    rung: Rung


def read_answer(text: str, schema: Schema) -> Reading:
    """Return the one object of a complete answer.

    Raises:
        Unreadable: there is none that fits, or more than one.
    """
    _check_size(text)
    reason = "not JSON"
    for rung, candidate, is_strict in _candidates(text, schema.fields):
        try:
            value = schema.check(_load(candidate, is_strict=is_strict))
        except Mismatch as mismatch:
            reason = mismatch.why
        except (ValueError, RecursionError):
            continue
        else:
            return Reading(value=value, rung=rung)
    raise Unreadable(reason)


def read_cut_answer(text: str, schema: Schema, *, needed: Sequence[str]) -> Reading:
    """Return what stands complete in an answer that was cut off.

    A field counts when another one follows it: `0.8` at the end may have been `0.85`.
    That other must be seen to be another.

    Raises:
        Unreadable: one of the `needed` fields does not count, or one does not fit.
    """
    _check_size(text)
    cleaned = _OPEN_FENCE.sub("", _cleaned(text))
    comma = _last_comma(cleaned)
    if comma is None:
        raise Unreadable("cut off too early")
    try:
        found = _load(cleaned[:comma] + "}", is_strict=True)
        value = schema.check(found, needed=needed)
    except Mismatch as mismatch:
        raise Unreadable(f"cut off, {mismatch.why}") from mismatch
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    if not _is_another(cleaned[comma + 1 :], value, schema.fields):
        raise Unreadable("cut off, a key may stand twice")
    return Reading(value=value, rung=Rung.PARTIAL)


def _is_another(tail: str, present: Container[str], fields: Sequence[str]) -> bool:
    """Tell whether the key that begins here can only be a field that is not there yet.

    One that the schema does not know is a damaged one.
    """
    key, is_whole, _ = tail.lstrip()[1:].partition('"')
    begun = [name for name in fields if name.startswith(key)]
    if is_whole:
        return key in fields and key not in present
    return bool(begun) and not any(name in present for name in begun)


def _check_size(text: str) -> None:
    if len(text.encode(errors="replace")) > LONGEST:
        raise Unreadable(f"above {LONGEST >> 10} KiB")


def _candidates(text: str, fields: Sequence[str]) -> Iterator[tuple[Rung, str, bool]]:
    """Yield each rung's text, and whether its strings must be strict JSON."""
    yield Rung.STRICT, text, True
    cleaned = _cleaned(text)
    yield Rung.CLEANED, cleaned, True
    yield Rung.LENIENT, cleaned, False
    embedded = _only_object(cleaned, fields)
    if embedded is not None:
        yield Rung.EMBEDDED, embedded, False


def _cleaned(text: str) -> str:
    text = _THOUGHTS.sub("", text.removeprefix("\ufeff")).strip()
    fenced = _FENCE.match(text)
    return fenced.group(1).strip() if fenced else text


def _load(text: str, *, is_strict: bool) -> Any:
    """Return the JSON value of a text; NaN, infinity and doubled keys are none.

    Raises:
        ValueError, RecursionError: it is not JSON, or too deep.
    """
    return json.loads(
        text,
        strict=is_strict,
        parse_constant=_refuse_constant,
        object_pairs_hook=_single_keys,
    )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _single_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key stands twice")
    return value


def _only_object(text: str, fields: Sequence[str]) -> str | None:
    """Return the one balanced object in a text; None if there are traces of another.

    Those are a brace or the name of a field beside it. Within quotes it is a text about
    an object, with escapes of its own. Other marks of prose do not matter.
    """
    start = text.find("{")
    end = _end_of_object(text, start) if start >= 0 else None
    if end is None:
        return None
    before, after = text[:start], text[end:]
    around = before + after
    is_another = {"{", "}"} & set(around) or any(
        f'"{name}"' in around for name in fields
    )
    return None if is_another or before.count('"') % 2 else text[start:end]


def _end_of_object(text: str, start: int) -> int | None:
    depth = 0
    for mark in _MARKS.finditer(text, start):
        if mark[0] == '"':  # never closed
            return None
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return None


def _last_comma(text: str) -> int | None:
    """Return where the comma stands before the last key of an object that has begun."""
    if not text.startswith("{"):
        return None
    depth, after, comma = 0, 0, None
    for mark in _MARKS.finditer(text):
        if depth == 1 and mark[0].startswith('"'):
            between = text[after : mark.start()].rstrip()
            if between.endswith(","):  # so this is a key
                comma = after + len(between) - 1
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(mark[0], 0)
        if depth == 0:
            return None  # it is complete: whatever cut it, was not in the object
        after = mark.end()
        if mark[0] == '"':
            break
    return comma
