"""Measures what reading a hostile document costs: all of it, and behind an alert.

Run as `python -m benchmarks.hostile_pages`. Seconds are of the processor: behind an
alert for FULL bytes, the longest body that is fetched; without that allowance for each
million bytes, beside a page of prose.
"""

import time
from contextlib import suppress

from rich.console import Console
from rich.table import Table

from catalyst_bot.documents.allowance import Allowance
from catalyst_bot.documents.reading import read_document
from catalyst_bot.errors import UnreadableDocument
from catalyst_bot.sources.fetch import MAX_BODY

FULL, MILLION = MAX_BODY - 100, 1_000_000
BAR = 0.5  # seconds, behind an alert
HEAD = "<!doctype html><html><body>"
UNITS = {
    "prose": "<p>Acme reported revenue of $12 million, and so on for a while.</p>",
    "paragraphs that never end": "<p>a",
    "items that never end": "<li>a",
    "cells outside rows": "<td>1",
    "rows of a table": "<tr><td>1</td><td>2</td></tr>",
    "tables": "<table><tr><td>a</table>",
    "tables in tables": "<table><tr><td>" * 60 + "a" + "</table>" * 60,
    "articles in articles": "<article>" * 200 + "abc" + "</article>" * 200,
    "elements 200 deep": "<div>" * 200 + "a" + "</div>" * 200,
    "elements without end": "<div>",
    "comments without end": "<!--",
    "entities": "&amp;&#65;&x",
    "marks of a broken line": "<br>",
    "signs of markup": "<",
}


def shapes(length: int) -> dict[str, str]:
    """Return each document by its name, `length` bytes long at most."""
    found = {name: HEAD + unit * (length // len(unit)) for name, unit in UNITS.items()}
    found["a table"] = HEAD + "<table>" + UNITS["rows of a table"] * (length // 29)
    found["attributes of one tag"] = (
        HEAD + "<p " + " ".join(f"a{n}=1" for n in range(length // 11)) + ">x"
    )
    found["text in columns"] = "1   2\n" * (length // 6)
    found["bullets of text"] = "- a\n" * (length // 4)
    return {name: text[:length] for name, text in found.items()}


def seconds(raw: bytes, allowance: Allowance | None) -> float:
    """Return what reading costs; what is refused costs something too."""
    began = time.process_time()
    with suppress(UnreadableDocument):
        read_document(raw, id="x", allowance=allowance)
    return time.process_time() - began


def main() -> None:
    """Print the table, the worst first."""
    rows, shorter = [], shapes(MILLION)
    for name, text in shapes(FULL).items():
        behind = seconds(text.encode(), Allowance())
        rows.append((behind, seconds(shorter[name].encode(), None), name))
    prose = next(row[1] for row in rows if row[2] == "prose")
    table = Table(title="Reading hostile documents, seconds of the processor")
    behind_of = f"{FULL / 1e6:.1f} MB behind an alert"
    for heading in ("what", behind_of, "1 MB whole", "of prose", "bar", "met"):
        table.add_column(heading)
    for behind, whole, name in sorted(rows, reverse=True):
        met = "yes" if behind <= BAR else "NO"
        ratio = f"{whole / prose:.1f} x"
        table.add_row(name, f"{behind:.3f}", f"{whole:.2f}", ratio, f"<= {BAR}", met)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
