"""A raw HTTP client of Discord's webhooks, with nothing of the product in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from catalyst_bot.simulation.discord import FakeDiscord

AGENT = {"User-Agent": "DiscordBot (https://catalyst.example, 1.0)"}
QUIET = {"parse": list[str]()}


def card(title: str = "ACME ▲ Acme wins", *, analysis: str = "⏳ Pending") -> Any:
    field = {"name": "AI analysis", "value": analysis, "inline": False}
    return {"embeds": [{"title": title, "fields": [field]}], "allowed_mentions": QUIET}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any
    headers: dict[str, str]


class Client:
    """Posts and edits as the product should."""

    def __init__(self, session: aiohttp.ClientSession, discord: FakeDiscord) -> None:
        self.session, self.discord = session, discord

    async def post(self, payload: Any, query: str = "wait=true") -> Reply:
        return await self.send("POST", f"{self.discord.webhook_url}?{query}", payload)

    async def edit(self, message: str, payload: Any, query: str = "") -> Reply:
        url = f"{self.discord.webhook_url}/messages/{message}?{query}"
        return await self.send("PATCH", url, payload)

    async def posted(self, payload: Any | None = None) -> str:
        reply = await self.post(payload or card())
        assert reply.status == 200, reply.body
        return str(reply.body["id"])

    async def send(self, method: str, url: str, payload: Any) -> Reply:
        async with self.session.request(method, url, json=payload) as response:
            is_json = response.content_type == "application/json"
            body = await response.json() if is_json else await response.text()
            return Reply(response.status, body, dict(response.headers))


@asynccontextmanager
async def open_client(discord: FakeDiscord) -> AsyncIterator[Client]:
    """Open a client of an open Discord."""
    async with aiohttp.ClientSession(headers=AGENT) as session:
        yield Client(session, discord)
