"""Server-sent events as a page reads them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One event; `id` is "" when it has none."""

    name: str
    id: str
    data: dict[str, Any]


class Ear:
    """Reads the events of one stream; None after the last."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def hear(self) -> Heard | None:
        fields: dict[str, str] = {}
        while line := (await self._answer.content.readline()).decode():
            if line == "\n":
                return Heard(
                    name=fields["event"],
                    id=fields.get("id", ""),
                    data=json.loads(fields["data"]),
                )
            name, _, value = line.rstrip("\n").partition(": ")
            fields[name] = value
        return None

    async def next(self, name: str) -> Heard:
        """Return the next event of this name, past all others."""
        while heard := await self.hear():
            if heard.name == name:
                return heard
        raise EOFError(f"the stream ended before {name}")


@asynccontextmanager
async def listening(
    client: aiohttp.ClientSession, *, last: str = "", token: str = ""
) -> AsyncIterator[Ear]:
    headers = {"Last-Event-ID": last} if last else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    async with client.get("/events", headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "text/event-stream"
        yield Ear(answer)
