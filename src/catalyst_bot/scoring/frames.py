"""Phrases with a gap, where a name stands: "adds Acme to index", "sells Acme stake"."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from catalyst_bot.scoring.lexicon import Frame, Frames, Phrase
from catalyst_bot.scoring.prepared import Prepared

WIDEST = 8  # words in a gap
_ENDS = ",;:?!"
_BREAKS = frozenset(
    ("but", "while", "after", "although", "though", "amid", "despite", "as", "-")
)

Span = tuple[int, int, float]  # the words [first, last) and a weight


class _Tail(NamedTuple):
    """What was found behind a gap: the words [first, last)."""

    first: int
    last: int
    weight: float


def framed(
    prepared: Prepared, words: tuple[str, ...], frames: Frames, free: list[bool]
) -> Iterator[Span]:
    """Yield the frames in `words`; their words are then no longer free.

    Nor are those in the gap: what a name says is no news.
    """
    for at, word in enumerate(words):
        if word not in frames:
            continue
        for head, tails in _heads(words, at, frames):
            gap = at + len(head)
            tail = _tail(prepared, words, gap, tails)
            if tail is None:
                continue
            first, last, weight = tail
            if all(free[at:gap]) and all(free[first:last]):
                free[at:last] = [False] * (last - at)
                if weight:
                    yield at, last, weight
                break


def _heads(words: tuple[str, ...], at: int, frames: Frames) -> Iterator[Frame]:
    group = frames[words[at]]
    if at + 1 < len(words):
        for frame in group.get(words[at + 1], ()):
            if words[at : at + len(frame[0])] == frame[0]:
                yield frame
    yield from group.get("", ())


def _tail(
    prepared: Prepared,
    words: tuple[str, ...],
    begin: int,
    tails: Mapping[str, tuple[Phrase, ...]],
) -> _Tail | None:
    """Return the first of `tails` in the clause, after a gap that begins at `begin`."""
    chunks = prepared.chunks
    for i in range(begin, min(begin + WIDEST + 1, len(words))):
        if chunks[i - 1][-1] in _ENDS or words[i - 1] in _BREAKS:
            return None
        for tail, weight in tails.get(words[i], ()):
            if words[i : i + len(tail)] == tail:
                return _Tail(i, i + len(tail), weight)
    return None
