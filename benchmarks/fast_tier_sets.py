"""Measures the fast tier on a folder of labelled sets, each written by another hand.

A folder holds trader_titles.csv (title, label), catalyst_titles.csv (title, category),
offering_titles.csv (title), wire_titles.csv (title, worth_ping), ticker_titles.csv
(title, subject, form) and story_pairs.csv (first, second, their tickers, label).
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catalyst_bot.intake.duplicates import is_same_story, story_form
from catalyst_bot.intake.mentions import Role
from catalyst_bot.intake.read_once import ReadOnce
from catalyst_bot.intake.symbols import SymbolTable
from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.model import Alert, NewsItem, SourceKind
from catalyst_bot.scoring.headline import HeadlineScorer
from catalyst_bot.scoring.policy import AlertPolicy

SETS = Path(__file__).parents[1] / "tests" / "data" / "fast_tier"
ORDER = ("first", "second", "third", "fourth", "fifth")  # as they were written
TRADERS = "trader_titles.csv"
# What no category says, and those whose only effect is that there is no alert.
NO_CATALYST = frozenset({"none", "routine", "promotion"})

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share of `hits` in `of`, with what it must reach, or must not pass."""

    what: str
    hits: int
    of: int
    bar: float
    is_ceiling: bool = False

    @property
    def share(self) -> float:
        """Return the share, 0..1; 1 of nothing that was to be found."""
        return self.hits / self.of if self.of else float(not self.is_ceiling)

    @property
    def is_met(self) -> bool:
        """Tell whether the bar is kept."""
        share = self.share
        return share <= self.bar if self.is_ceiling else share >= self.bar


def all_sets() -> list[Path]:
    """Return the folders of the sets that are there, in the order of writing."""
    return [SETS / name for name in ORDER if (SETS / name).is_dir()]


def figures(
    folder: Path, *, scorer: HeadlineScorer, table: SymbolTable
) -> Iterator[Figure]:
    """Yield what the issue asks of each set in the folder; absent files yield none."""
    if rows := _rows(folder / "ticker_titles.csv"):
        yield from _tickers(rows, table)
    if rows := _rows(folder / "story_pairs.csv"):
        yield from _stories(rows, ReadOnce(scorer))
    if rows := _rows(folder / "wire_titles.csv"):
        yield from _wire(rows, scorer)
    if rows := _rows(folder / "catalyst_titles.csv"):
        yield from _catalysts(rows, scorer)
    if rows := _rows(folder / "offering_titles.csv"):
        yield _offerings(rows, scorer)


def _rows(path: Path) -> Rows:
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _tickers(rows: Rows, table: SymbolTable) -> Iterator[Figure]:
    """Yield how many subjects are found, and how many of those found are subjects."""
    for form, name, recall, precision in (
        ("explicit", "explicit", 0.95, 0.99),
        ("name", "by company name", 0.82, 0.90),
    ):
        wanted = found = right = 0
        for row in rows:
            if row["form"] != form:
                continue
            subjects = set(row["subject"].split())
            named = _subjects(row["title"], table)
            wanted += len(subjects)
            found += len(named)
            right += len(subjects & named)
        yield Figure(what=f"tickers {name}: found", hits=right, of=wanted, bar=recall)
        yield Figure(
            what=f"tickers {name}: precise", hits=right, of=found, bar=precision
        )
    other = [row for row in rows if row["form"] not in ("explicit", "name")]
    exact = sum(
        _subjects(row["title"], table) == set(row["subject"].split()) for row in other
    )
    yield Figure(
        what="tickers, nobody's or a source's: exact",
        hits=exact,
        of=len(other),
        bar=0.0,
    )


def _subjects(title: str, table: SymbolTable) -> set[str]:
    found = find_tickers(title, table)
    return {one.symbol for one in found if one.role is Role.SUBJECT}


def _stories(rows: Rows, readings: ReadOnce) -> Iterator[Figure]:
    merged: dict[str, list[bool]] = {"same": [], "different": [], "stage": []}
    for row in rows:
        one, other = (
            story_form(
                row[name],
                row[f"{name}_ticker"].split(),
                kinds=readings.kinds(row[name]),
            )
            for name in ("first", "second")
        )
        merged[row["label"]].append(is_same_story(one, other))
    same, different, stage = merged["same"], merged["different"], merged["stage"]
    yield Figure(what="stories: recall", hits=sum(same), of=len(same), bar=0.95)
    yield Figure(
        what="stories: false merges",
        hits=sum(different),
        of=len(different),
        bar=0.01,
        is_ceiling=True,
    )
    yield Figure(
        what="stories: merges across stages",
        hits=sum(stage),
        of=len(stage),
        bar=0.0,
        is_ceiling=True,
    )


def _wire(rows: Rows, scorer: HeadlineScorer) -> Iterator[Figure]:
    """Yield what alerts by the default settings if every title names a listed stock."""
    alerted = [row for row in rows if _alerts(row["title"], scorer)]
    worth = sum(row["worth_ping"] == "1" for row in alerted)
    wanted = sum(row["worth_ping"] == "1" for row in rows)
    yield Figure(
        what="wire: share that alerts",
        hits=len(alerted),
        of=len(rows),
        bar=0.15,
        is_ceiling=True,
    )
    yield Figure(
        what="wire: alerts worth a ping", hits=worth, of=len(alerted), bar=0.85
    )
    yield Figure(what="wire: worth a ping, and alerted", hits=worth, of=wanted, bar=0.0)


def _alerts(title: str, scorer: HeadlineScorer) -> bool:
    now = datetime.now(UTC)
    item = NewsItem(
        source="wire",
        kind=SourceKind.FEED,
        title=title,
        tickers=("ACME",),
        published_at=now,
        received_at=now,
        received=0.0,
    )
    return isinstance(AlertPolicy().decide(scorer.read(item), now=now), Alert)


def _catalysts(rows: Rows, scorer: HeadlineScorer) -> Iterator[Figure]:
    fired = right = wanted = 0
    for row in rows:
        names = _names(row["title"], scorer)
        primary = names[0] if names and names[0] not in NO_CATALYST else "none"
        is_right = primary == row["category"] != "none"
        fired += primary != "none"
        wanted += row["category"] != "none"
        right += is_right
    yield Figure(what="catalysts: precision", hits=right, of=fired, bar=0.93)
    yield Figure(what="catalysts: recall", hits=right, of=wanted, bar=0.0)


def _offerings(rows: Rows, scorer: HeadlineScorer) -> Figure:
    found = sum("offering" in _names(row["title"], scorer) for row in rows)
    return Figure(what="offerings: recall", hits=found, of=len(rows), bar=0.99)


def _names(title: str, scorer: HeadlineScorer) -> list[str]:
    return [catalyst.name for catalyst in scorer.explain(title).catalysts]
