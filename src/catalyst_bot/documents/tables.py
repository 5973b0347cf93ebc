"""What a table of a filing is about: figures, or layout, contents and formalities."""

import re
from dataclasses import dataclass

Row = tuple[str, ...]

_NUMBER = re.compile(r"[-–+]?\(?[$€£¥]?\s?[-–]?\d[\d,]*(?:\.\d+)?\)?\s?(?:%|x|bps)?\)?")
_OPENS = frozenset({"$", "€", "£", "¥", "(", "$(", "US$"})
_CLOSES = re.compile(r"[)%]+|pts?|x")
_LEGAL = re.compile(
    r"/s/|\bsignature|\btrading symbol|\bexhibit (?:no|number)|\bcommission file"
    r"|\bemployer identification|\btelephone|\bzip code|\bpursuant to",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:item|part|note|section)\s+[\dIVX]+\b", re.IGNORECASE)
_PAGE = re.compile(r"(?:F-)?\d{1,3}|[ivxl]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells, the empty ones left out."""

    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        """Return a line for each row."""
        return "\n".join(" | ".join(row) for row in self.rows)


def is_worth_asking(table: Table) -> bool:
    """Tell whether it has figures to ask about: no layout, contents or formalities."""
    if _LEGAL.search(table.text[:20_000]):
        return False
    figures = [row for row in table.rows if any(map(_NUMBER.fullmatch, row[1:]))]
    if not figures:
        return False
    return not _is_contents(figures)


def joined_cells(cells: Row) -> Row:
    """Return a row whose signs stand with their numbers.

    Filings set "$", "(" , ")" and "%" in cells of their own, so that numbers align.
    """
    row: list[str] = []
    opened = ""
    for cell in cells:
        if cell in _OPENS:
            opened += cell
        elif row and _CLOSES.fullmatch(cell):
            row[-1] += cell
        else:
            row.append(opened + cell)
            opened = ""
    if opened:
        row.append(opened)
    return tuple(row)


def _is_contents(rows: list[Row]) -> bool:
    """Tell whether most rows are a heading and the page where it stands."""
    pages = [row for row in rows if _PAGE.fullmatch(row[-1])]
    named = [row for row in pages if _CONTENTS.match(row[0])]
    return len(pages) == len(rows) and 2 * len(named) >= len(rows)
