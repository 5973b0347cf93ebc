"""The outside in one piece: Discord, a model, news, prices; how to point at them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.simulation.alpaca import KEY_ID, SECRET, FakeAlpaca
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.edgar_search import FakeEdgar
from catalyst_bot.simulation.feeds import FakeFeeds
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.quotes import FakeQuotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of sources.toml that reads a document, or the stream of kind alpaca."""

    name: str
    kind: str = "feed"
    interval: float = 1.0  # seconds
    is_market: bool = False
    url: str = ""  # of a document elsewhere, instead of the feed server's


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Six loopback servers."""

    discord: FakeDiscord
    llm: FakeLLM
    feeds: FakeFeeds
    quotes: FakeQuotes
    alpaca: FakeAlpaca
    edgar: FakeEdgar

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the settings under which a daemon works in this world."""
        return {
            "DISCORD_WEBHOOK_URL": self.discord.webhook_url,
            "LLM_ENDPOINT_URL": self.llm.endpoint_url,
            "DATABASE_URL": f"sqlite:///{folder}/catalyst.db",
            "FEEDS_ALLOW_PRIVATE_HOSTS": "1",
            "NASDAQ_BASE_URL": self.quotes.url("nasdaq"),
            "ALPACA_BASE_URL": self.quotes.url("alpaca"),
            "ALPACA_KEY_ID": KEY_ID,
            "ALPACA_SECRET_KEY": SECRET,
            "EDGAR_BASE_URL": self.feeds.origin,
            "EDGAR_SEARCH_BASE_URL": self.edgar.origin,
            "HTTP_PORT": "0",
        }

    def write_sources(self, folder: Path, listed: Sequence[Listed]) -> None:
        """Write a sources.toml that names the documents of the feed server."""
        entries = [
            f'[[source]]\nname = "{entry.name}"\nkind = "{entry.kind}"\n'
            f"{self._addresses(entry)}"
            f"interval_seconds = {entry.interval}\nenabled = true\n"
            f"market = {str(entry.is_market).lower()}\n"
            for entry in listed
        ]
        (folder / "sources.toml").write_text("\n".join(entries), encoding="utf-8")

    def _addresses(self, entry: Listed) -> str:
        if entry.kind == "alpaca":
            stream, rest = self.alpaca.stream_url, self.alpaca.rest_url
            return f'url = "{stream}"\nrest_url = "{rest}"\n'
        return f'url = "{entry.url or self.feeds.url(entry.name)}"\n'


@asynccontextmanager
async def open_world(seed: int = 1) -> AsyncIterator[World]:
    """Open the servers on free ports of this machine."""
    async with (
        FakeDiscord(seed=seed).open() as discord,
        FakeLLM().open() as llm,
        FakeFeeds().open() as feeds,
        FakeAlpaca().open() as alpaca,
        FakeQuotes(notes=lambda: alpaca.notes).open() as quotes,
        FakeEdgar().open() as edgar,
    ):
        yield World(
            discord=discord,
            llm=llm,
            feeds=feeds,
            quotes=quotes,
            alpaca=alpaca,
            edgar=edgar,
        )
