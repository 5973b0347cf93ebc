"""Stored rows that cannot be read: left out, told once, and kept as they are.

A fault of the disk, a foreign hand or a later version may leave one. It costs itself:
whoever reads many goes on with the others.
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

MOST_TOLD = 1_000  # rows; a file with more has been told of often enough
_LONGEST = 200  # characters of a reason
_LAST = 253_402_300_799.0  # unix seconds: the end of the year 9999, as of `datetime`
# What our readers raise on a value of a wrong form or type; pydantic's is a ValueError.
_FAULTS = (ValueError, TypeError, AttributeError, ArithmeticError)

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")


class LeftOut:
    """Reads rows one by one; `count` is called once for each that cannot be read."""

    def __init__(self, count: Callable[[], None] = lambda: None) -> None:
        self._count = count
        self._told: set[tuple[str, str]] = set()

    def read(self, table: str, key: object, make: Callable[[], T]) -> T | None:
        """Return what `make` makes of a row, None when it cannot be read."""
        try:
            return make()
        except _FAULTS as error:
            name = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
            self._tell(table, name, error)
        return None

    def each(
        self,
        table: str,
        rows: Iterable[R],
        make: Callable[[R], T],
        *,
        key: Callable[[R], object],
    ) -> tuple[T, ...]:
        """Return what `make` makes of rows, in their order, without the broken ones."""
        found = (self.read(table, key(row), partial(make, row)) for row in rows)
        return tuple(one for one in found if one is not None)

    def _tell(self, table: str, key: str, error: Exception) -> None:
        if (table, key) in self._told or len(self._told) >= MOST_TOLD:
            return
        self._told.add((table, key))
        self._count()
        why = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST]
        extra = {"table": table, "key": key, "why": why}
        logger.error("stored row left out", extra=extra)


def moment(stored: float) -> float:
    """Return unix seconds as they were stored.

    Raises:
        ValueError: no moment that a calendar has.
        TypeError: no number.
    """
    if not 0.0 <= stored <= _LAST:
        raise ValueError(f"no moment: {stored}")
    return stored


def words(stored: str) -> str:
    """Return a text as it was stored.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(stored, str):
        raise TypeError(f"expected a text, found {type(stored).__name__}")
    return stored
