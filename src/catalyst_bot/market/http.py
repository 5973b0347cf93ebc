"""Reads one JSON answer from a provider of prices, within 3 s and 1 MiB."""

import asyncio
import math
from collections.abc import Mapping

import aiohttp
import orjson
from yarl import URL

from catalyst_bot.errors import QuoteError

DEADLINE = 3.0  # seconds; a price that takes longer is not worth a connection
MAX_BODY = 1024 * 1024  # bytes; a hundred of Alpaca's snapshots have 70 KB
_LONGEST_WAIT = 3600.0


def open_quote_session() -> aiohttp.ClientSession:
    """Open the session for providers of prices: their addresses are settings."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=75.0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=DEADLINE),
        trust_env=False,
    )


async def fetch_json(
    session: aiohttp.ClientSession, url: URL, *, headers: Mapping[str, str]
) -> object:
    """Return the JSON of an answer; no redirect is followed: keys would go along.

    Raises:
        QuoteError: no connection, another status, not JSON, too long or too late.
    """
    try:
        async with asyncio.timeout(DEADLINE):
            async with session.get(
                url, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    wait = _wait(answer.headers.get("Retry-After", ""))
                    raise QuoteError(f"HTTP {answer.status}", retry_after=wait)
                body = await _read(answer)
    except TimeoutError as error:  # first: aiohttp's timeouts are ClientErrors too
        raise QuoteError(f"no answer within {DEADLINE:g} s") from error
    except (aiohttp.ClientError, OSError) as error:  # some of their texts hold the URL
        raise QuoteError(f"no connection ({type(error).__name__})") from error
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise QuoteError("the answer is no JSON") from error


def table(value: object) -> Mapping[str, object]:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def number(value: object) -> float | None:
    """Return a finite number of JSON, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > MAX_BODY:
            answer.close()  # drop the connection instead of draining it
            raise QuoteError("the answer is larger than 1 MiB")
    return bytes(body)


def _wait(retry_after: str) -> float | None:
    text = retry_after.strip()
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(float(text[:9]), _LONGEST_WAIT)
