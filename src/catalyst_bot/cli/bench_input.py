"""Reads what `bench` asks about: a CSV file with a heading, one question in a row."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.text import plain_text

LONGEST = 512  # characters of a headline, as in NewsItem.title
_PAIR_COLUMNS = (("earlier", "later"), ("text1", "text2"))
_TITLE_COLUMNS = (("title",), ("headline",))
_CONFLICT_LABELS = {
    "1": "conflict",
    "true": "conflict",
    "0": "consistent",
    "false": "consistent",
}
_SIDE_LABELS = {
    "bullish": "bullish",
    "neutral": "neutral",
    "bearish": "bearish",
    "1": "bullish",
    "0": "neutral",
    "-1": "bearish",
}


class BadInput(Exception):
    """The file is of no use; the text says why, with the row and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about: two headlines, the earlier first, or one.

    `label` is the right answer in the words of the task, "" where nobody gave one.
    """

    id: str
    texts: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a task's file looks: its columns, its labels, and the shipped sample."""

    word: str  # for the file, on the command line
    columns: tuple[tuple[str, ...], ...]  # any one of these
    labels: Mapping[str, str]
    sample: str

    @property
    def sample_path(self) -> Path:
        """Return where the sample lies that comes with the product."""
        return shipped_file(self.sample)


PAIRS = Form(
    word="PAIRS",
    columns=_PAIR_COLUMNS,
    labels=_CONFLICT_LABELS,
    sample="bench_pairs.csv",
)
TITLES = Form(
    word="TITLES",
    columns=_TITLE_COLUMNS,
    labels=_SIDE_LABELS,
    sample="bench_titles.csv",
)


def load_questions(path: Path, form: Form) -> tuple[Question, ...]:
    """Return the questions of a file, in its order.

    Raises:
        BadInput: there is no such file, it is none of that form, or it is empty.
    """
    hint = f"a sample comes with the product: {form.sample_path}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found = tuple(_read(csv.DictReader(lines), path, form, hint))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; {hint}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not a text in UTF-8; {hint}") from error
    except csv.Error as error:
        raise BadInput(f"{path}: not a CSV file ({error}); {hint}") from error
    if not found:
        raise BadInput(f"{path}: no rows; {hint}")
    return found


def _read(
    rows: "csv.DictReader[str]", path: Path, form: Form, hint: str
) -> Iterator[Question]:
    columns = _columns_of(rows.fieldnames or (), form)
    if not columns:
        wanted = " or ".join(",".join(names) for names in form.columns)
        raise BadInput(f"{path}: expected the columns {wanted}; {hint}")
    for number, row in enumerate(rows, start=1):
        texts = tuple(plain_text(row[name] or "", limit=LONGEST) for name in columns)
        if not all(texts):
            empty = columns[texts.index("")]
            raise BadInput(f"{path}, row {number}: {empty} is empty")
        yield Question(
            id=(row.get("pair_id") or row.get("id") or str(number)).strip(),
            texts=texts,
            label=_label_of(row.get("label"), path, number, form),
        )


def _columns_of(heading: Sequence[str], form: Form) -> tuple[str, ...]:
    for names in form.columns:
        if set(names) <= set(heading):
            return names
    return ()


def _label_of(given: str | None, path: Path, number: int, form: Form) -> str:
    word = (given or "").strip().lower()
    if word and word not in form.labels:
        allowed = ", ".join(form.labels)
        raise BadInput(
            f"{path}, row {number}: the label {word[:20]!r} is none of {allowed}"
        )
    return form.labels[word] if word else ""
