"""A question's answer with the places that it rests on, and what it may cost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from catalyst_bot.documents.model import Document

OnProgress = Callable[[int, int, int, float], object]  # done, total, failed, ETA in s


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where the document says it: `quote` is `text[start:end]`, to the letter."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a document says to a question, as far as it was read.

    `found` has at least one citation, and no number that none of them has. A `partial`
    one says in `reason` what was not done; when the question was nowhere answered, it
    may be there. `asked` counts the questions that the model answered or failed, those
    from the cache too; without any, nobody has looked.
    """

    text: str
    citations: tuple[Citation, ...]  # in the order of the document
    found: bool
    calls: int  # requests sent to the model, repeated ones too; not those cached
    depth: int  # 1: chunks were read; each round that combines notes is one more
    partial: bool
    reason: str  # one line, "" for a whole answer
    seconds: float
    tokens: int = 0  # spent, of prompts and answers
    asked: int = 0
    failed: int = 0  # of those
    refused: int = 0  # answers whose quote does not stand in the document


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one question may cost at most; whatever ends first makes it partial."""

    calls: int = 500
    depth: int = 3
    tokens: int | None = None  # None: any number
    seconds: float = 300.0


class Answerer(Protocol):
    """A way to answer questions to documents."""

    async def answer(self, document: Document, question: str) -> Answer:
        """Return the answer; no LLM error is raised, it says what went wrong."""
        ...

    def so_far(self, reason: str) -> Answer:
        """Return what an answer that was broken off has come to, and why it ended."""
        ...
