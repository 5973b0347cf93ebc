"""The weekly download of the table of symbols, over a real socket."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from catalyst_bot.clock import SystemClock
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.intake.symbols import LEAST, SymbolTable, parse_symbols
from catalyst_bot.sources.addresses import WEB_PORTS
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.symbol_list import WEEK, SymbolDownload
from tests.servers import RawServer, http, raw_server
from tests.symbols import body_of, many

GOOD = body_of(many(LEAST))


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with raw_server() as fake:
        yield fake


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "symbols.json"


def write(path: Path, *, age: float) -> None:
    """Leave a good table that was downloaded `age` seconds ago."""
    path.write_bytes(GOOD)
    then = time.time() - age
    os.utime(path, (then, then))


def reopened(path: Path) -> SymbolTable:
    return parse_symbols(path.read_bytes())


async def look(server: RawServer, path: Path) -> SymbolStore:
    """Start with what is on disk, and let the daily job look once."""
    store = SymbolStore(path, shipped=path.with_name("none.json"))
    store.load()
    async with open_feed_session(
        user_agent="tests desk@example.com", allow_private=True, ports=WEB_PORTS
    ) as session:
        clock, url = SystemClock(), f"{server.url}/symbols"
        await SymbolDownload(store, session=session, clock=clock, url=url).run()
    return store


async def test_the_job_replaces_the_table(server: RawServer, path: Path) -> None:
    server.answers["/symbols"] = http("200 OK", GOOD)
    store = await look(server, path)
    assert store.table.rows == LEAST
    assert reopened(path).rows == LEAST


async def test_a_table_of_this_week_is_not_asked_for_again(
    server: RawServer, path: Path
) -> None:
    write(path, age=60)
    await look(server, path)
    assert server.requests == []


@pytest.mark.parametrize(
    "answer", [http("200 OK", b"busy"), http("503 Busy"), http("200 OK", GOOD[:99])]
)
async def test_a_bad_answer_keeps_the_last_good_copy(
    server: RawServer, path: Path, answer: bytes
) -> None:
    write(path, age=WEEK + 60)
    server.answers["/symbols"] = answer
    store = await look(server, path)
    assert len(server.requests) == 1
    assert store.table.rows == LEAST
    assert reopened(path).rows == LEAST
