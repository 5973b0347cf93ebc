"""Finds the catalysts of a headline: categories of news that move a stock."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.model import Gate, Reason, Signal
from catalyst_bot.scoring.catalyst_rules import Rule, Trigger, load_rules
from catalyst_bot.scoring.cues import Status
from catalyst_bot.scoring.fragments import Fragment
from catalyst_bot.scoring.pattern_text import PatternText, lowered
from catalyst_bot.scoring.prepared import Prepared
from catalyst_bot.scoring.status import effective, status_of
from catalyst_bot.scoring.word_index import WordIndex, lowest, named

SECONDARY = 3  # shown beside the primary catalyst
_NO_SIGNAL = Signal()
_UNSURE = (Status.PENDING, Status.POSSIBLE)  # no news yet: the score decides

Hit = tuple[Rule, Trigger, re.Match[str]]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A category that a guard kept out: what it found, and what the guard did."""

    name: str
    evidence: str
    guard: str


class CatalystRules:
    """The categories of one file, indexed by the words that each pattern needs."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(sorted(rules, key=lambda rule: -rule.priority))
        self._patterns = _patterns(self._rules)
        guards = {guard: None for rule in self._rules for guard in rule.guards}
        fragments = [fragment for _, _, fragment in self._patterns]
        self._fragments = (*fragments, *guards)
        self._index = WordIndex(self._fragments)
        self._heads = (1 << len(fragments)) - 1
        number = {guard: place for place, guard in enumerate(guards, len(fragments))}
        self._guards = {
            rule.name: sum(1 << number[guard] for guard in set(rule.guards))
            for rule in self._rules
        }
        self._others = {
            rule.name: ~sum(
                1 << place
                for place, (owner, _, _) in enumerate(self._patterns)
                if owner is rule
            )
            for rule in self._rules
        }
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

    @property
    def names(self) -> tuple[str, ...]:
        """Return the categories that may alert, the highest priority first."""
        return tuple(
            rule.name
            for rule in self._rules
            if any(one.gate is not Gate.NEVER for one in (*rule.triggers, *rule.codes))
        )

    def match(
        self, prepared: Prepared, *, is_filtered: bool = True
    ) -> tuple[Catalyst, ...]:
        """Return the catalysts, the primary first, then at most three others.

        With `is_filtered` False every pattern is tried; the answer is the same.
        """
        plain = prepared.text.replace("-", " ")
        lower = lowered(plain)
        promising = self._index.everything
        if is_filtered:
            promising = self._index.promising(named(lower))
        if not promising & self._heads:
            return ()
        title = PatternText(prepared.text, plain, lower)
        return tuple(self._found(prepared, title, promising))

    def silenced(self, prepared: Prepared) -> tuple[Silenced, ...]:
        """Return what guards kept out, the highest priority first."""
        plain = prepared.text.replace("-", " ")
        title = PatternText(prepared.text, plain, lowered(plain))
        found: list[Silenced] = []
        for rule in self._rules:
            patterns = (one.fragment for one in rule.triggers if one.fragment)
            match = title.first(patterns)
            guard = title.first(rule.guards) if match else None
            if match and guard:
                evidence, by = (
                    prepared.text[one.start() : one.end()] for one in (match, guard)
                )
                found.append(Silenced(name=rule.name, evidence=evidence, guard=by))
        return tuple(found)

    def of_codes(self, codes: Iterable[str]) -> tuple[Catalyst, ...]:
        """Return the catalysts of a source's own codes, such as "item 3.01"."""
        hits = [self._codes[code] for code in codes if code in self._codes]
        hits.sort(key=lambda hit: -hit[1].priority)
        by_name: dict[str, Catalyst] = {}
        for rule, code in hits:
            if rule.name not in by_name:
                by_name[rule.name] = _catalyst(
                    rule, code, is_primary=not by_name, evidence=code.text
                )
        return tuple(by_name.values())[: 1 + SECONDARY]

    def _found(
        self, prepared: Prepared, title: PatternText, promising: int
    ) -> list[Catalyst]:
        hits: list[Hit] = []
        waiting = promising & self._heads
        for place in lowest(waiting):
            rule, trigger, fragment = self._patterns[place]
            if not waiting >> place & 1:
                continue  # its category has been found
            match = title.search(fragment)
            if match is None:
                continue
            waiting &= self._others[rule.name]
            guards = lowest(promising & self._guards[rule.name])
            if any(title.search(self._fragments[number]) for number in guards):
                continue
            hits.append((rule, trigger, match))
            if len(hits) > SECONDARY:
                break
        if not hits:
            return []
        starts = prepared.starts
        return [
            _read(prepared, starts, *hit, is_primary=place == 0)
            for place, hit in enumerate(_governing_first(hits, title))
        ]


def _governing_first(hits: list[Hit], title: PatternText) -> list[Hit]:
    """Put what the headline says before its background, whatever the priorities.

    What is never an alert keeps its place: a notice is one wherever its words stand.
    """
    is_settled = len(hits) == 1 or hits[0][1].gate is Gate.NEVER
    if is_settled or not title.has_background:
        return hits
    return sorted(
        hits,
        key=lambda hit: (
            hit[1].gate is Gate.NEVER or title.is_background(hit[2].start())
        ),
    )


def _patterns(rules: Sequence[Rule]) -> tuple[tuple[Rule, Trigger, Fragment], ...]:
    """Return what is tried on a headline: what governs it first."""
    patterns = [
        (rule, trigger, trigger.fragment)
        for rule in rules
        for trigger in rule.triggers
        if trigger.fragment is not None
    ]
    return tuple(sorted(patterns, key=lambda pattern: -pattern[1].priority))


def signal_of(catalysts: Sequence[Catalyst]) -> Signal:
    """Return what the policy needs to know of the catalysts of one item.

    A suppressed primary refuses the item; else one sure catalyst of a category that
    always alerts is enough.
    """
    if not catalysts:
        return _NO_SIGNAL
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


def _read(
    prepared: Prepared,
    starts: Sequence[int],
    rule: Rule,
    trigger: Trigger,
    match: re.Match[str],
    *,
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
        priority=trigger.priority,
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
