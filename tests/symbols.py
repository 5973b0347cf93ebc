"""A small table of symbols: fictitious issuers, and a few whose names are the point."""

import json
from collections.abc import Sequence

from catalyst_bot.intake.symbols import SymbolTable, parse_symbols

Row = tuple[int | None, str, str, str]
ROWS: tuple[Row, ...] = (
    (1, "Alderbrook Robotics, Inc.", "ALDB", "Nasdaq"),
    (1, "Alderbrook Robotics, Inc.", "ALDBW", "Nasdaq"),
    (2, "Boltwick Therapeutics Holdings Ltd", "BLTW", "Nasdaq"),
    (3, "TARGET CORP", "TGT", "NYSE"),
    (4, "GOLDMAN SACHS GROUP INC", "GS", "NYSE"),
    (5, "Gartner Inc", "IT", "NYSE"),
    (6, "BERKSHIRE HATHAWAY INC", "BRK-B", "NYSE"),
    (6, "BERKSHIRE HATHAWAY INC", "BRK-A", "NYSE"),
    (7, "BANK OF AMERICA CORP /DE/", "BAC", "NYSE"),
    (7, "BANK OF AMERICA CORP /DE/", "BAC-PL", "NYSE"),
    (8, "COCA COLA CO", "KO", "NYSE"),
    (9, "FORD MOTOR CO", "F", "NYSE"),
    (10, "Nasdaq, Inc.", "NDAQ", "Nasdaq"),
    (11, "Frontier Group Holdings, Inc.", "ULCC", "Nasdaq"),
    (12, "Delta Velocity Mining Corp", "DVMC", "OTC"),
    (13, "MCDONALDS CORP", "MCD", "NYSE"),
    (14, "C3is Inc.", "CISS", "Nasdaq"),
    (15, "Porter Arts and Homes Corp", "PAH", "NYSE"),
    (16, "Duplicate Metals Corp", "DUPA", "NYSE"),
    (17, "Duplicate Metals Ltd", "DUPB", "NYSE"),
)


def table_of(rows: Sequence[Row] = ROWS) -> SymbolTable:
    """Return the table of these rows, behind a thousand larger companies."""
    return parse_symbols(body_of((*many(1_000), *rows)), least=1)


def body_of(rows: Sequence[Row]) -> bytes:
    """Return the rows as the SEC publishes them."""
    fields = ["cik", "name", "ticker", "exchange"]
    return json.dumps({"fields": fields, "data": [list(row) for row in rows]}).encode()


def many(count: int) -> tuple[Row, ...]:
    """Return that many rows of made-up companies."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return tuple(
        (
            1_000_000 + n,
            f"Madeup {n} Holdings Inc",
            letters[n // 676] + letters[n // 26 % 26] + letters[n % 26] + "X",
            "Nasdaq",
        )
        for n in range(count)
    )
