"""Cuts a long text into pieces that a model can read at once. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

CHARS_PER_TOKEN = 3  # of filings, with their numbers; English prose has more
RESERVED = 1_500  # tokens of the context for instructions, question and answer
SMALLEST = 1_000  # characters; a model that holds less is of no use here
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """`text` is what stands in the document from `lead` to `end`.

    From `start` on it is new; what comes before was the end of the chunk before.
    """

    lead: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Characters of a chunk that are new, and of those before it, read again."""

    chunk: int = 20_000
    overlap: int = 500

    @property
    def room(self) -> int:
        """Return the most characters that are put before the model at once."""
        return self.chunk + self.overlap

    def within(self, context: int | None) -> "Plan":
        """Return the plan lowered to a context of so many tokens; None: any number."""
        if context is None:
            return self
        room = (context - RESERVED) * CHARS_PER_TOKEN
        overlap = min(self.overlap, room // 2)
        chunk = max(SMALLEST, min(self.chunk, room - overlap))
        return Plan(chunk=chunk, overlap=overlap)


def cut(text: str, plan: Plan) -> tuple[Chunk, ...]:
    """Return the chunks of a text in its order, each as long as the plan allows.

    They end with a line where one ends in their second half, else with a word there.
    Blank ones are left out.
    """
    chunks, start = [], 0
    while start < len(text):
        end = _end_of(text, start, plan.chunk)
        lead = max(0, start - plan.overlap)
        if not text[start:end].isspace():
            chunk = Chunk(lead=lead, start=start, end=end, text=text[lead:end])
            chunks.append(chunk)
        start = end
    return tuple(chunks)


def likeliest_first(texts: Sequence[str], question: str) -> list[int]:
    """Return the places of the texts, those first that share rare words with it.

    A budget that ends early has then been spent where the answer may be.
    """
    words = set(_WORD.findall(question.lower()))
    weights = [0.0] * len(texts)
    folded = [text.lower() for text in texts]
    for word in sorted(words):
        having = [place for place, text in enumerate(folded) if word in text]
        for place in having:
            weights[place] += 1 / len(having)
    return sorted(range(len(texts)), key=lambda place: -weights[place])


def _end_of(text: str, start: int, size: int) -> int:
    end = start + size
    if end >= len(text):
        return len(text)
    for separator in ("\n", " "):
        found = text.rfind(separator, start + size // 2, end)
        if found >= 0:
            return found + 1
    return end
