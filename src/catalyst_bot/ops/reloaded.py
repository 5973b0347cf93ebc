"""How a reload ended, for logs, the API and the command."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The names of the entries of a file that came, went, or read otherwise now."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """With `faults` nothing changed.

    `restart_needed` names the settings whose new value waits for a restart.
    """

    faults: tuple[str, ...] = ()
    restart_needed: tuple[str, ...] = ()
    sources: Difference = field(default_factory=Difference)
    channels: Difference = field(default_factory=Difference)


def difference(known: Mapping[str, _Entry], wanted: Mapping[str, _Entry]) -> Difference:
    """Return what changes from the entries of one mapping to those of another."""
    return Difference(
        added=tuple(name for name in wanted if name not in known),
        removed=tuple(name for name in known if name not in wanted),
        changed=tuple(
            name
            for name, entry in wanted.items()
            if name in known and known[name] != entry
        ),
    )
