"""The table of symbols: what is accepted, what stays when a new one is bad."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.configuration import config_file
from catalyst_bot.errors import SymbolsError
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.intake.symbols import LEAST, SymbolTable, parse_symbols
from tests.symbols import body_of, many, table_of

GOOD = body_of(many(LEAST))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b"[]",
        b"null",
        b'{"fields": [], "data": []}',
        b'{"fields": ["cik", "name", "ticker"], "data": 7}',
        b"[" * 100_000,
        body_of(many(LEAST - 1)),
    ],
)
def test_what_is_no_whole_table_is_refused(body: bytes) -> None:
    with pytest.raises(SymbolsError):
        parse_symbols(body)


def test_rows_that_make_no_sense_are_skipped() -> None:
    rows = [
        ["x"],
        None,
        [1, 2, 3, 4],
        [1, "A", "lower", ""],
        [7, "Good Co", "GOOD", ""],
        [None, "Fair Co", "FAIR", ""],
    ]
    body = json.dumps({"fields": ["cik", "name", "ticker", "exchange"], "data": rows})
    assert parse_symbols(body.encode(), least=1).rows == 2


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_table_or_refused(body: bytes) -> None:
    with pytest.raises(SymbolsError):
        parse_symbols(body)


@pytest.mark.parametrize(
    ("symbol", "root"),
    [
        ("BAC-PL", "BAC"),
        ("BAC-WT", "BAC"),
        ("ALDBW", "ALDB"),
        ("BRK-B", "BRK-B"),
        ("BRK-A", "BRK-A"),
        ("ZZZZW", "ZZZZW"),
        ("ZZZZ-UN", "ZZZZ"),
    ],
)
def test_preferreds_units_and_warrants_are_the_common_share(
    symbol: str, root: str
) -> None:
    assert table_of().root(symbol) == root


def test_a_filer_is_known_by_its_number() -> None:
    assert table_of().symbol_of("0000000006") == "BRK-B"
    assert table_of().symbol_of("") == table_of().symbol_of("99") == ""
    assert SymbolTable().symbol_of("6") == ""


def test_shares_without_a_filers_number_are_one_company_by_its_name() -> None:
    rows = [(None, "Fair Co", name, "") for name in ("FAIR", "FAIRW")]
    table = parse_symbols(body_of(rows), least=1)
    assert table.root("FAIRW") == "FAIR"
    assert table.symbol_of("0") == table.symbol_of("") == ""


@pytest.fixture
def store(tmp_path: Path) -> SymbolStore:
    path = tmp_path / "var" / "symbols.json"
    return SymbolStore(path, shipped=config_file("symbols.json", None))


def test_a_first_start_has_the_built_in_table(store: SymbolStore) -> None:
    store.load()
    apple = store.table.company("AAPL")
    assert apple is not None
    assert apple.name == "Apple"
    assert 200 < store.in_force().rows < LEAST
    assert store.in_force().age is None


def test_without_any_file_there_is_an_empty_table(tmp_path: Path) -> None:
    store = SymbolStore(tmp_path / "symbols.json", shipped=tmp_path / "none.json")
    store.load()
    assert store.in_force().origin == ""
    assert store.table.rows == 0


def test_a_download_is_in_force_and_there_after_a_restart(
    store: SymbolStore, tmp_path: Path
) -> None:
    store.load()
    store.replace(GOOD)
    again = SymbolStore(tmp_path / "var" / "symbols.json", shipped=tmp_path / "none")
    again.load()
    for seen in (store.in_force(), again.in_force()):
        assert seen.rows == LEAST
        assert seen.age is not None
        assert seen.age < 60


def test_a_bad_download_keeps_the_last_good_copy(store: SymbolStore) -> None:
    store.replace(GOOD)
    with pytest.raises(SymbolsError):
        store.replace(b"<html>try later</html>")
    assert store.in_force().rows == LEAST
    store.load()
    assert store.in_force().rows == LEAST


def test_a_copy_damaged_on_disk_gives_way_to_the_built_in_table(
    store: SymbolStore, tmp_path: Path
) -> None:
    store.replace(GOOD)
    (tmp_path / "var" / "symbols.json").write_bytes(GOOD[:1000])
    store.load()
    used = store.in_force()
    assert used.rows > 200
    assert used.age is None
    assert "symbols.json" in used.fault


def test_a_disk_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    store = SymbolStore(tmp_path / "var" / "symbols.json", shipped=tmp_path / "none")
    with pytest.raises(SymbolsError):
        store.replace(GOOD)
    assert store.table.rows == 0
