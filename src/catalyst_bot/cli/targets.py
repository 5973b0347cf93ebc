"""What a command is to read: a file, a filing's number, an address or an alert's id."""

import asyncio
import re
import stat
from pathlib import Path

from catalyst_bot.assembly.filings import build_named
from catalyst_bot.assembly.outside import open_web_with
from catalyst_bot.clock import SystemClock
from catalyst_bot.documents.decoding import MAX_BYTES
from catalyst_bot.documents.model import Document
from catalyst_bot.documents.reading import read_document
from catalyst_bot.errors import CatalystError, NoSuchAlert, UnreadableDocument
from catalyst_bot.filings import is_accession
from catalyst_bot.settings import Settings
from catalyst_bot.sources.behind import document_url, read_papers
from catalyst_bot.sources.outside import is_address
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.database import open_for_reading
from catalyst_bot.text import clip

_ALERT_ID = re.compile(r"[0-9a-fA-F]{4,8}")
_LONGEST_TOLD = 100  # characters of a word that is none of these
_SHOWN = 5  # of the alerts that an id may mean


class BadTarget(CatalystError):
    """There is nothing to read: the text says what would be."""


async def load_target(target: str, settings: Settings) -> Document:
    """Return what is to be read.

    A file goes before all else. Addresses are fetched as the feeds are: not from
    private networks.

    Raises:
        BadTarget: it is none of these, an unknown id, or an empty or binary file.
        SourceError: the papers could not be fetched.
        StorageError: there is no database to look an alert up in.
    """
    try:
        document = await _load(target, settings)
    except UnreadableDocument as error:
        raise BadTarget(f"{target}: {error}") from error
    except NoSuchAlert as error:
        raise BadTarget(str(error)) from error
    if not document.text.strip():
        raise BadTarget(f"{target} is empty")
    return document


async def _load(target: str, settings: Settings) -> Document:
    path = Path(target)
    if stat.S_ISREG(await asyncio.to_thread(mode_of, path)):
        return await asyncio.to_thread(read_file, path)
    if is_accession(target) or is_address(target):
        return await _fetch(target, settings, id=target)
    if _ALERT_ID.fullmatch(target):
        link = await _link_of(target.lower(), settings)
        return await _fetch(link, settings, id=target)
    raise BadTarget(
        f"{told(target)}: no such file, and neither "
        "a filing's number nor the address of a "
        "page nor an alert's id"
    )


def told(word: str) -> str:
    """Return a word that is nothing to read, as an error names it."""
    return clip(word, _LONGEST_TOLD) or "an empty word"


def mode_of(path: Path) -> int:
    """Return the mode of a file or folder, 0 where there is none.

    Raises:
        BadTarget: nobody here may look.
    """
    try:
        return path.stat().st_mode
    except PermissionError as error:
        raise BadTarget(f"{path.absolute()}: {error.strerror}") from error
    except (OSError, ValueError):  # also a name that no file can have
        return 0


def read_file(path: Path) -> Document:
    """Return a file as a document.

    Raises:
        BadTarget: it cannot be opened.
        UnreadableDocument: it is no text.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)  # one more: it is too long then
    except OSError as error:
        raise BadTarget(f"{path.resolve()}: {error.strerror}") from error
    return read_document(raw, id=str(path))


async def _fetch(name: str, settings: Settings, *, id: str) -> Document:  # noqa: A002
    async with open_web_with(settings, clock=SystemClock()) as outside:
        found = await build_named(settings, outside).papers(name)
    return await read_papers(found.papers, id=id)


async def _link_of(digits: str, settings: Settings) -> str:
    async with open_for_reading(settings.storage.database_url) as database:
        found = await Archive(database).beginning(digits, limit=_SHOWN)
    ids = sorted({stored.alert.id for stored in found})
    if len(ids) != 1:
        raise NoSuchAlert(digits, ids)
    item = found[0].alert.item
    link = document_url(item) or item.link
    if not link:
        raise BadTarget(f"alert {ids[0]} came without a link to a document")
    return link
