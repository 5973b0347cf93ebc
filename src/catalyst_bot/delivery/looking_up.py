"""One question to Discord beside the writer, before and besides all posting."""

from collections.abc import Mapping

import aiohttp

from catalyst_bot.errors import NotSent

ANSWER_LIMIT = 4 << 20  # bytes; a guild has up to 250 roles


async def look_up(
    session: aiohttp.ClientSession,
    url: str,
    *,
    headers: Mapping[str, str],
    timeout: float,
) -> tuple[int, bytes]:
    """Return the status and the body of an answer that comes within `timeout` seconds.

    Raises:
        NotSent: Discord cannot be reached, or its answer is above 4 MiB.
    """
    try:
        async with session.get(
            url,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=timeout),
            allow_redirects=False,
        ) as response:
            return response.status, await _read(response)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NotSent(f"cannot be reached ({type(error).__name__})") from error


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise NotSent("an answer without end")
    return bytes(body)
