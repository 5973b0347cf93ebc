"""Reads lexicon.toml: what words, phrases and directions mean; every fault is told."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.errors import SettingsError
from catalyst_bot.scoring.prepared import prepare

HEAVIEST = 4.0  # VADER's own scale

_DIRECTIONS = ("up", "down", "leading", "good", "bad", "market")
_DIGITS, _SIGNS = frozenset("0123456789"), frozenset("$+")
_SCALES = ("million", "billion")

Phrase = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The content of lexicon.toml; weights are -4..4, all words in lower case.

    `phrases` are indexed by their first word, the longest first; "#" is any number,
    also "5 million".
    """

    words: Mapping[str, float]
    phrases: Mapping[str, tuple[Phrase, ...]]
    up: frozenset[str]
    down: frozenset[str]
    good: frozenset[str]  # nouns of which more is good
    bad: frozenset[str]
    market: frozenset[str]  # nouns of the market's answer: stock, shares
    leading: frozenset[str]  # directions whose noun follows: "higher costs"
    comparison: float  # weight of "to 13 mn from 9 mn"


def load_lexicon(path: Path) -> Lexicon:
    """Read the file.

    Raises:
        SettingsError: with every fault, each naming the file, the entry and the field.
    """
    reader = _Reader(path)
    lexicon = reader.read()
    if reader.faults:
        raise SettingsError(reader.faults)
    return lexicon


class _Reader:
    """The file while it is read: collects faults instead of stopping at the first."""

    def __init__(self, path: Path) -> None:
        self.faults: list[str] = []
        self._path = path
        self._seen: dict[tuple[str, str], str] = {}  # where each word first stood
        self._document = _document(path)

    def read(self) -> Lexicon:
        known = ("words", "phrases", "direction", "numbers")
        self._check_keys("the file", self._document, known)
        words = {
            word: weight
            for entry, fields in self._entries("words")
            for word, weight in self._words(entry, fields)
        }
        phrases: dict[str, list[Phrase]] = {}
        for phrase in _scaled(list(self._phrases())):
            phrases.setdefault(phrase[0][0], []).append(phrase)
        direction = self._table("direction", _DIRECTIONS)
        numbers = self._table("numbers", ("weight",))
        up, down = (self._list("direction", direction, key) for key in ("up", "down"))
        good, bad = (self._list("direction", direction, key) for key in ("good", "bad"))
        self._check_apart("up", up, "down", down)
        self._check_apart("good", good, "bad", bad)
        return Lexicon(
            words=words,
            phrases={
                first: tuple(sorted(group, key=lambda phrase: -len(phrase[0])))
                for first, group in phrases.items()
            },
            up=up,
            down=down,
            good=good,
            bad=bad,
            market=self._list("direction", direction, "market"),
            leading=self._list("direction", direction, "leading"),
            comparison=self._weight("numbers", numbers),
        )

    def _words(
        self, entry: str, fields: Mapping[str, object]
    ) -> Iterator[tuple[str, float]]:
        self._check_keys(entry, fields, ("about", "weight", "words"))
        weight = self._weight(entry, fields)
        for word in self._texts(entry, fields, "words").split():
            if prepare(word).tokens != (word,):
                self._fault(entry, "words", f"{word!r} is not one word in lower case")
            elif self._is_new(entry, "words", word):
                yield word, weight

    def _phrases(self) -> Iterator[Phrase]:
        for entry, fields in self._entries("phrases"):
            self._check_keys(entry, fields, ("about", "weight", "list"))
            weight = self._weight(entry, fields)
            lines = self._texts(entry, fields, "list").replace("\n", "|")
            for line in lines.split("|"):
                words = folded(prepare(line.replace("#", "1")).tokens)
                if words and self._is_new(entry, "list", " ".join(words)):
                    yield words, weight

    def _is_new(self, entry: str, field: str, text: str) -> bool:
        """Tell whether a word or phrase stands here first; else it is a fault."""
        first = self._seen.get((field, text))
        if first is not None:
            self._fault(entry, field, f"{text!r} is already in {first}")
            return False
        self._seen[field, text] = entry
        return True

    def _entries(self, key: str) -> Iterator[tuple[str, Mapping[str, object]]]:
        entries = self._document.get(key, [])
        if not isinstance(entries, list):
            self._fault(key, key, f"write each group under [[{key}]]")
            return
        for number, fields in enumerate(entries, start=1):
            if isinstance(fields, dict):
                yield f"{key} {number}{_about(fields)}", fields
            else:
                self._fault(f"{key} {number}", key, f"write it under [[{key}]]")

    def _table(self, key: str, known: tuple[str, ...]) -> Mapping[str, object]:
        fields = self._document.get(key, {})
        if not isinstance(fields, dict):
            self._fault(key, key, f"write it under [{key}]")
            return {}
        self._check_keys(key, fields, known)
        return fields

    def _list(
        self, entry: str, fields: Mapping[str, object], key: str
    ) -> frozenset[str]:
        words = self._texts(entry, fields, key).split()
        for word, count in Counter(words).items():
            if count > 1:
                self._fault(entry, key, f"{word!r} stands {count} times")
            elif prepare(word).tokens != (word,):
                self._fault(entry, key, f"{word!r} is not one word in lower case")
        return frozenset(words)

    def _check_apart(
        self, one: str, ones: frozenset[str], other: str, others: frozenset[str]
    ) -> None:
        for word in sorted(ones & others):
            self._fault("direction", other, f"{word!r} is in {one} too")

    def _weight(self, entry: str, fields: Mapping[str, object]) -> float:
        value = fields.get("weight")
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and -HEAVIEST <= value <= HEAVIEST  # never true of NaN
        ):
            return float(value)
        self._fault(
            entry, "weight", f"expected a number from -{HEAVIEST:g} to {HEAVIEST:g}"
        )
        return 0.0

    def _texts(self, entry: str, fields: Mapping[str, object], key: str) -> str:
        value = fields.get(key, "")
        if isinstance(value, str):
            return value
        self._fault(entry, key, "expected a text")
        return ""

    def _check_keys(
        self, entry: str, fields: Mapping[str, object], known: tuple[str, ...]
    ) -> None:
        for key in fields:
            if key not in known:
                self._fault(entry, key, f"unknown key; known are {', '.join(known)}")

    def _fault(self, entry: str, field: str, text: str) -> None:
        self.faults.append(f"{self._path}: {entry}: {field}: {text}")


def folded(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return `tokens` with each number (also "$5m", "8-k") as "#"."""
    return tuple(
        [
            "#"
            if (first := token[0]) in _DIGITS
            or (first in _SIGNS and token[1:2].isdigit())
            else token
            for token in tokens
        ]
    )


def _scaled(phrases: Sequence[Phrase]) -> Iterator[Phrase]:
    """Yield `phrases`, and each that has a number also with "5 million" for it."""
    known = {words for words, _ in phrases}
    for words, weight in phrases:
        yield words, weight
        at = words.index("#") + 1 if "#" in words else 0
        for scale in _SCALES if at and len(words) > 1 else ():
            longer = (*words[:at], scale, *words[at:])
            if longer not in known:
                yield longer, weight


def _about(fields: Mapping[str, object]) -> str:
    about = fields.get("about")
    return f" ({about[:60]!r})" if isinstance(about, str) and about else ""


def _document(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError([f"{path}: not UTF-8 (line {line})"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: not TOML: {error}"]) from error
