"""Reads the [[watch]] entries of channels.toml; every fault is told at once."""

from collections.abc import Collection
from pathlib import Path

from catalyst_bot.delivery.channel_file import read_channels
from catalyst_bot.delivery.channel_rules import EntryFields
from catalyst_bot.errors import SettingsError
from catalyst_bot.model import Watch
from catalyst_bot.ops import forms
from catalyst_bot.ops.entries import read_entries

SHORTEST_QUERY, LONGEST_QUERY = 3, 200  # characters
MOST_WATCHES = 500
_FIELDS = ("query", "threshold", "ticker", "channel", "role_id", "user_id")


def load_watches(path: Path, *, threshold: float) -> tuple[Watch, ...]:
    """Return the standing queries of the file in its order.

    `threshold` is of those that name none. One without a channel is of the first.

    Raises:
        SettingsError: with every fault, each naming the file, the entry and the field.
    """
    names = [str(fields.get("name", "")) for fields in read_channels(path)]
    faults: list[str] = []
    watches: list[Watch] = []
    entries = read_entries(path, table="watch", beside=("channel",))
    if len(entries) > MOST_WATCHES:
        raise SettingsError([f"{path}: at most {MOST_WATCHES} [[watch]] entries"])
    for number, fields in enumerate(entries, start=1):
        entry = _Entry(fields, where=f"{path}: watch {number}")
        watches.append(entry.read(names, threshold=threshold))
        faults += entry.faults
    if faults:
        raise SettingsError(faults)
    return tuple(watches)


class _Entry(EntryFields):
    """One entry while it is read."""

    def read(self, channels: Collection[str], *, threshold: float) -> Watch:
        """Return the watch; it is of no use when there are faults."""
        for key in self.fields:
            if key not in _FIELDS:
                self.fault(key, f"unknown key; known are {', '.join(_FIELDS)}")
        role, user = self.snowflake("role_id"), self.snowflake("user_id")
        if role and user:
            self.fault("user_id", "expected either role_id or user_id")
        return Watch(
            query=self._query(),
            threshold=self.number("threshold", default=threshold, least=0, most=1),
            ticker=self._ticker(),
            channel=self._channel(channels),
            role_id=role,
            user_id=user,
        )

    def _query(self) -> str:
        before, query = len(self.faults), self.text("query")
        is_one = SHORTEST_QUERY <= len(query) <= LONGEST_QUERY
        has_word = any(map(str.isalnum, query))
        if len(self.faults) == before and not (is_one and has_word):
            bounds = f"{SHORTEST_QUERY} to {LONGEST_QUERY}"
            self.fault("query", f"expected words, {bounds} characters")
        return query

    def _ticker(self) -> str:
        text = self.text("ticker")
        try:
            found = forms.symbols(text) if text else ()
        except ValueError:
            found = ()
        if text and len(found) != 1:
            self.fault("ticker", f"{text[:20]!r} is not a symbol such as ABCD or EF.B")
        return next(iter(found), "")

    def _channel(self, channels: Collection[str]) -> str:
        channel = self.text("channel")
        if channel and channel not in channels:
            self.fault("channel", f"no [[channel]] is named {channel[:40]!r}")
        return channel or next(iter(channels), "")
