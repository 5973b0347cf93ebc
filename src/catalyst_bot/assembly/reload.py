"""Reads the configuration again while the daemon works: all of it comes in force, or
nothing.

What a running daemon can take up is replaced between two pages of news; what it cannot
is named as needing a restart, and the rest of the change counts all the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace

from catalyst_bot.assembly.channels import Channels, watches_of
from catalyst_bot.assembly.market import Market
from catalyst_bot.assembly.news import News, build_rules
from catalyst_bot.assembly.parts import Base
from catalyst_bot.configuration import Configuration, check_fit
from catalyst_bot.errors import SettingsError, StorageError
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier
from catalyst_bot.ops.reloaded import Reloaded
from catalyst_bot.sources.loops import SourceLoops

MOST_TOLD = 3  # faults in one line; the log has them all

logger = logging.getLogger(__name__)

Read = Callable[[Configuration], Configuration]  # given what is in force
PutInForce = Callable[[Configuration], Awaitable[Reloaded]]


class Reload:
    """Reads and puts in force, one reload at a time; `run` is its loop.

    Args:
        asked: set by SIGHUP; several before a reload begins are one.
        read: reads and checks everything; it runs in a thread.
        put_in_force: makes the product follow a configuration that is known to be good.
    """

    def __init__(
        self,
        configuration: Configuration,
        *,
        asked: asyncio.Event,
        read: Read,
        put_in_force: PutInForce,
        notifier: Notifier,
        health: Health,
        metrics: Metrics,
    ) -> None:
        self._now = configuration
        self._asked, self._read, self._put_in_force = asked, read, put_in_force
        self._notifier, self._health, self._metrics = notifier, health, metrics
        self._waiters: list[asyncio.Future[Reloaded]] = []
        self._fault = ""

    @property
    def fault(self) -> str:
        """Return why the last reload failed in one line, "" when it did not."""
        return self._fault

    async def ask(self) -> Reloaded:
        """Reload, and return how it ended."""
        waiter: asyncio.Future[Reloaded] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._asked.set()
        return await waiter

    async def run(self) -> None:
        """Reload whenever it is asked for, until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()  # who asks from here on wants another one
            waiters, self._waiters = self._waiters, []
            self._notifier.reloading()
            ended = await self._reload()
            self._tell(ended)
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(ended)

    async def _reload(self) -> Reloaded:
        try:
            read = await asyncio.to_thread(self._read, self._now)
            settings = self._now.settings.taking_up(read.settings)
            wanted = replace(read, settings=settings)
            check_fit(wanted)  # what waits for a restart may be what they need
            ended = await self._put_in_force(wanted)
        except SettingsError as error:
            return Reloaded(faults=error.faults)
        except StorageError:
            raise
        except Exception as error:  # the edge of one reload: the daemon works on
            logger.exception("reload broke off")
            self._metrics.unexpected_errors.labels("reload").inc()
            why = f"unexpected {type(error).__name__}: the log has its traceback"
            return Reloaded(faults=(why,))
        self._now = wanted
        for warning in read.settings.warnings:
            logger.warning("setting", extra={"fault": warning})
        waiting = self._now.settings.differing(read.settings)
        return replace(ended, restart_needed=waiting)

    def _tell(self, ended: Reloaded) -> None:
        """Log, count and show how it ended; systemd waits for READY either way."""
        self._fault = _failed(ended.faults)
        self._health.notice("reload", self._fault)
        self._metrics.config_last_reload_successful.set(not ended.faults)
        for fault in ended.faults:
            logger.error("reload failed", extra={"fault": fault})
        if not ended.faults:
            needed = ", ".join(ended.restart_needed)
            self._health.notice(
                "restart", f"restart needed: {needed}" if needed else ""
            )
            logger.info("reloaded", extra=_told(ended))
            for name in ended.restart_needed:
                logger.warning("restart needed", extra={"setting": name})
        self._notifier.ready(self._fault or "reloaded")


def build_reload(
    base: Base,
    configuration: Configuration,
    notifier: Notifier,
    *,
    market: Market,
    channels: Channels,
    news: News,
    loops: SourceLoops,
) -> Reload:
    """Return what makes all of them follow the files as they are read again."""

    async def put_in_force(wanted: Configuration) -> Reloaded:
        async with news.pipeline.between_pages():
            news.judge.put_in_force(build_rules(wanted))
            market.quotes.watch(wanted.settings.alerts.watchlist)
            channels.watching.put_in_force(watches_of(wanted))
            changed = channels.fleet.reroute(wanted.channels)
            sources = await loops.change(wanted.enabled)
        await channels.fleet.settle()
        return Reloaded(sources=sources, channels=changed)

    return Reload(
        configuration,
        asked=base.parts.hangup,
        read=base.parts.reread or _refuse,
        put_in_force=put_in_force,
        notifier=notifier,
        health=base.health,
        metrics=base.metrics,
    )


def _refuse(_: Configuration) -> Configuration:
    """Stand for the files of a process that was not started from any: a demo's."""
    raise SettingsError(["nothing to reload: this daemon was not started from files"])


def _failed(faults: Sequence[str]) -> str:
    if not faults:
        return ""
    more = len(faults) - MOST_TOLD
    rest = f"; and {more} more in the log" if more > 0 else ""
    return f"reload failed: {'; '.join(faults[:MOST_TOLD])}{rest}"


def _told(ended: Reloaded) -> dict[str, str]:
    """Return for the log what came, went and changed, without what did not."""
    files = {"sources": ended.sources, "channels": ended.channels}
    named = {
        f"{file}_{verb}": ", ".join(names)
        for file, change in files.items()
        for verb, names in asdict(change).items()
    }
    return {name: names for name, names in named.items() if names}
