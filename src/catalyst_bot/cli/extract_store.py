"""The folder of `extract`: a JSON for each document, and the checkpoint of the run.

Every write is a whole file beside its place, renamed: a kill at any moment leaves the
checkpoint of the last document that was done. What ends while the disk is busy is
written together, and a result that stands there already is left as it is.
"""

import asyncio
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from catalyst_bot.errors import CatalystError
from catalyst_bot.ops.writing import NewFile, write_together
from catalyst_bot.reading.statements.model import Extraction
from catalyst_bot.reading.statements.questions import PROMPT_VERSION

CHECKPOINT = "checkpoint.json"
_LOCK = ".extract.lock"
_VERSION = 1  # of the checkpoint's form
_MODE = 0o644
_LEFT_OVER = ".*.json.????????"  # what `write_together` had not renamed at a kill
_COST = re.compile(rb'"api_calls": \d+')
_NO_SLUG = re.compile(r"[^A-Za-z0-9.]+")


class BadCheckpoint(CatalystError):
    """The checkpoint of a folder cannot be read; the text names it and the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One document to read; `stamp` is all that an earlier run must have had alike."""

    id: str  # an absolute path, an address or a filing's number
    stamp: str  # of its content, where that is known before it is read; and the prompts

    @property
    def key(self) -> str:
        """Return how the checkpoint lists it."""
        return f"{self.id} [{self.stamp}]"


@dataclass(slots=True, kw_only=True)
class Checkpoint:
    """What is done and what failed, by the id of the document."""

    processed: dict[str, str] = field(default_factory=dict)  # id: key
    failed: dict[str, str] = field(default_factory=dict)  # id: error

    def has(self, target: Target) -> bool:
        """Tell whether this very document was read with these very questions."""
        return self.processed.get(target.id) == target.key

    def note(self, target: Target, *, error: str) -> None:
        """Put a document where it belongs: a success clears a failure."""
        if error:
            self.failed[target.id] = error
            self.processed.pop(target.id, None)
        else:
            self.processed[target.id] = target.key
            self.failed.pop(target.id, None)

    @property
    def text(self) -> str:
        """Return the file's text."""
        rows = {
            "version": _VERSION,
            "processed": list(self.processed.values()),
            "failed": self.failed,
            "updated": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        return _json_of(rows)


class Store:
    """Keeps extractions in `folder`; `open_store` makes it.

    `redact` takes secrets out of a text: what comes here is written as it is.
    """

    def __init__(
        self, folder: Path, checkpoint: Checkpoint, *, redact: Callable[[str], str]
    ) -> None:
        self.folder, self.checkpoint = folder, checkpoint
        self.redact = redact
        self._turn, self._batch = asyncio.Lock(), _Batch()

    async def keep(self, target: Target, extraction: Extraction) -> None:
        """Write what was found; a question without an answer makes it a failure.

        Raises:
            CatalystError: the disk does not take it; the checkpoint is as it was.
        """
        error = extraction.error if extraction.unanswered else ""
        await self._write(target, extraction if extraction.success else None, error)

    async def fail(self, target: Target, reason: str) -> None:
        """Note why a document could not be read.

        Raises:
            CatalystError: as in `keep`.
        """
        await self._write(target, None, reason)

    async def _write(
        self, target: Target, extraction: Extraction | None, error: str
    ) -> None:
        batch = self._batch
        batch.ended.append((target, error))
        if extraction is not None:
            path = result_path(self.folder, target)
            rows = {"prompt_version": PROMPT_VERSION, **asdict(extraction)}
            batch.files.append(NewFile(path=path, text=_json_of(rows), mode=_MODE))
        async with self._turn:
            if batch is self._batch:  # else somebody else of it has written it
                self._batch = _Batch()
                await self._save(batch)
        if batch.fault is not None:
            raise CatalystError(_refused(batch.fault, batch.files)) from batch.fault

    async def _save(self, batch: "_Batch") -> None:
        for target, error in batch.ended:
            self.checkpoint.note(target, error=error)
        path = self.folder / CHECKPOINT
        batch.files.append(NewFile(path=path, text=self.checkpoint.text, mode=_MODE))
        try:
            await asyncio.to_thread(_write_new, batch.files)
        except OSError as fault:
            batch.fault = fault


@dataclass(slots=True)
class _Batch:
    """Documents that ended while the disk was busy; `fault`: it took none of them."""

    ended: list[tuple[Target, str]] = field(default_factory=list)  # with their errors
    files: list[NewFile] = field(default_factory=list)  # the checkpoint last
    fault: OSError | None = None


@contextmanager
def open_store(
    folder: Path, *, resumes: bool, redact: Callable[[str], str] = str
) -> Iterator[Store]:
    """Open a folder for one run; `redact` takes secrets out of errors.

    Raises:
        BadCheckpoint: it is to be resumed, and its checkpoint is none.
        CatalystError: another process writes there, or nobody may.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("a+")
    except OSError as error:
        raise CatalystError(f"{folder}: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            detail = f"another extract writes to {folder}: wait for it, or give --out"
            raise CatalystError(detail) from None
        for left in folder.glob(_LEFT_OVER):
            left.unlink(missing_ok=True)
        checkpoint = read_checkpoint(folder) if resumes else Checkpoint()
        yield Store(folder, checkpoint, redact=redact)


def read_checkpoint(folder: Path) -> Checkpoint:
    """Return the checkpoint of a folder, an empty one where there is none.

    Raises:
        BadCheckpoint: it cannot be read.
    """
    path = folder / CHECKPOINT
    try:
        rows = json.loads(path.read_bytes())
        if rows["version"] != _VERSION:
            raise ValueError("another version")  # noqa: TRY301 - one way out
        keys = [str(key) for key in rows["processed"]]
        failed = {str(name): str(error) for name, error in rows["failed"].items()}
    except FileNotFoundError:
        return Checkpoint()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadCheckpoint(
            f"{path} cannot be read: put it right, or begin anew with --no-resume"
        ) from error
    processed = {key.rpartition(" [")[0]: key for key in keys}
    return Checkpoint(processed=processed, failed=failed)


def result_path(folder: Path, target: Target) -> Path:
    """Return where the extraction of a document stands, one name for each id."""
    digest = hashlib.sha256(target.id.encode("utf-8", "replace")).hexdigest()[:8]
    slug = _NO_SLUG.sub("-", target.id.rstrip("/").rpartition("/")[2]).strip("-.")
    return folder / f"{slug[:80] or 'document'}-{digest}.json"


def _write_new(files: list[NewFile]) -> None:
    write_together([file for file in files if not _stands(file)])


def _stands(file: NewFile) -> bool:
    """Tell whether a file holds that already, whatever it cost to find it."""
    try:
        standing = file.path.read_bytes()
        return _COST.sub(b"", standing) == _COST.sub(b"", file.text.encode())
    except OSError:
        return False  # writing it says why


def _json_of(rows: Mapping[str, object]) -> str:
    """Return a file's text; bytes of a file's name that are no text are escaped."""
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _refused(fault: OSError, files: list[NewFile]) -> str:
    path = fault.filename or str(files[-1].path)
    why = fault.strerror or os.strerror(fault.errno or 0)
    return f"cannot write {path}: {why}. What was done before is kept: run it again."
