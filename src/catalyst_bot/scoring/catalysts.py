"""Finds the catalysts of a headline: categories of news that move a stock."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.model import Gate, Reason, Signal
from catalyst_bot.scoring.catalyst_rules import Rule, Trigger, load_rules
from catalyst_bot.scoring.fragments import Fragment
from catalyst_bot.scoring.prepared import Prepared
from catalyst_bot.scoring.status import Status, effective, status_of

SECONDARY = 3  # shown beside the primary catalyst
_UNSURE = (Status.PENDING, Status.POSSIBLE)  # no news yet: the score decides
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalyst:
    """One category that was found, and where.

    `direction` (-1..1) is the rule's; `effective` what the status makes of it: a denied
    merger is bad news. `start` and `end` are offsets in the prepared text, both 0 for a
    code of the source. `reason` says why a suppressed headline is no alert.
    """

    name: str
    priority: int
    direction: float
    effective: float
    status: Status
    evidence: str
    start: int = 0
    end: int = 0
    is_primary: bool = False
    is_structural: bool = False
    breaking: bool = False
    alert: Gate = Gate.SCORE
    reason: Reason | None = None

    @property
    def is_suppressed(self) -> bool:
        """Tell whether such headlines are never alerts."""
        return self.alert is Gate.NEVER


class CatalystRules:
    """The categories of one file, indexed by the words that each pattern needs."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(sorted(rules, key=lambda rule: -rule.priority))
        self._always: list[tuple[int, int]] = []
        self._index: dict[str, list[tuple[int, int]]] = {}
        for place, rule in enumerate(self._rules):
            for number, trigger in enumerate(rule.triggers):
                self._enter(trigger, (place, number))
        self._codes = {
            code.text: (rule, code) for rule in self._rules for code in rule.codes
        }

    @classmethod
    def load(cls, path: Path) -> "CatalystRules":
        """Return the rules of a file.

        Raises:
            SettingsError: the file has faults; all are named.
        """
        return cls(load_rules(path))

    def match(
        self, prepared: Prepared, *, is_filtered: bool = True
    ) -> tuple[Catalyst, ...]:
        """Return the catalysts, the primary first, then at most three others.

        With `is_filtered` False every pattern is tried; the answer is the same.
        """
        plain = prepared.text.replace("-", " ")
        lower = _lowered(plain)
        words = frozenset(_WORDS.findall(lower))
        title = _Title(plain, lower, words, is_filtered)
        if is_filtered:
            tried = list(self._always)
            for word in words & self._index.keys():
                tried += self._index[word]
            tried.sort()
        else:
            tried = self._everything()
        return self._found(prepared, title, tried) if tried else ()

    def of_codes(self, codes: Iterable[str]) -> tuple[Catalyst, ...]:
        """Return the catalysts of a source's own codes, such as "item 3.01"."""
        hits = [self._codes[code] for code in codes if code in self._codes]
        hits.sort(key=lambda hit: -hit[0].priority)
        by_name: dict[str, Catalyst] = {}
        for rule, code in hits:
            if rule.name not in by_name:
                by_name[rule.name] = _catalyst(
                    rule, code, is_primary=not by_name, evidence=code.text
                )
        return tuple(by_name.values())[: 1 + SECONDARY]

    def _enter(self, trigger: Trigger, place: tuple[int, int]) -> None:
        needs = trigger.fragment.needs if trigger.fragment else ()
        if not needs:
            self._always.append(place)
            return
        for word in needs[0]:
            self._index.setdefault(word, []).append(place)

    def _everything(self) -> list[tuple[int, int]]:
        return [
            (place, number)
            for place, rule in enumerate(self._rules)
            for number in range(len(rule.triggers))
        ]

    def _found(
        self, prepared: Prepared, title: "_Title", tried: Sequence[tuple[int, int]]
    ) -> tuple[Catalyst, ...]:
        found: list[Catalyst] = []
        starts: tuple[int, ...] = ()
        done = -1  # the last rule that fired or was silenced
        for place, number in tried:
            rule = self._rules[place]
            trigger = rule.triggers[number]
            match = None
            if place != done and trigger.fragment is not None:
                match = title.search(trigger.fragment)
            if match is None:
                continue
            done = place
            if any(title.search(guard) for guard in rule.guards):
                continue
            starts = starts or prepared.starts
            found.append(_read(prepared, starts, rule, trigger, match, not found))
            if len(found) > SECONDARY:
                break
        return tuple(found)


def signal_of(catalysts: Sequence[Catalyst]) -> Signal:
    """Return what the policy needs to know of the catalysts of one item.

    A suppressed primary refuses the item; else one sure catalyst of a category that
    always alerts is enough.
    """
    if not catalysts:
        return Signal()
    primary = catalysts[0]
    if primary.is_suppressed:
        return Signal(
            catalysts=(primary.name,),
            priority=primary.priority,
            gate=Gate.NEVER,
            refusal=primary.reason,
            evidence=primary.evidence,
        )
    shown = [catalyst for catalyst in catalysts if not catalyst.is_suppressed]
    sure = [c for c in shown if c.alert is Gate.ALWAYS and c.status not in _UNSURE]
    return Signal(
        catalysts=tuple(catalyst.name for catalyst in shown),
        priority=primary.priority,
        breaking=any(catalyst.breaking for catalyst in sure),
        gate=Gate.ALWAYS if sure else _lowest_bar(shown),
        evidence=primary.evidence,
    )


def _lowest_bar(shown: Sequence[Catalyst]) -> Gate:
    is_weak = all(catalyst.alert is Gate.STRONG for catalyst in shown)
    return Gate.STRONG if is_weak else Gate.SCORE


class _Title:
    """A headline in the forms that patterns are matched against."""

    __slots__ = ("_is_filtered", "_lower", "_plain", "_words")

    def __init__(
        self, plain: str, lower: str, words: frozenset[str], is_filtered: bool
    ) -> None:
        self._plain, self._lower, self._words = plain, lower, words
        self._is_filtered = is_filtered

    def search(self, fragment: Fragment) -> re.Match[str] | None:
        if self._is_filtered:
            for needed in fragment.needs:
                if needed.isdisjoint(self._words):
                    return None
        return fragment.pattern.search(
            self._plain if fragment.is_cased else self._lower
        )


def _lowered(text: str) -> str:
    """Return `text` lowered without a change of length: offsets are of the headline."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _read(
    prepared: Prepared,
    starts: Sequence[int],
    rule: Rule,
    trigger: Trigger,
    match: re.Match[str],
    is_primary: bool,
) -> Catalyst:
    first = max(bisect_right(starts, match.start()) - 1, 0)
    last = max(bisect_left(starts, match.end()), first + 1)
    status = status_of(prepared, first, last).status
    return _catalyst(
        rule,
        trigger,
        is_primary=is_primary,
        evidence=prepared.text[match.start() : match.end()],
        start=match.start(),
        status=status,
    )


def _catalyst(
    rule: Rule,
    trigger: Trigger,
    *,
    is_primary: bool,
    evidence: str,
    start: int = 0,
    status: Status = Status.ASSERTED,
) -> Catalyst:
    return Catalyst(
        name=rule.name,
        priority=rule.priority,
        direction=trigger.direction,
        effective=effective(trigger.direction, status),
        status=status,
        evidence=evidence,
        start=start,
        end=start + len(evidence) if trigger.fragment else 0,
        is_primary=is_primary,
        is_structural=rule.is_structural,
        breaking=rule.breaking,
        alert=trigger.gate,
        reason=(rule.reason or Reason.ROUTINE) if trigger.gate is Gate.NEVER else None,
    )
