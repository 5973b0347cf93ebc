"""Keeps the table of symbols on disk; a bad one never replaces a good one.

What is in force: the downloaded copy beside the database, else the small table that the
product ships, else none (then only symbols with their exchange are believed).
"""

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.errors import SymbolsError
from catalyst_bot.intake.symbols import LEAST, SymbolTable, parse_symbols

_LARGEST = 8 << 20  # bytes; the SEC's file has 0.8 MB

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolsInForce:
    """Which table is used."""

    origin: str  # a path, or "" when there is none
    rows: int
    age: float | None  # seconds since the download; None: it was not downloaded
    fault: str = ""  # why the downloaded copy is not used


class SymbolStore:
    """The table in force, and its file; reading and replacing block, 0.3 s at most."""

    def __init__(self, path: Path, *, shipped: Path) -> None:
        self._path, self._shipped = path, shipped
        self._table = SymbolTable()
        self._origin: Path | None = None
        self._fault = ""

    @property
    def table(self) -> SymbolTable:
        """Return the table in force."""
        return self._table

    def load(self) -> None:
        """Read the downloaded copy, or what the product ships; never fails."""
        for path, least in ((self._path, LEAST), (self._shipped, 1)):
            try:
                self._table = parse_symbols(_read(path), least=least)
            except FileNotFoundError:
                continue
            except (OSError, SymbolsError) as error:
                self._fault = f"{path}: {error}"
                logger.warning(
                    "table of symbols not used",
                    extra={"path": str(path), "why": str(error)},
                )
                continue
            self._origin = path
            return

    def replace(self, body: bytes) -> None:
        """Check a downloaded table, keep it on disk, and put it in force.

        Raises:
            SymbolsError: it is no such table, or cannot be written; nothing changes.
        """
        table = parse_symbols(body)
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            raise SymbolsError(f"{self._path}: {error.strerror}") from error
        self._table, self._origin, self._fault = table, self._path, ""

    def in_force(self) -> SymbolsInForce:
        """Tell which table is used, and how old it is."""
        return SymbolsInForce(
            origin=str(self._origin or ""),
            rows=self._table.rows,
            age=self.age(),
            fault=self._fault,
        )

    def age(self) -> float | None:
        """Return the seconds since the download; None: no download is in force."""
        if self._origin != self._path:
            return None
        try:
            return max(0.0, time.time() - self._path.stat().st_mtime)
        except OSError:  # removed under our feet
            return None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        body = file.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise SymbolsError(f"it is larger than {_LARGEST >> 20} MiB")
    return body
