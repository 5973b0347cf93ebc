"""The rules of an entry of channels.toml: each field read strictly, all faults told."""

import difflib
import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import time

from catalyst_bot.delivery.pattern import Pattern
from catalyst_bot.delivery.routing import Admission
from catalyst_bot.delivery.rules import ChannelRules, Limit, QuietHours
from catalyst_bot.model import Session
from catalyst_bot.ops import forms

RULES = (
    *("tickers", "watchlist", "exchanges", "sources", "catalysts", "min_score"),
    *("sessions", "pattern", "limit", "limit_seconds", "quiet_hours"),
    "quiet_breaking",
)
MOST_ALERTS, LONGEST_WINDOW = 10_000, 604_800.0  # of a limit; seconds
PLAIN_WINDOW = 3600.0  # seconds of a limit that names none
_ID = re.compile(r"\d{17,20}", re.ASCII)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class EntryFields:
    """Fields of one entry; a bad one adds to `faults` and gives a harmless value."""

    def __init__(self, fields: Mapping[str, object], *, where: str) -> None:
        self.where, self.fields = where, fields
        self.faults: list[str] = []

    def fault(self, field: str, expected: str) -> None:
        """Note what is wrong with a field."""
        self.faults.append(f"{self.where}: {field}: {expected}")

    def text(self, field: str) -> str:
        """Return a text of one line, "" when it is absent."""
        value = self.fields.get(field, "")
        is_line = isinstance(value, str) and value.isprintable()
        if field in self.fields and (not is_line or not str(value).strip()):
            self.fault(field, "expected a text of one line")
            return ""
        return str(value).strip() if is_line else ""

    def snowflake(self, field: str) -> str:
        """Return an id that Discord gave, "" when it is absent."""
        text = self.text(field)
        if text and not _ID.fullmatch(text):
            self.fault(field, "expected an id of 17 to 20 digits, in quotes")
        return text

    def flag(self, field: str) -> bool:
        """Return a truth value, False when it is absent."""
        value = self.fields.get(field, False)
        if not isinstance(value, bool):
            self.fault(field, "expected true or false")
        return value is True

    def number(self, field: str, *, default: float, least: float, most: float) -> float:
        """Return a number within its bounds."""
        value = self.fields.get(field, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(value, int | float) and is_number and least <= value <= most:
            return float(value)
        self.fault(field, f"expected a number from {least:g} to {most:g}")
        return default

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of texts, () when it is absent."""
        value = self.fields.get(field)
        if value is None:
            return ()
        is_list = isinstance(value, list) and all(isinstance(t, str) for t in value)
        if not isinstance(value, list) or not is_list or not value:
            self.fault(field, 'expected a list such as ["one", "two"]')
            return ()
        return tuple(text.strip() for text in value)

    def chosen(
        self, field: str, among: Collection[str] | None, *, kind: str
    ) -> frozenset[str]:
        """Return texts of which each must be among those that are known, if any."""
        found = self.texts(field)
        unknown = [text for text in found if among is not None and text not in among]
        for text in unknown:
            near = difflib.get_close_matches(text, among or (), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            self.fault(field, f"{text[:60]!r} is not {kind}{hint}")
        return frozenset(found)


def read_admission(
    entry: EntryFields,
    *,
    watchlist: frozenset[str],
    sources: Collection[str] | None,
    catalysts: Collection[str] | None,
) -> Admission:
    """Return what an entry lets in; its faults are in `entry`."""
    sessions = entry.chosen("sessions", [*Session], kind="a session")
    rules = ChannelRules(
        tickers=_tickers(entry, watchlist),
        exchanges=_exchanges(entry),
        sources=entry.chosen("sources", sources, kind="a source of sources.toml"),
        catalysts=entry.chosen("catalysts", catalysts, kind="one of catalysts.toml"),
        min_score=entry.number("min_score", default=0.0, least=0, most=1),
        sessions=frozenset(Session(s) for s in sessions & {*Session}),
        pattern=_built(entry, "pattern", Pattern),
    )
    return Admission(rules=rules, limit=_limit(entry), quiet=_quiet(entry))


def _tickers(entry: EntryFields, watchlist: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in entry.texts("tickers"):
        try:
            found.update(forms.symbols(text))
        except ValueError:
            entry.fault(
                "tickers", f"{text[:20]!r} is not a symbol such as ABCD or EF.B"
            )
    if entry.flag("watchlist"):
        if not watchlist:
            entry.fault("watchlist", "ALERT_WATCHLIST is empty")
        found |= watchlist
    return frozenset(found)


def _exchanges(entry: EntryFields) -> frozenset[str]:
    found = [text.upper() for text in entry.texts("exchanges")]
    for text in found:
        if not re.fullmatch(r"[A-Z][A-Z0-9]{1,9}", text):
            entry.fault(
                "exchanges", f"{text[:20]!r} is not a name such as NYSE or TSXV"
            )
    return frozenset(found)


def _limit(entry: EntryFields) -> Limit | None:
    seconds = entry.number(
        "limit_seconds", default=PLAIN_WINDOW, least=1, most=LONGEST_WINDOW
    )
    if "limit" not in entry.fields:
        if "limit_seconds" in entry.fields:
            entry.fault("limit_seconds", "needs limit, the number of alerts")
        return None
    count = entry.number("limit", default=1, least=1, most=MOST_ALERTS)
    if not math.isclose(count, round(count)):
        entry.fault("limit", f"expected a whole number from 1 to {MOST_ALERTS}")
    return Limit(count=int(count), seconds=seconds)


def _quiet(entry: EntryFields) -> QuietHours | None:
    passes, text = entry.flag("quiet_breaking"), entry.text("quiet_hours")
    if not text:
        if "quiet_breaking" in entry.fields:
            entry.fault("quiet_breaking", "needs quiet_hours")
        return None
    match = _HOURS.fullmatch(text)
    if match is None or match[1] + match[2] == match[3] + match[4]:
        entry.fault("quiet_hours", 'expected two times such as "22:00-06:00"')
        return None
    first, minute, last, until = map(int, match.groups())
    return QuietHours(
        start=time(first, minute), end=time(last, until), breaking_passes=passes
    )


def _built(
    entry: EntryFields, field: str, build: Callable[[str], Pattern]
) -> Pattern | None:
    text = entry.text(field)
    if not text:
        return None
    try:
        return build(text)
    except ValueError as error:
        entry.fault(field, str(error))
        return None
