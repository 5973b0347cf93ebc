"""Reads catalysts.toml: which words make a headline a catalyst; every fault at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.errors import SettingsError
from catalyst_bot.model import Gate, Reason
from catalyst_bot.scoring.fragments import BadFragment, Fragment, compile_fragment

HIGHEST = 110  # priority
_REQUIRED = ("name", "priority", "direction", "alert")
_OPTIONAL = ("breaking", "structural", "reason", "any", "unless", "codes")
_GATES = ", ".join(gate.value for gate in Gate)
_REASONS = (Reason.LAW_FIRM, Reason.ROUNDUP, Reason.PROMOTION, Reason.ROUTINE)
_OWN = ("text", "direction", "alert")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What makes a rule fire: a fragment of a headline, or a code of the source."""

    text: str
    fragment: Fragment | None  # None: a code
    direction: float
    gate: Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One category; `reason` is why its headlines are no alerts, if they are not."""

    name: str
    priority: int
    breaking: bool
    is_structural: bool
    reason: Reason | None
    triggers: tuple[Trigger, ...]
    guards: tuple[Fragment, ...]
    codes: tuple[Trigger, ...]


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Return the categories of a file, the highest priority first.

    Raises:
        SettingsError: with every fault, each naming the file, the entry and the field.
    """
    document = _document(path)
    faults: list[str] = []
    terms = _terms(document.pop("terms", {}), path, faults)
    entries = document.pop("category", [])
    faults += [
        f"{path}: {key}: unknown key; the file holds [terms] and [[category]]"
        for key in document
    ]
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise SettingsError([*faults, f"{path}: category: write [[category]] entries"])
    rules: list[Rule] = []
    taken: dict[str, str] = {}
    for number, fields in enumerate(entries, start=1):
        entry = _Entry(fields, where=f"{path}: entry {number}", terms=terms)
        rule = entry.read(taken)
        faults += entry.faults
        if rule is not None:
            rules.append(rule)
    if faults:
        raise SettingsError(faults)
    return tuple(sorted(rules, key=lambda rule: -rule.priority))


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


def _terms(given: object, path: Path, faults: list[str]) -> Mapping[str, str]:
    table = given if isinstance(given, dict) else {"terms": given}
    for name, text in table.items():
        if not isinstance(text, str) or not re.fullmatch("[a-z_]+", name):
            faults.append(
                f"{path}: terms: {name}: expected a name of small letters and a text"
            )
    return {name: text for name, text in table.items() if isinstance(text, str)}


class _Entry:
    """One category while it is read: collects faults, does not stop at the first."""

    def __init__(
        self, fields: Mapping[str, object], *, where: str, terms: Mapping[str, str]
    ) -> None:
        self.faults: list[str] = []
        self._fields, self._terms = fields, terms
        name = fields.get("name")
        self._where = f"{where} ({name!r})" if isinstance(name, str) else where

    def read(self, taken: dict[str, str]) -> Rule | None:
        """Return the category, or None when it has faults.

        `taken` holds what earlier entries used, and gains what this one uses.
        """
        known = (*_REQUIRED, *_OPTIONAL)
        for key in self._fields:
            if key not in known:
                self._fault(key, f"unknown key; known are {', '.join(known)}")
        name = self._name(taken)
        priority = self._priority()
        direction = self._direction(self._fields.get("direction"), "direction")
        gate = self._gate(self._fields.get("alert"), "alert")
        reason = self._reason(gate)
        triggers = tuple(self._triggers("any", direction, gate))
        codes = tuple(self._triggers("codes", direction, gate))
        guards = tuple(self._guards())
        breaking, is_structural = self._flag("breaking"), self._flag("structural")
        if not triggers and not codes and not self.faults:
            self._fault("any", "expected at least one fragment, or a code in codes")
        for code in codes:
            self._claim(f"code {code.text}", "codes", taken)
        if self.faults:
            return None
        return Rule(
            name=name,
            priority=priority,
            breaking=breaking,
            is_structural=is_structural,
            reason=reason,
            triggers=triggers,
            guards=guards,
            codes=codes,
        )

    def _name(self, taken: dict[str, str]) -> str:
        name = self._fields.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return self._fault("name", "expected small letters, digits, underscores")
        self._claim(f"name {name}", "name", taken)
        return name

    def _priority(self) -> int:
        value = self._fields.get("priority")
        if type(value) is int and 0 <= value <= HIGHEST:
            return value
        self._fault("priority", f"expected a whole number from 0 to {HIGHEST}")
        return 0

    def _direction(self, value: object, field: str) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(value, int | float) and is_number and -1.0 <= value <= 1.0:
            return float(value)
        self._fault(field, "expected a number from -1 to 1")
        return 0.0

    def _gate(self, value: object, field: str) -> Gate:
        if isinstance(value, str) and value in list(Gate):
            return Gate(value)
        self._fault(field, f"expected one of {_GATES}")
        return Gate.SCORE

    def _reason(self, gate: Gate) -> Reason | None:
        value = self._fields.get("reason")
        if gate is not Gate.NEVER and value is None:
            return None
        if gate is Gate.NEVER and isinstance(value, str) and value in _REASONS:
            return Reason(value)
        names = ", ".join(reason.value for reason in _REASONS)
        self._fault("reason", f'goes with alert = "never" and is one of {names}')
        return None

    def _flag(self, key: str) -> bool:
        value = self._fields.get(key, False)
        if not isinstance(value, bool):
            self._fault(key, "expected true or false")
        return value is True

    def _triggers(self, key: str, direction: float, gate: Gate) -> Iterator[Trigger]:
        seen: set[str] = set()
        for number, given in enumerate(self._list(key), start=1):
            field = f"{key}[{number}]"
            own = given if isinstance(given, dict) else {"text": given}
            for name in own:
                if name not in _OWN:
                    self._fault(field, f"unknown key {name!r}")
            text = self._text(own.get("text"), field, seen)
            where = f"{field}: direction"
            towards = self._direction(own.get("direction", direction), where)
            opens = self._gate(own.get("alert", gate), f"{field}: alert")
            if not text:
                continue
            if key == "codes":
                yield Trigger(text, None, towards, opens)
                continue
            fragment = self._fragment(text, field)
            if fragment is not None:
                yield Trigger(text, fragment, towards, opens)

    def _guards(self) -> Iterator[Fragment]:
        seen: set[str] = set()
        for number, given in enumerate(self._list("unless"), start=1):
            text = self._text(given, f"unless[{number}]", seen)
            fragment = self._fragment(text, f"unless[{number}]") if text else None
            if fragment is not None:
                yield fragment

    def _list(self, key: str) -> list[object]:
        value = self._fields.get(key, [])
        if isinstance(value, list):
            return value
        self._fault(key, "expected a list of texts")
        return []

    def _text(self, value: object, field: str, seen: set[str]) -> str:
        if not isinstance(value, str):
            return self._fault(field, "expected a text")
        if value in seen:
            return self._fault(field, f"{value!r} is there twice")
        seen.add(value)
        return value

    def _fragment(self, text: str, field: str) -> Fragment | None:
        try:
            return compile_fragment(text, self._terms)
        except BadFragment as error:
            self._fault(field, f"{text!r}: {error}")
            return None

    def _claim(self, what: str, field: str, taken: dict[str, str]) -> None:
        if what in taken:
            self._fault(field, f"{what}: already used by {taken[what]}")
        taken.setdefault(what, self._where)

    def _fault(self, field: str, expected: str) -> str:
        self.faults.append(f"{self._where}: {field}: {expected}")
        return ""
