"""Asks a Discord that did not answer whether it does again, when nothing else would.

Without it an outage would last, for all we know, until the next alert.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from catalyst_bot.delivery.writer import Writer
from catalyst_bot.errors import DeliveryError
from catalyst_bot.ops.health import Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Knocking:
    """Reads `url`, which harms nobody, while the last request got no answer.

    `every`: seconds between two looks.
    """

    writer: Writer
    url: str
    health: Health
    every: float

    async def run(self) -> None:
        """Knock when it is needed, until cancelled."""
        while True:
            await asyncio.sleep(self.every)
            if self.writer.name in self.health.unanswered:
                with suppress(DeliveryError):
                    await self.writer.knock(self.url)
