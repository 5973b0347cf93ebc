"""What an error of SQLite or of the file system means for the database."""

import errno
import sqlite3
from enum import StrEnum


class DiskFault(StrEnum):
    """Why the file takes nothing; the text is for the operator."""

    FULL = "the disk is full"
    READ_ONLY = "the disk is read-only"
    BROKEN = "the disk fails"
    DAMAGED = "the file is damaged"


_BY_SQLITE = {
    sqlite3.SQLITE_FULL: DiskFault.FULL,
    sqlite3.SQLITE_READONLY: DiskFault.READ_ONLY,
    sqlite3.SQLITE_IOERR: DiskFault.BROKEN,
    sqlite3.SQLITE_CANTOPEN: DiskFault.BROKEN,
    sqlite3.SQLITE_CORRUPT: DiskFault.DAMAGED,
    sqlite3.SQLITE_NOTADB: DiskFault.DAMAGED,
}
_BY_SYSTEM = {
    errno.ENOSPC: DiskFault.FULL,
    errno.EDQUOT: DiskFault.FULL,
    errno.EROFS: DiskFault.READ_ONLY,
    errno.EIO: DiskFault.BROKEN,
}


def fault_of(error: BaseException) -> DiskFault | None:
    """Return the fault that `error` tells of, None when it is about something else."""
    cause = getattr(error, "orig", None) or error  # SQLAlchemy wraps it
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0)
        return _BY_SQLITE.get(code & 0xFF)  # the rest of it tells details
    if isinstance(cause, OSError):
        return _BY_SYSTEM.get(cause.errno or 0)
    return None
