"""`run`: the daemon on the real world, under systemd or in a terminal."""

import asyncio
import faulthandler
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from catalyst_bot.app import Parts, open_app
from catalyst_bot.configuration import Configuration, load_configuration
from catalyst_bot.ops.logs import configure
from catalyst_bot.ops.redact import Redactor

logger = logging.getLogger(__name__)


def run(
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
    config_dir: Annotated[
        Path | None, typer.Option(help="A file here replaces the shipped one.")
    ] = None,
) -> None:
    """Watch the news and post alerts until SIGTERM or Ctrl-C; SIGHUP reloads."""
    parts = reloading_parts(env_file, config_dir)
    serve(load_configuration(env_file, config_dir), parts)


def reloading_parts(env_file: Path | None, config_dir: Path | None) -> Parts:
    """Heed SIGHUP from now on; return the parts of a daemon that reloads these files.

    Not only from READY on: what is changed while we read is read once more.
    """
    hangup = asyncio.Event()
    signal.signal(signal.SIGHUP, lambda *_: hangup.set())

    def reread(known: Configuration) -> Configuration:
        return load_configuration(env_file, config_dir, known=known)

    return Parts(environ=os.environ, hangup=hangup, reread=reread)


def serve(
    configuration: Configuration,
    parts: Parts | None = None,
    *,
    lifeline: int | None = None,
) -> None:
    """Run the daemon until a signal.

    `lifeline` is a descriptor on which nothing ever comes: the process ends at once
    when whoever holds the other end is gone.
    """
    settings = configuration.settings
    faulthandler.enable()  # a watchdog's SIGABRT then shows where it hung
    configure(
        level=settings.log.level,
        form=settings.log.format,
        redact=Redactor(settings.secrets),
        stream=sys.stderr,
        journal=os.environ.get("JOURNAL_STREAM", ""),
    )
    for warning in settings.warnings:
        logger.warning("setting", extra={"fault": warning})
    with told_errors():
        asyncio.run(_serve(configuration, parts, lifeline))


@contextmanager
def told_errors() -> Iterator[None]:
    """Log the errors that end the daemon's tasks, and exit 1.

    Their traceback must pass the log's redaction.
    """
    try:
        yield
    except BaseExceptionGroup as group:
        logger.critical("ended by an error", exc_info=group)
        sys.exit(1)


async def _serve(
    configuration: Configuration, parts: Parts | None, lifeline: int | None
) -> None:
    stop = asyncio.Event()

    def interrupt() -> None:
        if stop.is_set():  # asked twice: leave the rest to the next start
            os._exit(1)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, interrupt)
    if lifeline is not None:
        loop.add_reader(lifeline, os._exit, 1)
    parts = parts or Parts(environ=os.environ)
    if parts.reread is not None:
        loop.add_signal_handler(signal.SIGHUP, parts.hangup.set)
    async with open_app(configuration, parts) as app:
        await app.run(stop)
