"""Finds the sections of a plain text, which stays as it is."""

import re
from collections.abc import Iterator

from catalyst_bot.documents.model import Document, Kind, Section
from catalyst_bot.documents.tables import Table, is_worth_asking

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_BULLET = re.compile(r"[ \t]{0,12}(?:[•‣▪●◦·*–—-]|\(?[a-z0-9]{1,2}[.)])[ \t]+\S")
_COLUMNS = re.compile(r"\s*\|\s*|\t+| {3,}|(?: \.){3,} ?|\.{4,}")
_NUMBER = re.compile(r"\(?[$€£]?\s?\d[\d,.]*\s?%?\)?|[-–—]")
_LEAST_ROWS = 2  # a single row with columns is an indented line


def read_plain(text: str, *, id: str, part: str) -> Document:  # noqa: A002
    """Return a document whose text is `text`, so that its offsets are the file's."""
    sections: list[Section] = []
    tables = 0
    for kind, start, end in _stretches(text):
        is_skipped, table_id = False, ""
        if kind is Kind.TABLE:
            rows = tuple(
                tuple(_cells(line)) for line in text[start:end].splitlines() if line
            )
            is_skipped = not is_worth_asking(Table(rows=rows))
            tables += 1
            table_id = f"t{tables}"
        sections.append(
            Section(
                kind=kind,
                part=part,
                start=start,
                end=end,
                table_id=table_id,
                is_skipped=is_skipped,
            )
        )
    return Document(
        id=id, text=text, sections=tuple(sections), parts=(part,) if part else ()
    )


def _stretches(text: str) -> Iterator[tuple[Kind, int, int]]:
    """Yield each run of lines of one kind; blank lines belong to the run before."""
    kind: Kind | None = None
    start = end = rows = 0
    is_apart = False  # by a blank line from what went before
    for match in _LINE.finditer(text):
        line = match.group().strip("\r\n")
        if not line.strip():
            is_apart = True
            continue
        found = _kind_of(line, inside=None if is_apart else kind)
        is_apart = False
        if found is not kind:
            if kind is not None:
                yield _settled(kind, rows), start, end
            kind, start, rows = found, match.start(), 0
        rows += 1
        end = match.start() + len(match.group().rstrip())
    if kind is not None:
        yield _settled(kind, rows), start, end


def _settled(kind: Kind, rows: int) -> Kind:
    return Kind.BODY if kind is Kind.TABLE and rows < _LEAST_ROWS else kind


def _kind_of(line: str, *, inside: Kind | None) -> Kind:
    if _BULLET.match(line):
        return Kind.KEY_POINTS
    if inside is Kind.KEY_POINTS and (line[0] in " \t" or line[0].islower()):
        return Kind.KEY_POINTS  # a bullet goes on
    cells = _cells(line)
    if len(cells) > 1 and any(_NUMBER.fullmatch(cell) for cell in cells[1:]):
        return Kind.TABLE
    return Kind.BODY


def _cells(line: str) -> list[str]:
    """Return the columns of a line, from a line that is not of absurd length."""
    return [cell for cell in _COLUMNS.split(line[:2_000].strip()) if cell.strip()]
