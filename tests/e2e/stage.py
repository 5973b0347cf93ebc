"""The whole product between three loopback servers; a test is the only subscriber."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from catalyst_bot.app import App, Parts, open_app
from catalyst_bot.configuration import (
    Configuration,
    load_channel_file,
    load_watch_file,
)
from catalyst_bot.scoring.headline import shipped_scorer
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.feed_shapes import WireItem, globenewswire, prnewswire
from catalyst_bot.simulation.world import Listed, World, open_world
from catalyst_bot.sources.catalogue import load_sources
from tests.waiting import until

FIELD = "AI analysis"
WIRE = Listed(name="wire")
TITLE = "Alderbrook raises full-year guidance on record profit"
# A slow machine keeps these deadlines; a test that waits for one sets its own.
QUICK = {
    "LLM_ENRICH_DEADLINE_SECS": "15",
    "LLM_TIMEOUT_SECS": "15",
    "LLM_RETRY_DELAY": "0.1",
    "LLM_LATE_SECS": "0",
    "FEATURE_KEY_FACTS": "0",  # behind most of these headlines there is nothing
}


def release(title: str = TITLE, *, age: float = 1.0, ticker: str = "ALDB") -> WireItem:
    """Return a press release of a fictitious issuer; its title makes it unique."""
    slug = "-".join(title.lower().split())
    return WireItem(
        title=title,
        link=f"https://wire.example/{slug}",
        published_at=datetime.now(UTC) - timedelta(seconds=age),
        summary="The company said so.",
        tickers=(f"Nasdaq:{ticker}",),
        company="Alderbrook",
    )


def approval(number: int, *, ticker: str = "ALDB") -> WireItem:
    """Return one of many catalysts: by its number each is a story of its own."""
    title = f"Alderbrook receives FDA approval for drug number {number}"
    return release(title, ticker=ticker)


@dataclass(slots=True)
class Stage:
    """One running daemon and the world it works in."""

    world: World
    folder: Path
    listed: Sequence[Listed]
    env: dict[str, str] = field(default_factory=dict)
    parts: Parts = field(default_factory=Parts)
    releases: list[WireItem] = field(default_factory=list)
    app: App | None = None

    def configuration(self) -> Configuration:
        self.world.write_sources(self.folder, self.listed)
        path = self.folder / "sources.toml"
        environment = self.world.environment(self.folder) | QUICK | self.env
        settings, sources = load_settings(environment), load_sources(path)
        return Configuration(
            settings=settings,
            sources=sources,
            sources_file=path,
            channels=load_channel_file(
                self.folder, settings, sources, shipped_scorer()
            ),
            watches=load_watch_file(self.folder, settings),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[App]:
        """Run the daemon for the block, then wind it down."""
        stop = asyncio.Event()
        async with (
            open_app(self.configuration(), self.parts) as app,
            asyncio.TaskGroup() as group,
        ):
            self.app = app
            task = group.create_task(app.run(stop))
            try:
                yield app
            finally:
                stop.set()
                await asyncio.wait({task}, timeout=20)

    async def primed(self) -> None:
        """Wait until the first page of each source was read and committed."""
        app = self.app
        assert app is not None
        await until(
            lambda: (
                sum(s.last_success > 0 for s in app.health.sources) == len(self.listed)
            )
        )

    def publish(self, *items: WireItem, wire: str = "wire") -> None:
        """Put releases on top of the wire's page."""
        self.releases[:0] = items
        self.world.feeds.publish(wire, prnewswire(self.releases))

    async def card(self, text: str, *, until: Callable[[Message], bool]) -> Message:
        """Wait for the card with `text` in its title to satisfy `until`."""

        def is_there() -> bool:
            found = [card for card in self.world.discord.cards if card.mentions(text)]
            return any(until(message) for message in found)

        await self.world.discord.wait_for(is_there, timeout=40)
        return self.world.discord.find(text)

    async def posted(self, count: int) -> None:
        """Wait until Discord has `count` cards."""
        discord = self.world.discord
        await discord.wait_for(lambda: len(discord.cards) >= count, timeout=40)


def as_bot(discord: FakeDiscord) -> dict[str, str]:
    """Return the settings under which the daemon posts as a bot."""
    return {
        "DISCORD_WEBHOOK_URL": "",
        "DISCORD_BOT_TOKEN": discord.bot_token,
        "DISCORD_CHANNEL_ID": discord.channel_id,
        "DISCORD_API_BASE": discord.base,
    }


def add_webhook(discord: FakeDiscord, *, is_forum: bool = False) -> str:
    """Make one more webhook in a channel of its own; return its URL."""
    return f"{discord.origin}{discord.webhooks.add(is_forum=is_forum).path}"


def in_channel(discord: FakeDiscord, webhook_url: str) -> list[Message]:
    """Return the messages of a webhook, oldest first; "": of the bot."""
    hook = webhook_url.split("/")[-2] if webhook_url else ""
    return [one for one in discord.messages.values() if one.webhook_id == hook]


def write_channels(folder: Path, *entries: str) -> None:
    """Write a channels.toml of these entries."""
    text = "\n".join(f"[[channel]]\n{entry}" for entry in entries)
    (folder / "channels.toml").write_text(text, encoding="utf-8")


def add_desk(stage: Stage, watches: str) -> str:
    """Give the stage a second channel for what these `[[watch]]` bring; its webhook."""
    desk = add_webhook(stage.world.discord)
    stage.env["DISCORD_WEBHOOK_URL_DESK"] = desk
    write_desk(stage.folder, watches)
    return desk


def write_desk(folder: Path, watches: str) -> None:
    """Write the channels of `add_desk` with these watches."""
    write_channels(
        folder,
        'name = "all"\nwebhook = "DISCORD_WEBHOOK_URL"',
        f'name = "desk"\nwebhook = "DESK"\ntickers = ["NONE"]\n{watches}',
    )


def is_final(message: Message) -> bool:
    """Tell whether the card says something definite about the analysis."""
    return not message.field(FIELD).startswith("⏳")


def says(start: str) -> Callable[[Message], bool]:
    """Return a claim: the field `AI analysis` begins with `start`."""
    return lambda message: message.field(FIELD).startswith(start)


@asynccontextmanager
async def open_stage(
    *,
    listed: Sequence[Listed] = (WIRE,),
    env: dict[str, str] | None = None,
    parts: Parts | None = None,
) -> AsyncIterator[Stage]:
    """Open a world with an empty page of old news on each wire."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_world() as world:
            stage = Stage(
                world=world,
                folder=Path(folder),
                listed=listed,
                env=env or {},
                parts=parts or Parts(),
            )
            old = release("Old news from last week", age=7 * 86_400)
            for entry in listed:
                if entry.kind == "feed":
                    world.feeds.publish(entry.name, globenewswire([old]))
            yield stage
