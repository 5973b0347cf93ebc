"""Writes what the sources answer to a file, so that the day can be played again."""

import asyncio
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from catalyst_bot.sources.answers import shown
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.observer import ReadPage
from catalyst_bot.sources.recording import GZIP, KEPT_HEADERS, Recorded, encode

logger = logging.getLogger(__name__)

TOLD_EACH = 100 * 1024 * 1024  # bytes of growth after which the size is told


class NoRecording(OSError):
    """The file exists and is something else: it is not written over."""


class Recorder:
    """Appends each body that the daemon accepted; a full disk stops no alert.

    A new file is readable by its owner only; an earlier recording is continued. A body
    that could not be written is counted in `lost`; the next one is tried again. `size`
    is that of the file in bytes, `written` counts the bodies of this run.

    Raises:
        NoRecording: the file exists and is something else.
        OSError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = _open(path)
        self._turn = asyncio.Lock()
        self.size = os.fstat(self._file).st_size
        self.written = 0
        self.lost = 0
        self._is_failing = False
        self._told = self.size

    async def observe(self, config: SourceConfig, pages: Sequence[ReadPage]) -> None:
        """Append the pages of one poll, older ones first: they are asked for last."""
        async with self._turn:
            for page in reversed(pages):
                await self._append(_recorded(config, page))

    def close(self) -> None:
        """Close the file; call it when the daemon has ended."""
        os.close(self._file)

    async def _append(self, recorded: Recorded) -> None:
        try:
            await asyncio.to_thread(self._write, recorded)
        except OSError as error:
            self.lost += 1
            if not self._is_failing:
                reason = error.strerror or type(error).__name__
                logger.error("recording fails", extra={"reason": reason})  # noqa: TRY400
            self._is_failing = True
            return
        if self._is_failing:
            logger.warning("recording goes on", extra={"lost": self.lost})
        self._is_failing = False
        self.written += 1
        if self.size - self._told >= TOLD_EACH:
            self._told = self.size
            megabytes = self.size // 1024**2
            logger.info("recording grows", extra={"megabytes": megabytes})

    def _write(self, recorded: Recorded) -> None:
        """Append whole or not at all; the kernel has it when this returns."""
        data = memoryview(encode(recorded))
        done = 0
        try:
            while done < len(data):
                done += os.write(self._file, data[done:])
        except OSError:
            os.ftruncate(self._file, self.size)
            raise
        self.size += done


def _open(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        start = os.pread(descriptor, len(GZIP), 0)
        if start and start != GZIP:
            raise NoRecording("it exists and is no recording")
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _recorded(config: SourceConfig, page: ReadPage) -> Recorded:
    answer = page.answer
    headers = tuple((name, answer.header(name)) for name in KEPT_HEADERS)
    return Recorded(
        source=config.name,
        kind=config.kind,
        is_market=config.is_market,
        zone=config.zone,
        url=shown(answer.url),
        page=page.number,
        received_at=page.received_at,
        headers=tuple((name, value) for name, value in headers if value),
        body=answer.body,
    )
