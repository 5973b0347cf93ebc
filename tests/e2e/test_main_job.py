"""News in, alert out, analysis edited in: what a subscriber sees on a good day."""

from datetime import UTC, datetime, timedelta

import pytest

from catalyst_bot.simulation.feed_shapes import (
    Filing,
    HaltRow,
    WireItem,
    edgar_atom,
    globenewswire,
    nasdaq_halts,
    prnewswire,
)
from catalyst_bot.simulation.world import Listed
from tests import discord_schema
from tests.e2e.stage import (
    FIELD,
    TITLE,
    approval,
    is_final,
    open_stage,
    release,
    says,
)


async def test_a_catalyst_becomes_a_card_and_the_verdict_is_edited_in() -> None:
    async with open_stage() as stage, stage.running():
        await stage.primed()
        stage.publish(release())
        card = await stage.card(TITLE, until=says("Bullish"))
        assert card.title == f"ALDB ▲ {TITLE}"
        assert card.history[0].field(FIELD).startswith("⏳ Pending")
        assert [version.method for version in card.history] == ["POST", "PATCH"]
        assert "full-year guidance" in card.field(FIELD)
        assert card.footer.rpartition("id:")[2].isalnum()
        assert stage.world.discord.pings == []
        assert stage.world.discord.lax_mentions == []


@pytest.mark.skipif(bool(discord_schema.skip), reason=discord_schema.skip)
async def test_a_card_and_its_edit_obey_discords_own_description() -> None:
    async with open_stage() as stage, stage.running():
        await stage.primed()
        stage.publish(release())
        card = await stage.card(TITLE, until=is_final)
        for version in card.history:
            kind = "create" if version.method == "POST" else "edit"
            assert discord_schema.violations(kind, dict(version.payload)) == []


async def test_the_first_page_is_silent_and_a_restart_is_not() -> None:
    async with open_stage() as stage:
        stage.publish(approval(1))
        async with stage.running():
            await stage.primed()
        stage.publish(release())
        async with stage.running():
            await stage.card(TITLE, until=is_final)
        assert len(stage.world.discord.messages) == 1


async def test_sixty_items_in_one_page_are_all_posted() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage, stage.running():
        await stage.primed()
        stage.publish(*(approval(n) for n in range(60)))
        await stage.posted(60)
        titles = {card.title for card in stage.world.discord.cards}
        assert len(titles) == 60
        assert len(stage.world.discord.posts) < 60  # by the guard some share a message


async def test_a_corrected_headline_edits_its_card_and_posts_nothing() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage, stage.running():
        await stage.primed()
        wrong = release("Alderbrook prices $50M public offering")
        stage.publish(wrong)
        await stage.posted(1)
        right = WireItem(
            title="Alderbrook prices $60M public offering",
            link=wrong.link,
            published_at=wrong.published_at,
            tickers=wrong.tickers,
            company=wrong.company,
        )
        stage.releases[0] = right
        stage.publish()
        card = await stage.card("$60M", until=lambda message: bool(message.edits))
        assert len(stage.world.discord.messages) == 1
        assert any("50M" in field["value"] for field in card.embeds[0]["fields"])


async def test_a_release_that_is_taken_back_is_marked_retracted() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage, stage.running():
        await stage.primed()
        stage.publish(release())
        await stage.posted(1)
        stage.publish(release(f"/DISREGARD RELEASE: {TITLE}/"))
        card = await stage.card("RETRACTED", until=lambda message: bool(message.edits))
        assert len(stage.world.discord.messages) == 1
        assert card.embeds[0]["color"] == 0xE67E22


async def test_a_second_wire_is_named_on_the_card_without_a_second_post() -> None:
    listed = (Listed(name="wire"), Listed(name="other"))
    env = {"FEATURE_LLM": "0"}
    async with open_stage(listed=listed, env=env) as stage, stage.running():
        await stage.primed()
        stage.publish(release())
        await stage.posted(1)
        copy = release()
        stage.world.feeds.publish("other", globenewswire([copy]))
        card = await stage.card(TITLE, until=lambda message: bool(message.edits))
        shown = str(card.embeds[0])
        assert "other" in shown
        assert len(stage.world.discord.messages) == 1


async def test_a_market_source_alerts_without_ticker_or_score() -> None:
    listed = (Listed(name="bank", is_market=True),)
    env = {"FEATURE_LLM": "0"}
    async with open_stage(listed=listed, env=env) as stage, stage.running():
        await stage.primed()
        notice = WireItem(
            title="Committee holds its policy rate",
            link="https://bank.example/rate",
            published_at=datetime.now(UTC),
        )
        stage.world.feeds.publish("bank", prnewswire([notice]))
        card = await stage.card("Committee", until=lambda _: True)
        assert card.title == "MACRO ■ Committee holds its policy rate"


async def test_a_filing_alerts_once_under_its_companys_name() -> None:
    listed = (Listed(name="filings", kind="edgar"),)
    async with open_stage(listed=listed, env={"FEATURE_LLM": "0"}) as stage:
        feeds = stage.world.feeds
        feeds.publish("filings", edgar_atom([]))
        async with stage.running():
            await stage.primed()
            filers = [
                Filing(
                    form="8-K",
                    company=name,
                    cik=cik,
                    accession="0009999999-26-000001",
                    accepted_at=datetime.now(UTC),
                    items=("1.01: Entry into a Material Definitive Agreement",),
                )
                for name, cik in (
                    ("ALDERBROOK CORP", "7000001"),
                    ("ALDB LLC", "7000002"),
                )
            ]
            feeds.publish("filings", edgar_atom(filers))
            card = await stage.card("8-K", until=lambda _: True)
            assert "ALDERBROOK CORP" in card.title
        assert len(stage.world.discord.messages) == 1


async def test_a_halt_is_one_post_and_its_resumption_one_edit() -> None:
    listed = (Listed(name="halts", kind="halts"),)
    moment = datetime.now(UTC) - timedelta(seconds=20)
    old = [
        HaltRow(
            symbol=f"OLD{chr(65 + n)}",
            name=f"Old Issuer {n}",
            halted_at=moment - timedelta(days=30 * (n + 1)),
            reason="T12",
        )
        for n in range(20)
    ]
    async with open_stage(listed=listed, env={"FEATURE_LLM": "0"}) as stage:
        feeds, discord = stage.world.feeds, stage.world.discord
        feeds.publish("halts", nasdaq_halts(old))
        async with stage.running():
            await stage.primed()
            row = HaltRow(symbol="ALDB", name="Alderbrook", halted_at=moment)
            warrant = HaltRow(symbol="ALDBW", name="Alderbrook", halted_at=moment)
            feeds.publish("halts", nasdaq_halts([row, warrant, *old]))
            await stage.posted(1)
            resumes = moment + timedelta(minutes=10)
            again = [
                HaltRow(
                    symbol=symbol,
                    name="Alderbrook",
                    halted_at=moment,
                    quotes_at=resumes,
                    resumes_at=resumes,
                )
                for symbol in ("ALDB", "ALDBW")
            ]
            feeds.publish("halts", nasdaq_halts([*again, *old]))
            card = await stage.card("resumes", until=lambda m: bool(m.edits))
            assert card.title.startswith("ALDB ■ Trading resumes")
        assert (len(discord.posts), len(discord.edits)) == (1, 1)


async def test_dull_and_late_headlines_are_not_posted_but_explained() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage, stage.running() as app:
        await stage.primed()
        stage.publish(
            release("Alderbrook to hold its annual meeting"),
            release("Alderbrook prices $40 million public offering", age=3600),
            release(),
        )
        await stage.posted(1)
        (card,) = stage.world.discord.messages.values()
        assert TITLE in card.title
        text = app.metrics.render().decode()
        assert 'catalyst_items_rejected_total{reason="routine"} 1.0' in text
        assert 'catalyst_items_rejected_total{reason="stale"} 1.0' in text
