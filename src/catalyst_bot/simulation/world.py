"""The outside in one piece: Discord, a model, the feeds; and how to point at them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.feeds import FakeFeeds
from catalyst_bot.simulation.llm import FakeLLM


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of sources.toml that reads a document of the feed server."""

    name: str
    kind: str = "feed"
    interval: float = 1.0  # seconds
    is_market: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Three loopback servers."""

    discord: FakeDiscord
    llm: FakeLLM
    feeds: FakeFeeds

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the settings under which a daemon works in this world."""
        return {
            "DISCORD_WEBHOOK_URL": self.discord.webhook_url,
            "LLM_ENDPOINT_URL": self.llm.endpoint_url,
            "DATABASE_URL": f"sqlite:///{folder}/catalyst.db",
            "FEEDS_ALLOW_PRIVATE_HOSTS": "1",
            "HTTP_PORT": "0",
        }

    def write_sources(self, folder: Path, listed: Sequence[Listed]) -> None:
        """Write a sources.toml that names the documents of the feed server."""
        entries = [
            f'[[source]]\nname = "{entry.name}"\nkind = "{entry.kind}"\n'
            f'url = "{self.feeds.url(entry.name)}"\n'
            f"interval_seconds = {entry.interval}\nenabled = true\n"
            f"market = {str(entry.is_market).lower()}\n"
            for entry in listed
        ]
        (folder / "sources.toml").write_text("\n".join(entries), encoding="utf-8")


@asynccontextmanager
async def open_world(seed: int = 1) -> AsyncIterator[World]:
    """Open the three servers on free ports of this machine."""
    async with (
        FakeDiscord(seed=seed).open() as discord,
        FakeLLM().open() as llm,
        FakeFeeds().open() as feeds,
    ):
        yield World(discord=discord, llm=llm, feeds=feeds)
