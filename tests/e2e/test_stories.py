"""One story, one message, and the right company on it: seen from the channel."""

from datetime import UTC, datetime

from catalyst_bot.app import Parts
from catalyst_bot.intake.symbols import LEAST
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.feed_shapes import (
    Filing,
    WireItem,
    edgar_atom,
    globenewswire,
)
from catalyst_bot.simulation.world import Listed
from tests.e2e.stage import open_stage, release
from tests.servers import http, raw_server
from tests.symbols import ROWS, body_of, many
from tests.waiting import until

QUIET = {"FEATURE_LLM": "0", "ALERT_MIN_SCORE": "0.1"}
CONTACT = {"FEEDS_USER_AGENT": "tests desk@example.com"}
ORDER = "Alderbrook wins excellent $30 million Army contract, great success"
IN_OTHER_WORDS = "Alderbrook awarded excellent $30M Army contract in great success"


def named(title: str) -> WireItem:
    """Return a release that names its company in the title only."""
    return WireItem(
        title=title,
        link=f"https://wire.example/{len(title)}",
        published_at=datetime.now(UTC),
        summary="It said so.",
    )


def is_edited(message: Message) -> bool:
    return bool(message.edits)


async def test_a_second_wire_with_other_words_joins_the_first_card() -> None:
    listed = (Listed(name="wire"), Listed(name="other"))
    async with open_stage(listed=listed, env=QUIET) as stage, stage.running():
        await stage.primed()
        stage.publish(release(ORDER))
        await stage.posted(1)
        stage.world.feeds.publish("other", globenewswire([release(IN_OTHER_WORDS)]))
        card = await stage.card("Army", until=is_edited)
        assert "other" in str(card.embeds[0])
        assert len(stage.world.discord.messages) == 1


async def test_a_restart_still_knows_the_story() -> None:
    async with open_stage(env=QUIET) as stage:
        async with stage.running():
            await stage.primed()
            stage.publish(release(ORDER))
            await stage.posted(1)
        stage.publish(
            release(IN_OTHER_WORDS), release("Alderbrook posts excellent record profit")
        )
        async with stage.running():
            await stage.posted(2)
        titles = {m.title for m in stage.world.discord.cards}
        assert not any("awarded" in title for title in titles)


async def test_a_priced_offering_after_a_proposed_one_is_a_new_alert() -> None:
    async with open_stage(env=QUIET) as stage, stage.running():
        await stage.primed()
        stage.publish(
            release("Alderbrook proposes great public offering, best success")
        )
        await stage.posted(1)
        stage.publish(release("Alderbrook prices great public offering, best success"))
        await stage.posted(2)


async def test_a_first_start_without_network_knows_the_large_companies() -> None:
    async with open_stage(env=QUIET) as stage, stage.running():
        await stage.primed()
        stage.publish(named("Nvidia posts excellent record profit"))
        card = await stage.card("Nvidia", until=lambda message: True)
        assert card.title.startswith("NVDA ")


async def test_the_downloaded_table_names_small_ones_and_those_who_file() -> None:
    listed = (Listed(name="wire"), Listed(name="edgar", kind="edgar"))
    filing = Filing(
        form="8-K",
        company="BOLTWICK THERAPEUTICS HOLDINGS LTD",
        cik="0000000002",
        accession="0000000002-26-000007",
        accepted_at=datetime.now(UTC),
        items=("3.01: Notice of Delisting",),
    )
    async with raw_server() as sec:
        sec.answers["/symbols"] = http("200 OK", body_of((*many(LEAST), *ROWS)))
        parts = Parts(symbols_url=f"{sec.url}/symbols")
        async with open_stage(listed=listed, env=QUIET | CONTACT, parts=parts) as stage:
            stage.world.feeds.publish("edgar", edgar_atom([]))
            async with stage.running():
                await stage.primed()
                await until((stage.folder / "symbols.json").exists)
                stage.publish(named("Alderbrook posts excellent record profit"))
                card = await stage.card("Alderbrook", until=lambda message: True)
                assert card.title.startswith("ALDB ")
                stage.world.feeds.publish("edgar", edgar_atom([filing]))
                card = await stage.card("3.01", until=lambda message: True)
                assert card.title.startswith("BLTW ")
