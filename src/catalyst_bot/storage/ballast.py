"""A file that is thrown overboard when the disk is full.

Its room lets the database write on for a while: enough to finish what is under way, and
to delete and checkpoint, which need room too.
"""

import os
import shutil
from pathlib import Path

SIZE = 1 << 20  # bytes
_SPARE = 4 * SIZE  # bytes that must be free before the ballast is taken in again


class Ballast:
    """The file `<database>.ballast`; all calls block for a moment."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.ballast")

    def drop(self) -> bool:
        """Delete it; False when there was none or it cannot be."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def make_room(self) -> None:
        """Drop it when the disk is too full for a start, which needs a new log.

        Raises:
            OSError: the disk cannot be looked at.
        """
        if shutil.disk_usage(self._path.parent).free < SIZE:
            self.drop()

    def take_in(self) -> None:
        """Make it anew when there is none and the disk has room; else do nothing."""
        try:
            if (
                self._path.exists()
                or shutil.disk_usage(self._path.parent).free < _SPARE
            ):
                return
            with self._path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, SIZE)
        except OSError:
            self.drop()  # half of it would be of no use
