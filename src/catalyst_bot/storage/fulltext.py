"""Finds what was seen by the words of its title, or by its ticker: SQLite's FTS5.

The index holds no text of its own: it reads that of `items` by row number. New items
come into it after their commit, in the order of their rows: those up to its last row
are in it, the rest is not, and what a crash leaves out is found so at the next start.
Triggers keep it in step with items that change or go.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter

from sqlalchemy import Row, text

from catalyst_bot.storage.database import Database, outlives_the_disk
from catalyst_bot.storage.left_out import words
from catalyst_bot.words.canon import canonical

MOST_WORDS = 24  # of a query; the rest of it is ignored
# VACUUM INTO may number rows anew, so an index that was copied is made again.
REBUILD = "INSERT INTO items_text(items_text) VALUES ('rebuild')"
HAS_INDEX = "SELECT 1 FROM sqlite_master WHERE name = 'items_text'"
LOOK = 1.0  # seconds between two looks for new items
AT_ONCE = 25  # items of one transaction: some 2 ms for which an alert may wait
_ADD = text(
    "INSERT INTO items_text(rowid, title, tickers) SELECT rowid, title, tickers"
    " FROM items WHERE rowid > :last ORDER BY rowid LIMIT :limit"
)
# FTS5 keeps here the length of each row that it has (sqlite.org/fts5, section 9).
_LAST = "SELECT coalesce(max(id), 0) FROM items_text_docsize"
_WORD = re.compile(r"\w+")
_FIND = text(
    "SELECT items.key, items.source, items.title, items.tickers, items.link,"
    " items.published_at FROM items_text"
    " JOIN items ON items.rowid = items_text.rowid"
    " WHERE items_text MATCH :wanted AND items.published_at >= :since"
    " ORDER BY items_text.rank LIMIT :limit"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An item of which some word or symbol was asked for."""

    key: str
    source: str
    title: str
    tickers: tuple[str, ...]
    link: str  # "" for what was seen before links were kept
    published_at: datetime


class TextIndex:
    """Brings what is new into the index."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Keep the index up to date, a second behind at most, until cancelled."""
        while True:
            await self.catch_up()
            await asyncio.sleep(LOOK)

    async def catch_up(self) -> None:
        """Return once all that was committed is in the index.

        While memory stands in for the disk there is none, and nothing is done.

        Raises:
            StorageError: the database failed.
        """
        while await self._add():
            pass

    @outlives_the_disk
    async def _add(self) -> bool:
        """Add the next items; tell whether there were any."""
        async with self._database.write() as connection:
            if not (await connection.exec_driver_sql(HAS_INDEX)).first():
                return False
            last = (await connection.exec_driver_sql(_LAST)).scalar_one()
            await connection.execute(_ADD, {"last": last, "limit": AT_ONCE})
            return bool((await connection.exec_driver_sql(_LAST)).scalar_one() > last)


class FullText:
    """Searches everything that was seen and is not pruned, rejected items too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(
        self, query: str, *, limit: int, since: datetime | None = None
    ) -> tuple[Found, ...]:
        """Return up to `limit` items with any of the words, the best matches first.

        Those with all of the words go first. A query without a word finds nothing.

        Raises:
            StorageError: the query failed, or the disk is away and memory stands in.
        """
        wanted = _words(query)
        if not wanted:
            return ()
        found = await self._matches(" AND ".join(wanted), limit=limit, since=since)
        if len(found) >= limit or len(wanted) == 1:
            return found
        others = await self._matches(" OR ".join(wanted), limit=limit, since=since)
        known = {one.key for one in found}
        more = tuple(one for one in others if one.key not in known)
        return (found + more)[:limit]

    async def _matches(
        self, wanted: str, *, limit: int, since: datetime | None
    ) -> tuple[Found, ...]:
        first = since.astimezone(UTC).isoformat() if since else ""
        row = {"wanted": wanted, "since": first, "limit": limit}
        async with self._database.read() as connection:
            rows = (await connection.execute(_FIND, row)).all()
        left_out = self._database.left_out
        return left_out.each("items", rows, _found, key=attrgetter("key"))


def _found(row: Row[tuple[object, ...]]) -> Found:
    return Found(
        key=words(row.key),
        source=words(row.source),
        title=words(row.title),
        tickers=tuple(words(row.tickers).split()),
        link=words(row.link),
        published_at=datetime.fromisoformat(row.published_at),
    )


def _words(query: str) -> list[str]:
    """Return the words as FTS5 strings: no sign of a query is ever an operator.

    Words that say nothing ("of the") are left out, unless there are no others: half of
    all titles have them.
    """
    found = list(dict.fromkeys(_WORD.findall(query)))
    telling = [word for word in found if word.isupper() or canonical(word.lower())]
    return [f'"{word}"' for word in telling or found][:MOST_WORDS]
