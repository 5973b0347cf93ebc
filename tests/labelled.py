"""The labelled headlines beside the project; tests that need them skip without."""

import csv
from pathlib import Path

import pytest

SENTFIN = Path(__file__).parents[2] / "shared" / "data" / "sentfin_dev.csv"


def labelled_titles() -> list[tuple[str, int]]:
    """Return titles with -1, 0 or 1, in the order of the file."""
    if not SENTFIN.is_file():
        pytest.skip(f"{SENTFIN} is absent")
    with SENTFIN.open(encoding="utf-8", newline="") as file:
        return [(row["title"], int(row["label"])) for row in csv.DictReader(file)]
