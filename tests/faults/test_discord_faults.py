"""Whatever happens between us and Discord, every alert comes, and no more than it must.

A bot's alert is seen once. By webhook a post whose answer was lost is repeated, and
nothing else.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.ground import Ground, open_ground
from tests.faults.scenes import DISCORD, WAVE, play

# Faults that strike before Discord did anything: nothing is there twice.
HARMLESS = (
    *("refuse", "black hole", "garbage", "reset request", "late"),
    *("429", "500"),
)
SURELY_NOT_SENT = ("refuse", "429")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grounds() -> AsyncIterator[tuple[Ground, Ground]]:
    """Yield a daemon with a webhook and one with a bot; each row plays on both."""
    async with open_ground() as webhook, open_ground(is_bot=True) as bot:
        yield webhook, bot


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", DISCORD)
async def test_every_alert_comes_when(
    name: str, grounds: tuple[Ground, Ground]
) -> None:
    scene = DISCORD[name]
    async with asyncio.TaskGroup() as group:
        by_webhook, as_bot = (
            group.create_task(play(scene, ground)) for ground in grounds
        )
    webhook, bot = by_webhook.result(), as_bot.result()
    assert (webhook.lost, bot.lost) == (0, 0)
    assert (webhook.again, bot.duplicates) == (0, 0)
    if any(word in name for word in HARMLESS):
        assert webhook.duplicates == 0
    if any(word in name for word in SURELY_NOT_SENT):
        assert not any(
            "resent" in card.footer for card in grounds[0].cards[-2 * WAVE :]
        )
    assert webhook.verdicts >= 0.8
    assert bot.verdicts >= 0.8


async def test_a_repetition_that_discord_knew_by_its_nonce_is_counted() -> None:
    async with open_ground(is_bot=True) as ground:
        outcome = await play(DISCORD["Discord: lost reply"], ground)
        assert (outcome.lost, outcome.duplicates) == (0, 0)
        metrics = ground.app.metrics.render().decode()
        assert 'duplicates_suppressed_total{how="nonce"} 0.0' not in metrics
        assert 'duplicates_suppressed_total{how="nonce"}' in metrics
