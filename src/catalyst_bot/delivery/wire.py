"""One HTTP request to Discord: sent once, answered within its caps, or why not."""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
import orjson

from catalyst_bot.delivery.answer import Answer, Unreachable
from catalyst_bot.errors import InDoubt

ANSWER_LIMIT = 1 << 20  # bytes; a message is about 2 kB, a list of 100 some 300 kB
PROJECT_URL = "https://catalyst-bot.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """Sends under the same headers; `connect` is the deadline of a connection."""

    session: aiohttp.ClientSession
    headers: Mapping[str, str]
    connect: float

    async def send(
        self, method: str, url: str, body: bytes, *, within: float
    ) -> Answer:
        """Return the answer to a request; no redirect is followed.

        Raises:
            Unreachable: no connection came about.
            InDoubt: it may have arrived, and no answer came.
        """
        timeout = aiohttp.ClientTimeout(total=within, connect=self.connect)
        kind = {"Content-Type": "application/json"} if body else {}
        try:
            async with self.session.request(
                method,
                url,
                data=body or None,
                headers={**kind, **self.headers},
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return await _read(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise InDoubt(type(error).__name__) from error


def agent_of(version: str) -> str:
    """Return our User-Agent; Cloudflare may block one of another form (Reference)."""
    return f"DiscordBot ({PROJECT_URL}, {version})"


async def _read(response: aiohttp.ClientResponse) -> Answer:
    """Read an answer within its cap; a body beyond it counts as no JSON."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > ANSWER_LIMIT:
            break
    value = _parsed(bytes(body))
    rows = None
    if isinstance(value, list):
        rows = tuple(row for row in value if isinstance(row, dict))
    return Answer(
        status=response.status,
        headers=response.headers,
        body=value if isinstance(value, dict) else None,
        rows=rows,
    )


def _parsed(body: bytes) -> object:
    if len(body) > ANSWER_LIMIT:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
