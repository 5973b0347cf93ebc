"""What `extract` is to read: files, folders, addresses and filings' numbers."""

import asyncio
import hashlib
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalyst_bot.assembly.filings import Named
from catalyst_bot.cli.extract_store import Target
from catalyst_bot.cli.targets import BadTarget, mode_of, read_file, told
from catalyst_bot.documents.model import Document
from catalyst_bot.filings import is_accession
from catalyst_bot.reading.statements.questions import PROMPT_VERSION
from catalyst_bot.sources.behind import read_papers
from catalyst_bot.sources.outside import is_address

_DIGITS = 16  # of the digest of a file: it tells a changed file from the one before


def targets_of(words: Sequence[str], *, out: Path) -> tuple[Target, ...]:
    """Return what is to be read, each once, folders as their files by name.

    Hidden files and what lies in `out` are no documents.

    Raises:
        BadTarget: a word is none of these.
    """
    ids = [id_ for word in words for id_ in _ids(word, out.resolve())]
    return tuple(Target(id=id_, stamp=_stamp(id_)) for id_ in dict.fromkeys(ids))


class Library:
    """Reads files, and fetches the rest as the feeds are fetched."""

    def __init__(self, named: Named) -> None:
        self._named = named

    async def document(self, id: str) -> Document:  # noqa: A002 - a document's
        """Return a document by its id.

        Raises:
            CatalystError: it cannot be had, or is no text.
        """
        path = Path(id)
        if path.is_absolute():
            return await asyncio.to_thread(read_file, path)
        found = await self._named.papers(id)
        return await read_papers(found.papers, id=id)


def _ids(word: str, out: Path) -> Iterator[str]:
    path = Path(word)
    mode = mode_of(path) if word else 0  # Path("") is the working directory
    if stat.S_ISDIR(mode):
        for found in sorted(path.resolve().rglob("*")):
            hidden = any(
                part.startswith(".") for part in found.relative_to(path.resolve()).parts
            )
            if found.is_file() and not hidden and not found.is_relative_to(out):
                yield str(found)
    elif stat.S_ISREG(mode):
        yield str(path.resolve())
    elif is_accession(word) or is_address(word):
        yield word
    else:
        raise BadTarget(
            f"{told(word)}: no such file or folder, and neither a filing's number nor "
            "the address of a page"
        )


def _stamp(id_: str) -> str:
    """Return the version of the questions and, of a file, the digest of its bytes."""
    path, version = Path(id_), f"prompts {PROMPT_VERSION}"
    if not path.is_absolute():
        return version
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]
    except OSError:  # reading it will say why
        return version
    return f"{version}, sha256 {digest}"
