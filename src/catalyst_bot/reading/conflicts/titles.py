"""Splits a headline into words, numbers and names, for the conflict rules."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from catalyst_bot.reading.conflicts.cues import CUE_WORDS, forms_of
from catalyst_bot.reading.conflicts.words.denying import HEARSAY, RUMOURS
from catalyst_bot.reading.conflicts.words.names import (
    MONTHS,
    PLACES,
    PLAIN,
    RIVALS,
    SEASONS,
    TRADES,
)
from catalyst_bot.reading.conflicts.words.topics import (
    FAMILIES,
    JOINED,
    METRICS,
    PALE,
)
from catalyst_bot.text import word_set
from catalyst_bot.words.canon import CANON, canonical

LONGEST = 400  # characters of a headline that are read
NUMBER = "#"  # stands for a number among the words
_TOKEN = re.compile(
    r"(?P<period>[1-4][qh](?:fy)?'?\d{0,4}(?![a-z\d]))"
    r"|(?P<form>\d{1,2}-[kqf](?:/a)?(?![a-z\d])|13[dgf](?:/a)?(?![a-z\d]))"
    r"|(?P<code>[a-z]{1,12}(?:-?\d+[a-z]{0,3})+(?![a-z\d]))"
    r"|(?P<money>(?:us|hk|nz|[ac])?[$€£¥₹]\s?|(?:rs|eur|usd|gbp|inr|dkk|nok|sek|chf|jpy|cad|aud|hkd|cny|rmb|brl|zar)\b\.?\s?(?=\d))?"
    r"(?P<number>\d[\d,]{0,18}(?:\.\d{1,6})?)(?P<unit>%|[a-z]{1,3}(?![a-z\d]))?"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|['&](?=[^\W\d_])|\.(?=[^\W\d_]\b))*)"
    r"|(?P<break>[;:,—–…]|\s-+\s|--+|\.\.+)",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"[1-4]?[qh]['\d]*|fy['\d]*|\d.*")
_DERIVED = re.compile(r"(?<=[a-z]{5})(?:ations?|ions?|at|ments?|als?)$")
_PREFIX = re.compile(r"\b(re|mis)-(?=[a-z])", re.IGNORECASE)
_QUOTES = str.maketrans("’‘ʼ`´", "'''''")
_COUNTS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
    "dozen": "12",
}  # fmt: skip
_TITLE_CASE = 0.75  # of the longer words with a capital: a capital tells no name then
_LONG = 4
# What stands before a name, where capitals tell nothing.
_BEFORE_NAMES = word_set(
    """
    in of at with from by for against near and acquire acquires buy buys sue sues joins
    chief ceo cfo between via versus names appoints
    """
).union(RIVALS)
_NO_NAMES = word_set(
    """
    ceo cfo coo cto chief eps ebitda ipo nda report reports sources exclusive update
    i us trading shares gaap ebit ebita nii nim npl npls pat ffo affo noi arr arpu aum
    nav aisc tce rasm casm roe rote roce cet gmv tpv capex opex fcf fy yoy agm egm atm
    pdufa bla maa ind crl snda eu uk tv ai ev evs pt dkk sek nok mw gw kt mt
    """
)
_FAMILY = {
    word: line.split()[0]
    for line in FAMILIES.strip().splitlines()
    for word in line.split()
}


# Where capitals tell nothing these are no names; elsewhere they may be: "Target".
_VOCABULARY = CUE_WORDS.union(CANON, _FAMILY, METRICS, PALE, HEARSAY, RUMOURS) - PLACES


class Word(NamedTuple):
    """A word, or a number with what stands at it."""

    text: str  # lower case; "#" for a number
    stem: str = ""  # what it is compared as; "" for what says nothing alone
    is_name: bool = False  # written as a name, in a headline where that can be seen
    is_capital: bool = False
    clause: int = 0
    number: str = ""  # its digits, without separators
    money: bool = False
    unit: str = ""  # at the digits: "%", "m", "bn"


def words_of(title: str) -> tuple[Word, ...]:
    """Return the words of a title, "won't" as two, "step down" as one; never raises."""
    words: list[Word] = []
    clause = 0
    text = _PREFIX.sub(r"\1", title[:LONGEST].translate(_QUOTES))
    for match in _TOKEN.finditer(text):
        if match["break"]:
            clause += 1
        elif match["number"]:
            words.append(_number(match, clause))
        elif match["word"]:
            _add(words, match["word"], clause)
        elif match["form"]:
            form = match["form"].lower().replace("-", "").replace("/", "")
            words.append(Word(form, clause=clause))
        else:
            code = match[0].lower().replace("-", "")
            words.append(Word(code, code, False, True, clause))
    return _with_names(words)


def related(word: str) -> str:
    """Return what a lower-case word is compared as, its family where it has one."""
    stem = canonical(word)
    if word not in CANON:
        stem = _DERIVED.sub("", stem)
    return _FAMILY.get(stem, stem)


def stems_of(words: frozenset[str]) -> frozenset[str]:
    """Return a list of words with what they are compared as."""
    return (words | {related(word) for word in words}) - {""}


def _number(match: re.Match[str], clause: int) -> Word:
    return Word(
        NUMBER,
        clause=clause,
        number=match["number"].replace(",", ""),
        money=bool(match["money"]),
        unit=(match["unit"] or "").lower(),
    )


def _add(words: list[Word], text: str, clause: int) -> None:
    word, capital = text.lower(), text[0].isupper()
    if word.endswith("n't") or word == "cannot":
        first = {"won't": "will", "can't": "can", "cannot": "can"}.get(word, word[:-3])
        words.append(Word(first, clause=clause))
        words.append(Word("not", clause=clause))
        return
    if word in _COUNTS:
        words.append(Word(NUMBER, clause=clause, number=_COUNTS[word]))
        return
    word = word.removesuffix("'s").rstrip("'")
    joined = _JOINED.get((words[-1].text, word)) if words else None
    if joined:
        last = words.pop()
        words.append(Word(joined, related(joined), False, last.is_capital, clause))
    else:
        words.append(Word(word, related(word), False, capital, clause))


def _with_names(words: list[Word]) -> tuple[Word, ...]:
    long = [word for word in words if len(word.text) >= _LONG]
    capitals = sum(word.is_capital for word in long)
    can_tell = capitals <= _TITLE_CASE * len(long)
    names: list[bool] = []
    for at, word in enumerate(words):
        follows = names[-1:] == [True] and words[at - 1].clause == word.clause
        is_name = _is_name(word, at, can_tell=can_tell)
        if not can_tell:
            is_name = is_name and (follows or _introduces_name(words, at))
            is_name = is_name or (follows and word.text in TRADES)
        names.append(is_name and (follows or word.text not in PLAIN))
    if names[1:2] == [True] and words[0].is_capital and can_tell:
        names[0] = words[0].clause == words[1].clause  # "Standard Chartered"
    return tuple(
        word._replace(is_name=True) if is_name else word
        for word, is_name in zip(words, names, strict=True)
    )


def _introduces_name(words: Sequence[Word], at: int) -> bool:
    """Tell whether a name may stand here, judged by the word before."""
    if at == 0 or words[at - 1].clause != words[at].clause:
        return True
    return words[at].text in PLACES or words[at - 1].text in _BEFORE_NAMES


def _is_name(word: Word, at: int, *, can_tell: bool) -> bool:
    if not word.is_capital or word.stem in MONTHS or _PERIOD.fullmatch(word.text):
        return False
    if word.text in _NO_NAMES or word.text in SEASONS:
        return False
    return (can_tell and at > 0) or word.text not in _VOCABULARY


def _joined() -> dict[tuple[str, str], str]:
    joined = {}
    for line in JOINED.strip().splitlines():
        one, _, phrases = line.partition(": ")
        for phrase in phrases.split(", "):
            first, second = phrase.split()
            for form in forms_of(first):
                joined[form, second] = one
    return joined


_JOINED = _joined()
