"""Cuts a document into what is asked at once: prose, key points and tables apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalyst_bot.documents.model import Document, Kind, Section

CHUNK_CHARS = 5_000  # with its statements and the answer it fits 4,096 tokens
MOST_CHUNKS = 40  # of a document; what is longer is a question for `ask`
_LEAD_CHARS = 240  # what stands over a table: its title, "in millions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch `text[start:end]` of one section; `lead` stands before its table."""

    section: Section
    start: int
    end: int
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Passages of one kind that are asked about in one question."""

    kind: Kind
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What of a document is asked; `is_cut`: it has more than that."""

    chunks: tuple[Chunk, ...]
    is_cut: bool
    tables_skipped: int


def plan_of(document: Document) -> Plan:
    """Return the chunks of a document, those of each kind in the order of its text.

    Each has at most CHUNK_CHARS characters, cut where a line ends; of more than
    MOST_CHUNKS the first of each kind are taken.
    """
    asked = [one for one in document.sections if not one.is_skipped]
    groups = [
        list(_packed(document.text, kind, [one for one in asked if one.kind is kind]))
        for kind in Kind
    ]
    fair = [
        chunk
        for place in range(max(map(len, groups)))
        for group in groups
        for chunk in group[place : place + 1]
    ]
    return Plan(
        chunks=tuple(fair[:MOST_CHUNKS]),
        is_cut=len(fair) > MOST_CHUNKS,
        tables_skipped=sum(
            one.kind is Kind.TABLE and one.is_skipped for one in document.sections
        ),
    )


def _packed(text: str, kind: Kind, sections: Sequence[Section]) -> Iterator[Chunk]:
    """Yield chunks that are filled one after the other."""
    passages: list[Passage] = []
    length = 0
    for section in sections:
        for passage in _cut(text, section):
            size = passage.end - passage.start + len(passage.lead)
            if passages and length + size > CHUNK_CHARS:
                yield Chunk(kind=kind, passages=tuple(passages))
                passages, length = [], 0
            passages.append(passage)
            length += size
    if passages:
        yield Chunk(kind=kind, passages=tuple(passages))


def _cut(text: str, section: Section) -> Iterator[Passage]:
    lead = ""
    if section.kind is Kind.TABLE:
        lead = text[max(0, section.start - _LEAD_CHARS) : section.start].strip()
    most = CHUNK_CHARS - len(lead)
    start = section.start
    while section.end - start > most:
        end = text.rfind("\n", start + most // 2, start + most) + 1
        end = end or text.rfind(" ", start + most // 2, start + most) + 1
        end = end or start + most
        yield Passage(section=section, start=start, end=end, lead=lead)
        start = end
    if text[start : section.end].strip():
        yield Passage(section=section, start=start, end=section.end, lead=lead)
