"""Measures the conflict rules: against labels, on a stream without conflicts, in time.

Run as `python -m benchmarks.contradiction [--show]`. The labelled pairs are those
written for the project: `dev` to learn from, `own` by the author of the rules, the rest
by other hands. `learnt` is what the rules were widened on, `held` was measured now and
then meanwhile but not read, `test` was never looked at; `unusual` and `unusual held`
are two halves of rare wordings, of which the rules learnt from the first. The streams
are the titles of SEntFiN, those that name the same company paired as if they had come
within 72 hours, and the demo's day.
"""

import argparse
import csv
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from catalyst_bot.reading.conflicts.features import features_of
from catalyst_bot.reading.conflicts.model import Conflict, Strength
from catalyst_bot.reading.conflicts.rules import find_conflict
from catalyst_bot.reading.scores import Flag, Named, flag_measures, with_intervals
from catalyst_bot.reading.standing import MOST_CANDIDATES, StandingAlerts
from catalyst_bot.simulation.newsroom import STREAM, WIRE_ONE, WIRE_TWO
from catalyst_bot.simulation.script import parse_script

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
SENTFIN = SHARED / "sentfin_dev.csv"
PAIRS = {
    "dev": SHARED / "contradiction_pairs_dev.csv",
    "own": ROOT / "tests" / "data" / "contradiction" / "own_pairs.csv",
    "learnt": ROOT / "tests" / "data" / "contradiction" / "learnt_pairs.csv",
    "unusual": ROOT / "tests" / "data" / "contradiction" / "unusual_pairs.csv",
    "unusual held": ROOT
    / "tests"
    / "data"
    / "contradiction"
    / "unusual_held_pairs.csv",
    "held": ROOT / "tests" / "data" / "contradiction" / "held_pairs.csv",
    "test": ROOT / "tests" / "data" / "contradiction" / "test_pairs.csv",
}
_UNREAD = ("unusual held", "held", "test")
ROUNDS = 5
WIRES = (WIRE_ONE, WIRE_TWO, STREAM)
# Names that lead titles of many companies: places, offices, exchanges.
_NO_COMPANIES = frozenset(
    ("sensex", "nifty", "india", "sebi", "rbi", "bse", "nse", "rs", "f&o", "psu")
)
_NAME = re.compile(r"[A-Za-z][A-Za-z&']+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A labelled pair and what the rules say of it."""

    pair_id: str
    texts: tuple[str, str]
    kind: str  # "none" where there is no conflict
    found: Conflict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """A title of a stream that the rules hold against an earlier one."""

    texts: tuple[str, str]
    found: Conflict


def judged_pairs(path: Path) -> list[Judged]:
    """Return the pairs of a labelled file with the verdicts of the rules."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Judged(
            pair_id=row["pair_id"],
            texts=(row["earlier"], row["later"]),
            kind=row["kind"] if row["label"] == "1" else "none",
            found=find_conflict(features_of(row["earlier"]), features_of(row["later"])),
        )
        for row in rows
    ]


def measures(pairs: Sequence[Judged]) -> Named:
    """Return precision, recall, F1, and the share of right kinds among the hits."""
    flags = [
        Flag(
            is_true=one.kind != "none",
            is_flagged=one.found is not None,
            certainty=None,
        )
        for one in pairs
    ]
    kinds = [one.found.kind == one.kind for one in pairs if _is_hit(one) and one.found]
    quality = [(name, value) for name, value in flag_measures(flags) if name != "auroc"]
    return (*quality, ("right kind", sum(kinds) / len(kinds) if kinds else None))


def titles_by_company(path: Path) -> list[list[str]]:
    """Return the titles that name the same company first, in the order of the file.

    A company is the first word with a capital that no title of the file has without.
    """
    with path.open(encoding="utf-8", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    small = {
        word for title in titles for word in _NAME.findall(title) if word[0].islower()
    }
    groups: dict[str, list[str]] = defaultdict(list)
    for title in titles:
        for word in _NAME.findall(title):
            name = word.lower()
            if word[0].isupper() and name not in small and name not in _NO_COMPANIES:
                groups[name].append(title)
                break
    return [group for group in groups.values() if len(group) > 1]


def titles_of_the_day() -> list[list[str]]:
    """Return the headlines of the demo's day by symbol; six conflicts are planted."""
    groups: dict[str, list[str]] = defaultdict(list)
    text = files("catalyst_bot.simulation").joinpath("day.txt").read_text("utf-8")
    for line in parse_script(text):
        # A revision edits the card that it is of.
        if line.place in WIRES and not line.revises:
            groups[line.symbol].append(line.text)
    groups.pop("-", None)
    return list(groups.values())


def flagged(titles: Sequence[str]) -> Iterator[Flagged | None]:
    """Yield for each title but the first what the rules hold against it, or None."""
    features = [features_of(title) for title in titles]
    for at in range(1, len(titles)):
        found = None
        for before in range(max(0, at - MOST_CANDIDATES), at):
            conflict = find_conflict(features[before], features[at])
            if conflict and titles[before] != titles[at]:
                found = Flagged(texts=(titles[before], titles[at]), found=conflict)
                if conflict.strength is Strength.STRONG:
                    break
        yield found


def microseconds(groups: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    """Return p99 of a pair, of a title's features, and a title against 100 alerts."""
    made, features = [], []
    for title in [title for group in groups for title in group][:4000]:
        made.append(_best(partial(features_of, title)))
        features.append(features_of(title))
    pairs = [
        _best(partial(find_conflict, one, two))
        for group in groups
        for one, two in pairwise([features_of(title) for title in group])
    ]
    largest = max(groups, key=len)
    hundred = [largest[n % len(largest)] for n in range(MOST_CANDIDATES)]
    alerts = StandingAlerts(window=1.0)
    for key, title in enumerate(hundred):
        alerts.add(str(key), title, ("ACME",), unix=0.0)
    newest = f"{largest[-1]} again"
    all_of_them = _best(partial(alerts.contradicted_by, newest, ("ACME",), unix=0.0))
    return _p99(pairs), _p99(made), all_of_them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--show", action="store_true", help="what is wrong, but of held and test"
    )
    options = parser.parse_args()
    console = Console(soft_wrap=True, highlight=False, markup=False)
    sets = {name: judged_pairs(path) for name, path in PAIRS.items() if path.is_file()}
    console.print(_quality_table(sets))
    streams = {"the demo's day": titles_of_the_day()}
    if SENTFIN.is_file():
        streams["SEntFiN, by company"] = titles_by_company(SENTFIN)
    found = {
        name: [one for group in groups for one in flagged(group)]
        for name, groups in streams.items()
    }
    console.print(_stream_table(found))
    pair, title, hundred = microseconds(streams[list(streams)[-1]])
    console.print(
        f"a pair, p99 {pair:.0f} us; a title against 100 alerts "
        f"{hundred / 1000:.2f} ms; features of a title, p99 {title:.0f} us"
    )
    if options.show:
        _show(console, sets, found)


def _quality_table(sets: dict[str, list[Judged]]) -> Table:
    names = ("precision", "recall", "f1", "right kind")
    table = Table("pairs", "n", *names, "missed, by kind")
    for name, pairs in sets.items():
        rng = random.Random(0)
        got = with_intervals(pairs, measures, rng=rng)
        cells = [
            "–"
            if one.value is None
            else f"{one.value:.3f} {one.low:.2f}-{one.high:.2f}"
            for one in got
        ]
        missed = Counter(
            one.kind for one in pairs if one.kind != "none" and not one.found
        )
        told = ", ".join(f"{kind} {count}" for kind, count in missed.most_common())
        table.add_row(name, str(len(pairs)), *cells, told)
    return table


def _stream_table(found: dict[str, list[Flagged | None]]) -> Table:
    table = Table("stream", "items", "flagged", "share", "strong", "kinds")
    for name, items in found.items():
        hits = [one.found for one in items if one]
        strong = sum(one.strength is Strength.STRONG for one in hits)
        kinds = Counter(one.kind.value for one in hits).most_common()
        table.add_row(
            name,
            str(len(items)),
            str(len(hits)),
            f"{len(hits) / len(items):.2%}",
            f"{strong / len(items):.2%}",
            ", ".join(f"{kind} {count}" for kind, count in kinds),
        )
    return table


def _show(
    console: Console,
    sets: dict[str, list[Judged]],
    found: dict[str, list[Flagged | None]],
) -> None:
    for name, pairs in sets.items():
        for one in pairs if name not in _UNREAD else ():
            said = one.found.kind.value if one.found else "none"
            if said != one.kind:
                console.print(f"{one.pair_id}: {said}, not {one.kind}: {one.texts}")
    for items in found.values():
        for flag in items:
            if flag:
                console.print(f"{flag.found.kind.value}: {flag.texts}")


def _is_hit(one: Judged) -> bool:
    return one.kind != "none" and one.found is not None


def _best(act: Callable[[], object]) -> float:
    """Return the least microseconds of a few calls."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - begin)
    return best * 1e6


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[int(0.99 * len(values))]


if __name__ == "__main__":
    main()
