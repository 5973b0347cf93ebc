"""Asks Discord whether a webhook exists, without posting anything."""

import aiohttp

from catalyst_bot.delivery.destination import Webhook
from catalyst_bot.errors import DestinationDead, NotSent

_ANSWER_LIMIT = 1 << 16


async def probe_webhook(
    webhook: Webhook, *, session: aiohttp.ClientSession, agent: str, timeout: float
) -> None:
    """Return when Discord knows the webhook.

    Raises:
        DestinationDead: it does not exist or may not be used (401, 403, 404).
        NotSent: Discord cannot be reached, or answers with another status.
    """
    try:
        async with session.get(
            webhook.address,
            headers={"User-Agent": agent},
            timeout=aiohttp.ClientTimeout(total=timeout),
            allow_redirects=False,
        ) as response:
            await response.content.read(_ANSWER_LIMIT)
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NotSent(f"cannot be reached ({type(error).__name__})") from error
    if status in (401, 403, 404):
        raise DestinationDead(f"HTTP {status}: the webhook does not exist any more")
    if status != 200:
        raise NotSent(f"HTTP {status}")
