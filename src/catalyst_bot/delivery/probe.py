"""Asks Discord whether a webhook exists, without posting anything."""

import aiohttp

from catalyst_bot.delivery.destination import Webhook
from catalyst_bot.delivery.looking_up import look_up
from catalyst_bot.errors import DestinationDead, NotSent


async def probe_webhook(
    webhook: Webhook, *, session: aiohttp.ClientSession, agent: str, timeout: float
) -> None:
    """Return when Discord knows the webhook.

    Raises:
        DestinationDead: it does not exist or may not be used (401, 403, 404).
        NotSent: Discord cannot be reached, or answers with another status.
    """
    status, _ = await look_up(
        session, webhook.address, headers={"User-Agent": agent}, timeout=timeout
    )
    if status in (401, 403, 404):
        raise DestinationDead(f"HTTP {status}: the webhook does not exist any more")
    if status != 200:
        raise NotSent(f"HTTP {status}")
