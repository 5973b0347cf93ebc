"""Five kills in a row, in the middle of the worst minute of the day."""

import pytest

from tests.crash.barrage import barrage


@pytest.mark.parametrize("is_bot", [False, True], ids=["webhook", "bot"])
async def test_five_kills_during_sixty_alerts_lose_none_and_leave_verdicts(
    is_bot: bool,
) -> None:
    outcome = await barrage(is_bot=is_bot)
    assert outcome.lost == 0
    assert outcome.copies <= (0 if is_bot else outcome.unrecorded)
    assert outcome.with_verdict >= 0.8, outcome.ends
