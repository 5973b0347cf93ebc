"""A file of [[entries]]: read strictly, its faults told by file, entry and field."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from catalyst_bot.errors import SettingsError

_LONGEST_NAME = 64


def read_entries(
    path: Path, *, table: str, beside: Collection[str] = ()
) -> list[dict[str, object]]:
    """Return the [[`table`]] entries of a TOML file, in its order.

    `beside` are the other tables that the file may have.

    Raises:
        SettingsError: it cannot be read, or holds anything else.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError([f"{path}: not UTF-8 (line {line})"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: not TOML: {error}"]) from error
    entries = document.pop(table, [])
    held = " and ".join(f"[[{name}]]" for name in (table, *beside))
    faults = [
        f"{path}: unknown key {key!r}; the file holds {held} entries only"
        for key in document
        if key not in beside
    ]
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        faults.append(f"{path}: {table}: write each entry under [[{table}]]")
    if faults:
        raise SettingsError(faults)
    return list(entries)


def where_of(path: Path, number: int, fields: Mapping[str, object]) -> str:
    """Return how a fault names an entry: the file, its number from 1, its name."""
    name = fields.get("name")
    is_named = isinstance(name, str) and name
    called = f" ({str(name)[:_LONGEST_NAME]!r})" if is_named else ""
    return f"{path}: entry {number}{called}"
