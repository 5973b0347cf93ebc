"""Measures the fast tier beside plain vaderSentiment, in the same run.

Run as `python -m benchmarks.fast_tier [--titles FILE --label-column NAME --sets DIR]`.
A labelled file is CSV with a column `title` and labels -1, 0, 1 or negative, neutral,
positive. `--sets` are folders as `fast_tier_sets` reads them, by default all of them.
"""

import argparse
import csv
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.fast_tier_sets import TRADERS, Figure, all_sets, figures
from catalyst_bot.intake.duplicates import story_form
from catalyst_bot.intake.mentions import Role
from catalyst_bot.intake.read_once import ReadOnce
from catalyst_bot.intake.story_forms import StoryForm
from catalyst_bot.intake.symbols import SymbolTable, parse_symbols
from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.model import Side, side_of
from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.scoring.finance import score_of
from catalyst_bot.scoring.headline import shipped_scorer
from catalyst_bot.scoring.prepared import prepare
from catalyst_bot.scoring.vader import Vader

DATA = Path(__file__).parents[2] / "shared" / "data"
SENTFIN = DATA / "sentfin_dev.csv"
SYMBOLS = DATA / "company_tickers_exchange.json"  # as the SEC publishes it
ROUNDS = 5
LAPS = 9  # of parts that take turns; the median of their ratios is told
TIMED = 4_000  # titles
LABELS = {
    "-1": Side.BEARISH, "negative": Side.BEARISH, "bearish": Side.BEARISH,
    "0": Side.NEUTRAL, "neutral": Side.NEUTRAL,
    "1": Side.BULLISH, "positive": Side.BULLISH, "bullish": Side.BULLISH,
}  # fmt: skip

Scorer = Callable[[str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """A named set of titles with their labels."""

    name: str
    titles: tuple[str, ...]
    labels: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Shares (0..1) over three classes; `reversed`: bullish called bearish or back."""

    accuracy: float
    macro_f1: float
    reversed: float


def read_titles(path: Path, label_column: str) -> Titles:
    """Return the titles of a file.

    Raises:
        ValueError: a label is none of -1, 0, 1 or their names.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = [row[label_column].strip().lower() for row in rows]
    unknown = sorted(set(labels) - LABELS.keys())
    if unknown:
        raise ValueError(f"{path}: unknown labels {unknown}")
    return Titles(
        name=path.name,
        titles=tuple(row["title"] for row in rows),
        labels=tuple(LABELS[label] for label in labels),
    )


def halves(whole: Titles) -> tuple[Titles, Titles]:
    """Return the even rows, on which rules are tuned, and the odd ones."""
    even, odd = (
        Titles(
            name=f"{whole.name}, {name} rows",
            titles=whole.titles[first::2],
            labels=whole.labels[first::2],
        )
        for first, name in ((0, "even (tuned on)"), (1, "odd"))
    )
    return even, odd


def quality(scorer: Scorer, data: Titles) -> Quality:
    """Return how often a scorer's side is the label."""
    pairs = [
        (label, side_of(scorer(title)))
        for title, label in zip(data.titles, data.labels, strict=True)
    ]
    count = len(pairs)
    opposite = {Side.BULLISH, Side.BEARISH}
    return Quality(
        accuracy=sum(label is side for label, side in pairs) / count,
        macro_f1=sum(_f1(pairs, side) for side in Side) / len(Side),
        reversed=sum({label, side} == opposite for label, side in pairs) / count,
    )


def seconds_per_title(scorer: Callable[[str], object], titles: Sequence[str]) -> float:
    """Return the least CPU time per title over a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.process_time()
        for title in titles:
            scorer(title)
        best = min(best, time.process_time() - begin)
    return best / len(titles)


def laps_by_turns(
    parts: Sequence[Callable[[str], object]], titles: Sequence[str]
) -> list[list[float]]:
    """Return each part's CPU seconds per title, lap by lap.

    The parts take turns: what else the machine does meets all of them alike.
    """
    laps: list[list[float]] = [[] for _ in parts]
    for _ in range(LAPS):
        for part, taken in zip(parts, laps, strict=True):
            begin = time.process_time()
            for title in titles:
                part(title)
            taken.append((time.process_time() - begin) / len(titles))
    return laps


def times_as_long(part: Sequence[float], base: Sequence[float]) -> float:
    """Return the median of the laps' ratios."""
    return median(one / other for one, other in zip(part, base, strict=True))


def slowest_percent(scorer: Callable[[str], object], titles: Sequence[str]) -> float:
    """Return the 99th percentile of the seconds that one title takes, each its best."""
    best = [float("inf")] * len(titles)
    for _ in range(ROUNDS):
        for i, title in enumerate(titles):
            begin = time.perf_counter()
            scorer(title)
            best[i] = min(best[i], time.perf_counter() - begin)
    return sorted(best)[int(0.99 * len(best))]


def hostile_texts() -> tuple[str, ...]:
    """Return texts that cost a careless reader much; a feed may carry any."""
    return (
        "a" * 1_000_000,
        "good " * 200_000,
        "$" * 100_000,
        "(NASDAQ: " * 20_000,
        "no " * 50_000 + "offering",
        "\U0001f680" * 50_000,
        "1,000 million to " * 20_000,
        "\u202e" + "\u05d0\u05d1 " * 50_000,
        "\ud800" * 10_000,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=Path, help="a labelled CSV file")
    parser.add_argument("--label-column", default="label")
    parser.add_argument("--sets", type=Path, nargs="+", default=all_sets())
    options = parser.parse_args()
    sets: list[Titles] = []
    if SENTFIN.is_file():
        sets += halves(read_titles(SENTFIN, "label"))
    for folder in options.sets:
        if (folder / TRADERS).is_file():
            traders = read_titles(folder / TRADERS, "label")
            sets.append(replace(traders, name=f"traders, {folder.name}"))
    if options.titles:
        sets.append(read_titles(options.titles, options.label_column))
    if not sets:
        raise SystemExit(f"{SENTFIN} is absent; give --titles FILE")
    console, table = Console(), _symbols()
    console.print(_quality_table(sets))
    for folder in options.sets:
        found = figures(folder, scorer=shipped_scorer(), table=table)
        console.print(_figure_table(folder, list(found)))
    titles = [title for data in sets for title in data.titles][:TIMED]
    console.print(_speed_table(titles, table))
    print(_engine_line(titles))
    print(_hostile_line(table))


def _symbols() -> SymbolTable:
    """Return the whole table of symbols, or the built-in one where it is absent."""
    if SYMBOLS.is_file():
        return parse_symbols(SYMBOLS.read_bytes())
    return parse_symbols(shipped_file("symbols.json").read_bytes(), least=1)


def _plain() -> Scorer:
    analyzer = SentimentIntensityAnalyzer()
    return lambda title: float(analyzer.polarity_scores(title)["compound"])


def _quality_table(sets: Sequence[Titles]) -> Table:
    table = Table("titles", "scorer", "n", "accuracy", "macro-F1", "reversed")
    plain, tier = _plain(), shipped_scorer().score
    for data in sets:
        for name, scorer in (("plain VADER", plain), ("fast tier", tier)):
            got = quality(scorer, data)
            table.add_row(
                data.name,
                name,
                str(len(data.titles)),
                f"{got.accuracy:.3f}",
                f"{got.macro_f1:.3f}",
                f"{got.reversed:.3f}",
            )
    return table


def _figure_table(folder: Path, found: Sequence[Figure]) -> Table:
    table = Table(folder.name, "n", "figure", "bar", "")
    for one in found:
        sign = "<=" if one.is_ceiling else ">="
        bar = f"{sign} {one.bar:.2f}" if one.bar or one.is_ceiling else ""
        verdict = "" if one.is_met else "missed"
        table.add_row(one.what, str(one.of), f"{one.share:.3f}", bar, verdict)
    return table


def _tier(table: SymbolTable) -> Callable[[str], object]:
    """Return all that a title goes through: tickers, score, catalysts, story."""
    readings = ReadOnce(shipped_scorer())

    def tier(title: str) -> StoryForm:
        found = find_tickers(title, table)
        subjects = [one.symbol for one in found if one.role is Role.SUBJECT]
        return story_form(title, subjects, kinds=readings.kinds(title))

    return tier


def _speed_table(titles: Sequence[str], symbols: SymbolTable) -> Table:
    table = Table("per title", "mean us", "p99 us", "titles/s", "x plain VADER")
    scorer = shipped_scorer()
    layer = scorer.finance

    def finance(title: str) -> float:
        return score_of(sum(one.weight for one in layer.read(prepare(title))))

    parts: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("plain VADER", _plain()),
        ("engine", Vader().score),
        ("finance layer", finance),
        ("score with catalysts", scorer.score),
        ("whole tier", _tier(symbols)),
    )
    gc.collect()
    gc.freeze()  # as the daemon does once it has read its tables
    laps = laps_by_turns([part for _, part in parts], titles)
    for (name, part), taken in zip(parts, laps, strict=True):
        table.add_row(
            name,
            f"{min(taken) * 1e6:.1f}",
            f"{slowest_percent(part, titles) * 1e6:.1f}",
            f"{1 / min(taken):,.0f}",
            f"{times_as_long(taken, laps[0]):.2f}",
        )
    return table


def _engine_line(titles: Sequence[str]) -> str:
    plain, engine = _plain(), Vader().score
    equal = sum(plain(title) == engine(title) for title in titles)
    return f"engine: {equal} of {len(titles)} titles with plain VADER's very compound"


def _hostile_line(symbols: SymbolTable) -> str:
    tier = _tier(symbols)
    worst = max(seconds_per_title(tier, [text]) for text in hostile_texts())
    return f"whole tier, worst of the hostile texts: {worst * 1e3:.2f} ms (bar 2 ms)"


def _f1(pairs: Sequence[tuple[Side, Side]], side: Side) -> float:
    hits = sum(label is side and found is side for label, found in pairs)
    named = sum(label is side for label, _ in pairs)
    found = sum(given is side for _, given in pairs)
    return 2 * hits / (named + found) if named + found else 0.0


if __name__ == "__main__":
    main()
