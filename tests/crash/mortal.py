"""A daemon that ends itself, as `kill -9` would, at a named point of an alert's life.

It is forked from a process that has imported everything once: dozens of starts then
cost as little as the daemon's own work.
"""

import functools
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from catalyst_bot.app import Parts
from catalyst_bot.cli.run import run, serve
from catalyst_bot.configuration import load_configuration
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.records import Write
from tests.forked import Forked, spawn


class Child(Protocol):
    """A process that can be ended; `returncode` is None while it lives."""

    @property
    def returncode(self) -> int | None: ...

    @property
    def pid(self) -> int: ...

    def send_signal(self, signal: int) -> None: ...

    async def wait(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """With what a daemon is started; `log` takes its stderr."""

    env_file: Path
    config_dir: Path
    log: Path
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Before or after a verb of the ledger about a queue ("post", "enrich", "edit").

    Verbs: put (a job is added), take, done (a job is finished).
    """

    is_before: bool
    verb: str
    queue: str


class MortalLedger(Ledger):
    """Kills the process when `moment` has come; None lets it live."""

    moment: Moment | None = None

    async def take(
        self,
        queue: str,
        limit: int,
        *,
        lease: float,
        wait: float = 1.0,
        floor: float = 0.0,
    ) -> list[Job]:
        jobs = await super().take(queue, limit, lease=lease, wait=wait, floor=floor)
        if jobs:
            self._strike("take", [queue], is_before=False)
        return jobs

    async def done(
        self,
        finished: Sequence[Job] = (),
        *,
        then: Sequence[NewJob] = (),
        facts: Sequence[Write] = (),
    ) -> bool:
        ended, added = [job.queue for job in finished], [job.queue for job in then]
        self._strike("done", ended, is_before=True)
        self._strike("put", added, is_before=True)
        is_ours = await super().done(finished, then=then, facts=facts)
        self._strike("done", ended, is_before=False)
        self._strike("put", added, is_before=False)
        return is_ours

    def _strike(self, verb: str, queues: Sequence[str], *, is_before: bool) -> None:
        names = {queue.partition(":")[0] for queue in queues}
        if self.moment is None or self.moment.queue not in names:
            return
        if (self.moment.verb, self.moment.is_before) == (verb, is_before):
            os.kill(os.getpid(), signal.SIGKILL)


def live(launch: Launch, *, moment: Moment | None) -> None:
    """Be the daemon; the target of a forked process."""
    with launch.log.open("wb") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
    os.environ.clear()  # it may hold somebody's webhook
    os.environ.update(launch.environment)
    if moment is None:
        run(launch.env_file, launch.config_dir)
        return
    ledger = type("ArmedLedger", (MortalLedger,), {"moment": moment})
    configuration = load_configuration(launch.env_file, launch.config_dir)
    serve(configuration, Parts(environ=os.environ, ledger=ledger))


async def fork(launch: Launch, *, moment: Moment | None = None) -> Child:
    """Start a daemon that dies at `moment`."""
    return Forked(spawn(functools.partial(live, moment=moment), launch))
