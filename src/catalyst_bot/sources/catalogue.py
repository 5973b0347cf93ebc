"""Reads sources.toml: what is polled, and how often; every fault is told at once."""

import logging
import math
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from yarl import URL

from catalyst_bot.errors import SettingsError
from catalyst_bot.model import SourceKind
from catalyst_bot.ops.entries import read_entries, where_of
from catalyst_bot.ops.loopback import is_loopback

logger = logging.getLogger(__name__)

SHORTEST_INTERVAL = 1.0  # seconds
_LONGEST_NAME = 64
_REQUIRED = ("name", "kind", "url", "interval_seconds", "enabled")
PLAIN_WEIGHT = 0.5
_OPTIONAL = ("market", "timezone", "weight", "rest_url")
_WEB, _STREAM = ("https", "http"), ("wss", "ws")
_KINDS = tuple(kind.value for kind in SourceKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One entry of sources.toml.

    `interval` is in seconds, at least 1, and meant for active trading. `zone` is of
    dates that name none. `is_market`: Fed, BLS, BEA; its items need no ticker.
    `weight` (0..1) tells how much its news is worth before that of other sources.
    `rest_url`: where an alpaca source asks for what its stream did not bring.
    """

    name: str
    kind: SourceKind
    url: str
    interval: float
    enabled: bool
    is_market: bool
    zone: ZoneInfo
    weight: float = PLAIN_WEIGHT
    rest_url: str = ""

    @property
    def urls(self) -> tuple[str, ...]:
        """Return every address that is asked."""
        return (self.url, self.rest_url) if self.rest_url else (self.url,)

    @property
    def is_stream(self) -> bool:
        """Tell whether it pushes; a recording of it is polled all the same."""
        return self.url.startswith(("ws://", "wss://"))


def load_sources(path: Path) -> tuple[SourceConfig, ...]:
    """Return all entries of the file in its order, the disabled ones too.

    A file without an enabled source is valid; that is logged as a warning.

    Raises:
        SettingsError: with every fault, each naming the file, the entry and the field.
    """
    faults: list[str] = []
    configs: list[SourceConfig] = []
    taken: dict[str, int] = {}
    for number, fields in enumerate(read_entries(path, table="source"), start=1):
        entry = _Entry(fields, where=where_of(path, number, fields))
        config = entry.read()
        faults += entry.faults
        name = entry.name
        if name and name in taken:
            faults.append(f"{entry.where}: name: already used by entry {taken[name]}")
        taken.setdefault(name, number)
        if config is not None:
            configs.append(config)
    if faults:
        raise SettingsError(faults)
    if not any(config.enabled for config in configs):
        logger.warning("no source is enabled", extra={"file": str(path)})
    return tuple(configs)


class _Entry:
    """One entry while it is read: collects faults instead of stopping at the first."""

    def __init__(self, fields: dict[str, object], *, where: str) -> None:
        self.where = where
        self.faults: list[str] = []
        self.name = ""
        self._fields = fields

    def read(self) -> SourceConfig | None:
        """Return the entry, or None when it has faults."""
        known = (*_REQUIRED, *_OPTIONAL)
        for key in self._fields:
            if key not in known:
                self._fault(key, f"unknown key; known are {', '.join(known)}")
        self.name = self._name()
        kind, interval = self._kind(), self._interval()
        url, rest_url = self._urls(kind)
        enabled = self._flag("enabled")
        is_market = self._flag("market", default=False)
        zone, weight = self._zone(), self._weight()
        if self.faults or kind is None or zone is None:
            return None
        return SourceConfig(
            name=self.name,
            kind=kind,
            url=url,
            interval=interval,
            enabled=enabled,
            is_market=is_market,
            zone=zone,
            weight=weight,
            rest_url=rest_url,
        )

    def _name(self) -> str:
        value = self._fields.get("name")
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            return self._fault("name", "expected a text of one line")
        if len(value) > _LONGEST_NAME:
            return self._fault("name", f"longer than {_LONGEST_NAME} characters")
        return value.strip()

    def _kind(self) -> SourceKind | None:
        value = self._fields.get("kind")
        if not isinstance(value, str) or value not in _KINDS:
            self._fault("kind", f"expected one of {', '.join(_KINDS)}")
            return None
        return SourceKind(value)

    def _urls(self, kind: SourceKind | None) -> tuple[str, str]:
        if kind is SourceKind.ALPACA:
            return self._url("url", _STREAM), self._url("rest_url", _WEB)
        if "rest_url" in self._fields:
            self._fault("rest_url", "only a source of kind alpaca has it")
        return self._url("url", _WEB), ""

    def _url(self, field: str, schemes: tuple[str, str]) -> str:
        """Never show the value: its query may hold a key."""
        value = self._fields.get(field)
        secure, plain = schemes
        expected = f"expected an address that begins with {secure}:// or {plain}://"
        if not isinstance(value, str) or value != value.strip():
            return self._fault(field, expected)
        try:
            url = URL(value)
            is_good = url.scheme in schemes and bool(url.host)
        except ValueError:
            is_good = False
        if not is_good or not value.isprintable():
            return self._fault(field, expected)
        carries_keys = self._fields.get("kind") == SourceKind.ALPACA
        if carries_keys and url.scheme == plain and not is_loopback(url.host or ""):
            keys = "keys travel to it in clear text"
            return self._fault(field, f"expected {secure}://, {keys}")
        return value

    def _interval(self) -> float:
        value = self._fields.get("interval_seconds")
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and SHORTEST_INTERVAL <= value < math.inf
        ):
            return float(value)
        self._fault(
            "interval_seconds", f"expected a number of at least {SHORTEST_INTERVAL:g}"
        )
        return math.nan

    def _flag(self, key: str, *, default: bool | None = None) -> bool:
        value = self._fields.get(key, default)
        if not isinstance(value, bool):
            self._fault(key, "expected true or false")
        return value is True

    def _zone(self) -> ZoneInfo | None:
        zone = _zone_named(self._fields.get("timezone", "UTC"))
        if zone is None:
            self._fault("timezone", "expected a name such as America/New_York")
        return zone

    def _weight(self) -> float:
        value = self._fields.get("weight", PLAIN_WEIGHT)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(value, int | float) and is_number and 0 <= value <= 1:
            return float(value)
        self._fault("weight", "expected a number from 0 to 1")
        return PLAIN_WEIGHT

    def _fault(self, field: str, expected: str) -> str:
        self.faults.append(f"{self.where}: {field}: {expected}")
        return ""


def _zone_named(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: it is a folder
        return None
