"""Related stories on a card, when an operator asks for them."""

import aiohttp

from tests.e2e.stage import is_final, open_stage, release

FIRST = "Alderbrook receives FDA approval for Veltrix tablets"
SECOND = "Alderbrook receives FDA approval for Norvane tablets"


async def test_a_card_names_the_earlier_headlines_that_are_near_to_it() -> None:
    async with (
        open_stage(env={"LLM_SEMANTIC_CACHE": "1"}) as stage,
        stage.running() as app,
        aiohttp.ClientSession(app.url) as client,
    ):
        await stage.primed()
        stage.publish(release(FIRST))
        first = await stage.card(FIRST, until=is_final)
        stage.publish(release(SECOND))
        second = await stage.card(SECOND, until=is_final)
        async with client.get("/api/alerts") as answer:
            newest, oldest = (await answer.json())["alerts"]
    assert (newest["related"], oldest["related"]) == ([FIRST], [])
    assert first.field("Related") == ""
    assert second.field("Related") == f"• {FIRST}"
    asked = [one.prompt for one in stage.world.llm.prompts if SECOND in one.prompt]
    assert asked  # near is not the same: the model read it


async def test_without_it_nothing_is_embedded() -> None:
    async with open_stage() as stage, stage.running():
        await stage.primed()
        stage.publish(release(FIRST))
        card = await stage.card(FIRST, until=is_final)
    assert card.field("Related") == ""
    assert not stage.world.llm.embedded
