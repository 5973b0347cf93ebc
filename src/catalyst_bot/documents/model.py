"""A document as one plain text, and what stands where in it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a section of a document is made of."""

    BODY = "body"
    KEY_POINTS = "key_points"  # bullets, highlights
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of a document's text: `text[start:end]`."""

    kind: Kind
    part: str  # of which paper: "8-K", "EX-99.1", "release"
    start: int
    end: int
    table_id: str = ""  # "t1", "t2", … of tables
    is_skipped: bool = False  # layout, contents, legal: counted and never asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that was read whole; all offsets count its characters.

    A plain text file is kept as it is, so that an offset is one in the file. `parts`
    names the papers it was put together from, in their order.
    """

    id: str  # a path, a URL, an accession number or an alert's id
    text: str
    sections: tuple[Section, ...] = ()
    parts: tuple[str, ...] = ()
