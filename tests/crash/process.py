"""The daemon as a process of its own that can be killed at a named point."""

import asyncio
import re
import signal
import sqlite3
import tempfile
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Row, Select

from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.world import Listed, World, open_world
from catalyst_bot.storage.database import database_path, open_for_reading
from catalyst_bot.storage.schema import OPEN, jobs, messages
from tests.crash.mortal import Child, Launch, fork
from tests.e2e.stage import QUICK, as_bot, release

_SERVING = re.compile(r"serving.*?(?P<url>http://[\w.:]+)")


@dataclass(slots=True)
class Bot:
    """One folder with its database, and the daemon that works in it now."""

    world: World
    folder: Path
    env: dict[str, str]
    child: Child | None = None
    starter: Callable[[Launch], Awaitable[Child]] = fork
    starts: int = 0
    releases: list[WireItem] = field(default_factory=list)
    is_bot: bool = False
    listed: Sequence[Listed] = (Listed(name="wire"),)
    more_sources: str = ""  # of sources.toml, beside those

    async def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start the daemon; it needs a moment until it polls."""
        self.starts += 1
        self.configure()
        self.child = await self.starter(
            Launch(
                env_file=self.env_file,
                config_dir=self.folder,
                log=self.folder / f"log-{self.starts}",
                environment=environment or {},
            )
        )

    def configure(self) -> None:
        """Write the settings and the sources; a daemon reads them when it is told."""
        settings = self.world.environment(self.folder) | QUICK | self.env
        if self.is_bot:
            settings |= as_bot(self.world.discord)
        lines = [f'{name}="{value}"' for name, value in settings.items()]
        self.env_file.write_text("\n".join(lines), encoding="utf-8")
        self.env_file.chmod(0o600)
        self.world.write_sources(self.folder, self.listed)
        with (self.folder / "sources.toml").open("a", encoding="utf-8") as sources:
            sources.write(self.more_sources)

    async def primed(self) -> None:
        """Wait until a page was committed: its validators come back from now on."""
        wire = self.world.feeds["wire"]
        before = wire.not_modified
        await self.world.feeds.wait_for(lambda: wire.not_modified > before, timeout=60)

    def publish(self, *items: WireItem) -> None:
        self.releases[:0] = items
        self.world.feeds.publish("wire", prnewswire(self.releases))

    def reload(self) -> None:
        """Tell the daemon to read its files again, as systemd does."""
        assert self.child is not None
        self.child.send_signal(signal.SIGHUP)

    def log(self) -> str:
        """Return what the daemon has written since its last start."""
        return (self.folder / f"log-{self.starts}").read_text(encoding="utf-8")

    async def page(self) -> str:
        """Wait until the daemon serves HTTP; return where."""
        async with asyncio.timeout(60):
            while not (found := _SERVING.search(self.log())):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return found["url"]

    def kill(self) -> None:
        """kill -9, from inside a hook of a simulated server."""
        if self.child is not None and self.child.returncode is None:
            self.child.send_signal(signal.SIGKILL)

    async def died(self) -> None:
        assert self.child is not None
        async with asyncio.timeout(30):
            await self.child.wait()

    async def stop(self) -> int:
        """Ask the daemon to stop; return its exit code."""
        assert self.child is not None
        self.child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            return await self.child.wait()

    async def settled(self) -> None:
        """Wait until no job is left in the ledger."""
        async with asyncio.timeout(60):  # a start is part of it
            while await self._open_jobs():  # noqa: ASYNC110 - another process's work
                await asyncio.sleep(0.05)

    async def recorded(self) -> set[str]:
        """Return the ids of the messages that the daemon knows of."""
        rows = await self._rows(messages.select())
        return {str(row.message_id) for row in rows}

    def age_doubt(self, seconds: float) -> None:
        """Make every post in doubt older, as a longer outage would; nothing runs."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(
                "UPDATE jobs SET doubt_since = doubt_since - ? WHERE doubt > 0",
                (seconds,),
            )

    @contextmanager
    def disk_held(self) -> Iterator[None]:
        """Let nobody else commit; the daemon waits up to five seconds for it."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as holder:
            # an empty file would be taken for a damaged one, and moved aside
            holder.execute("PRAGMA journal_mode = WAL")
            holder.execute("BEGIN IMMEDIATE")
            yield
            holder.execute("ROLLBACK")

    @property
    def env_file(self) -> Path:
        return self.folder / "bot.env"

    @property
    def database(self) -> Path:
        return database_path(self.url)

    async def _open_jobs(self) -> list[str]:
        rows = await self._rows(jobs.select().where(jobs.c.state == OPEN))
        return [str(row.queue) for row in rows]

    @property
    def origin(self) -> str:
        """Return where the daemon that runs now serves its probes."""
        log = (self.folder / f"log-{self.starts}").read_text(encoding="utf-8")
        return str(re.findall(r"msg=serving url=(\S+)", log)[0])

    @property
    def url(self) -> str:
        """Return where its database is, as its settings name it."""
        settings = self.world.environment(self.folder) | self.env
        return settings["DATABASE_URL"]

    async def _rows(
        self, query: Select[tuple[object, ...]]
    ) -> Sequence[Row[tuple[object, ...]]]:
        async with (
            open_for_reading(self.url) as database,
            database.read() as connection,
        ):
            return (await connection.execute(query)).all()


@asynccontextmanager
async def open_bot(*, is_bot: bool = False, **env: str) -> AsyncIterator[Bot]:
    """Open a world with old news on its wire; the daemon is not started yet.

    `is_bot`: it will post with a bot's token, else by webhook.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with open_world() as world:
            bot = Bot(world=world, folder=Path(folder), env=env, is_bot=is_bot)
            bot.publish(release("Old news from last week", age=7 * 86_400))
            try:
                yield bot
            finally:
                bot.kill()
                if bot.child is not None:
                    await bot.died()
