"""Reads a long document for one question: chunk by chunk, then the notes, and again."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from catalyst_bot.documents.model import Document
from catalyst_bot.llm.batch import Batch
from catalyst_bot.llm.model import (
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.structured import Asker, Objects
from catalyst_bot.reading.long.chunks import Chunk, Plan, cut, likeliest_first
from catalyst_bot.reading.long.model import Answer, Budget, OnProgress
from catalyst_bot.reading.long.prompts import (
    Note,
    Unsupported,
    chunk_request,
    combine_request,
    joined,
    read_combined,
    read_note,
)
from catalyst_bot.reading.long.spending import Spending

# What the next chunk would meet too: a person has to do something first.
_HOPELESS = {
    LLMErrorKind.AUTH,
    LLMErrorKind.MODEL_MISSING,
    LLMErrorKind.SPEND_LIMIT,
}


class LongReader:
    """Answers one question at a time by a fixed plan; the model only fills in forms.

    `at_once` questions are put at a time, in the lane of whoever asks. `on_progress` is
    called after each as `llm.batch` does, and counts chunks.
    """

    def __init__(
        self,
        llm: Asker,
        *,
        plan: Plan,
        budget: Budget,
        lane: Lane = Lane.INTERACTIVE,
        at_once: int = 10,
        on_progress: OnProgress | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._completer = Objects(llm)
        self._plan, self._budget = plan, budget
        self._lane, self._at_once, self._monotonic = lane, at_once, monotonic
        self._on_progress = on_progress
        self._begin()

    async def answer(self, document: Document, question: str) -> Answer:
        """Return what the document says; what was not done is said in the answer.

        Raises:
            ValueError: the question is blank.
        """
        if not question.strip():
            raise ValueError("the question is empty")
        self._begin()
        await self._read(cut(document.text, self._plan), question)
        await self._combine(question)
        return self.so_far("")

    def so_far(self, reason: str) -> Answer:
        """Return what is known by now; `reason` says why it is not more, "" if it is.

        What was not combined stands one below the other.
        """
        reasons = [reason] if reason else []
        reasons += [self._reading_fault(), self._combining_fault]
        why = "; ".join(one for one in reasons if one)
        spending = self._spending
        citations = {one for note in self._notes for one in note.citations}
        return Answer(
            text=joined(self._notes),
            citations=tuple(sorted(citations, key=lambda one: (one.start, one.end))),
            found=bool(self._notes),
            calls=spending.calls,
            depth=self._depth,
            partial=bool(why),
            reason=why,
            seconds=spending.seconds,
            tokens=spending.tokens,
            asked=spending.asked,
            failed=spending.failed,
            refused=self._refused,
        )

    def _begin(self) -> None:
        self._spending = Spending(self._budget, monotonic=self._monotonic)
        self._notes: list[Note] = []
        self._depth = self._chunks = self._unread = self._refused = 0
        self._faults: Counter[LLMErrorKind] = Counter()
        self._combining_fault = ""

    async def _read(self, chunks: Sequence[Chunk], question: str) -> None:
        """Take a note of what each chunk says, the likeliest chunks first."""
        distinct: dict[str, Chunk] = {}
        for chunk in chunks:
            distinct.setdefault(chunk.text, chunk)
        texts = list(distinct)
        self._chunks = self._unread = len(texts)
        self._depth = min(1, len(texts))
        # Long texts and questions take a while, in which the alerts go on.
        likeliest = await asyncio.to_thread(likeliest_first, texts, question)
        order = [texts[place] for place in likeliest]
        requests = [chunk_request(question, text) for text in order]
        async with aclosing(self._outcomes(requests, self._on_progress)) as outcomes:
            async for place, answered in outcomes:
                self._unread -= 1
                self._take(answered, question, distinct[order[place]])

    def _take(self, answered: str, question: str, chunk: Chunk) -> None:
        try:
            note = read_note(answered, question, chunk)
        except Unsupported:
            self._refused += 1
            return
        if note is not None and not self._is_known(note):
            self._notes.append(note)
            self._notes.sort(key=lambda one: one.citations[0].start)

    def _is_known(self, note: Note) -> bool:
        """Tell whether the chunk before, which ends with the same text, has it too."""
        (new,) = note.citations
        return any(
            old.start < new.end and new.start < old.end
            for known in self._notes
            for old in known.citations
        )

    async def _combine(self, question: str) -> None:
        """Put the notes together until there is one."""
        while len(self._notes) > 1 and not self._combining_fault:
            spent = self._spending.spent()
            if self._depth >= self._budget.depth:
                spent = f"the depth of {self._budget.depth} is used up"
            if spent or self._faults.keys() & _HOPELESS:
                self._combining_fault = f"the notes were not combined: {spent}"
                return
            await self._combine_once(question)

    async def _combine_once(self, question: str) -> None:
        """Make one note of each group that the model can read at once."""
        self._depth += 1
        *groups, last = _grouped(self._notes, self._plan.room)
        rest = last if len(last) == 1 else []  # nothing to put it together with
        groups += [last] if not rest else []
        merged: dict[int, list[Note]] = {}
        requests = [combine_request(question, group) for group in groups]
        async with aclosing(self._outcomes(requests, None)) as outcomes:
            async for place, answered in outcomes:
                note = read_combined(answered, question, groups[place])
                merged[place] = [note] if note else []
        if len(merged) < len(groups):
            why = self._spending.spent() or _words(self._faults)
            self._combining_fault = f"not all notes were combined: {why}"
        together = [merged.get(place, group) for place, group in enumerate(groups)]
        self._notes = [note for group in (*together, rest) for note in group]

    async def _outcomes(
        self, requests: Sequence[CompletionRequest], on_progress: OnProgress | None
    ) -> AsyncGenerator[tuple[int, str], None]:
        """Yield the answers that can be read, until a budget is used up."""
        for start, turn in self._spending.turns(requests):
            async with aclosing(self._turn(turn, on_progress)) as outcomes:
                async for place, answered in outcomes:
                    yield start + place, answered
            if self._faults.keys() & _HOPELESS:
                return

    async def _turn(
        self, requests: Sequence[CompletionRequest], on_progress: OnProgress | None
    ) -> AsyncGenerator[tuple[int, str], None]:
        spending = self._spending
        left = spending.seconds_left
        batch = Batch(
            completer=self._completer,
            within=left,
            deadline=left,
            max_concurrent=self._at_once,
            lane=self._lane,
            on_progress=on_progress,
            monotonic=self._monotonic,
        )
        async with aclosing(batch.stream(requests)) as stream:
            async for place, outcome in stream:
                spending.note(outcome)
                if isinstance(outcome, LLMError):
                    self._faults[outcome.kind] += 1
                else:
                    yield place, outcome.text
                if spending.spent() or self._faults.keys() & _HOPELESS:
                    return

    def _reading_fault(self) -> str:
        """Return how many chunks nobody has read, and why; "" when all were."""
        if not self._unread:
            return ""
        read = self._chunks - self._unread
        why = [self._spending.spent(), _words(self._faults)]
        told = "; ".join(one for one in why if one)
        return f"{read} of {self._chunks} chunks were read" + (told and f": {told}")


def _grouped(notes: Sequence[Note], room: int) -> list[list[Note]]:
    """Return the notes in groups of at least two that fill a chunk."""
    groups: list[list[Note]] = [[]]
    size = 0
    for note in notes:
        length = len(note.answer) + len(note.quotes)
        if len(groups[-1]) >= 2 and size + length > room:
            groups.append([])
            size = 0
        groups[-1].append(note)
        size += length
    return groups


def _words(faults: Counter[LLMErrorKind]) -> str:
    return ", ".join(f"{count} × {kind.value}" for kind, count in faults.most_common())
