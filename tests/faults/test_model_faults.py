"""A sick model delays no alert, is left alone, and its cards say truly why."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from catalyst_bot.simulation.llm_records import Mode
from tests.e2e.stage import FIELD
from tests.faults.ground import Ground, open_ground
from tests.faults.scenes import MODEL, MODEL_SETTINGS, WAVE, play
from tests.waiting import until

CIRCUIT_OPEN = "⚠ AI offline (circuit open"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground() -> AsyncIterator[Ground]:
    async with open_ground(env=dict(MODEL_SETTINGS)) as opened:
        yield opened


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", MODEL)
async def test_cards_come_and_tell_the_truth_when(name: str, ground: Ground) -> None:
    scene = MODEL[name]
    outcome = await play(scene, ground)
    assert (outcome.lost, outcome.duplicates) == (0, 0)
    troubled, after = ground.cards[-2 * WAVE : -WAVE], ground.cards[-WAVE:]
    told = [version.field(FIELD) for card in troubled for version in card.history]
    assert any(text.startswith(scene.says) for text in told), told
    faults = [text for text in told if text.startswith("⚠")]
    strange = [text for text in faults if not text.startswith(scene.says)]
    assert all(text.startswith(CIRCUIT_OPEN) for text in strange), strange
    assert all(card.field(FIELD).startswith("Bullish") for card in after)


async def test_a_model_that_is_down_is_probed_by_one_request_at_a_time() -> None:
    env = {**MODEL_SETTINGS, "LLM_BREAKER_RESET_SECS": "2", "LLM_MAX_RETRIES": "1"}
    async with open_ground(env=env) as ground:
        llm = ground.stage.world.llm
        llm.mode = Mode.HTTP_500
        ground.publish(5)  # as many failures as open the circuit
        await until(lambda: ground.total("llm_breaker_state") > 0)
        opened = len(llm.prompts)
        ground.publish(20)
        await ground.stage.posted(25)
        await asyncio.sleep(3.0)  # the outage itself
        probes = len(llm.prompts) - opened
        assert probes <= 3
        assert llm.max_in_flight <= 5
        llm.mode = Mode.OK
        await ground.settled()
        outcome = await ground.outcome()
        assert (outcome.lost, outcome.duplicates) == (0, 0)
        assert outcome.verdicts == 1.0
