"""Writes files of the operator all or none, each of them whole."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """What a file shall hold; `mode` is what it may be read and written by."""

    path: Path
    text: str
    mode: int  # as in chmod: 0o600


def write_together(files: Sequence[NewFile]) -> None:
    """Write all files; whoever reads one meanwhile sees the old or the new one whole.

    All are written beside their places first, so that a folder that refuses one of them
    leaves all of them as they were. Missing folders are made; a link is followed; an
    existing file keeps its owner, where that is allowed.

    Raises:
        OSError: nothing was changed; its `filename` is one of the paths.
    """
    with ExitStack() as stack:
        staged = []
        for file in files:
            with _naming(file.path):
                staged.append(_stage(file, stack))
        for file, temporary in zip(files, staged, strict=True):
            with _naming(file.path):
                temporary.replace(file.path.resolve())
    for folder in {file.path.resolve().parent for file in files}:
        _sync(folder)


def _sync(folder: Path) -> None:
    """Let the new names outlast a loss of power too, where the system can do that."""
    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(number)
    finally:
        os.close(number)


def _stage(file: NewFile, stack: ExitStack) -> Path:
    """Write the file beside its place; `stack` removes what is not renamed."""
    place = file.path.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    temporary = Path(name)
    stack.callback(temporary.unlink, missing_ok=True)
    with open(number, "wb") as stream:  # noqa: PTH123 - takes the open descriptor
        with suppress(FileNotFoundError, PermissionError):
            owned = place.stat()
            os.fchown(number, owned.st_uid, owned.st_gid)
        os.fchmod(number, file.mode)
        stream.write(file.text.encode())
        stream.flush()
        os.fsync(number)
    return temporary


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let a fault name the file that was to be written, not the one beside it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
