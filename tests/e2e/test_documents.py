"""The document behind an alert is read for the verdict, in time or not at all."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp

from catalyst_bot.app import App
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.feed_shapes import Filing, WireItem, edgar_atom
from catalyst_bot.simulation.llm_records import Asked, Mode
from catalyst_bot.simulation.papers import publish_filing, publish_release
from catalyst_bot.simulation.world import Listed
from tests.e2e.stage import (
    Stage,
    approval,
    is_final,
    open_stage,
    release,
    says,
)

FILINGS = Listed(name="filings", kind="edgar")
WIRE = Listed(name="wire")
READS = {"FEATURE_KEY_FACTS": "1"}
FACTS = "Key facts"
ABOUT_FACTS = '"find": "statements"'  # in the questions about a document
LONG = 240  # letters: 300 characters with their blanks


def told(stage: Stage, title: str, name: str) -> WireItem:
    """Return a release whose page is served under `name`."""
    link = publish_release(stage.world.feeds, name, company="Alderbrook", title=title)
    return replace(release(title), link=link)


def file_report(stage: Stage, *, exhibit: str) -> Filing:
    """List a report of Alderbrook whose texts can be read."""
    filing = Filing(
        form="8-K",
        company="ALDERBROOK CORP",
        cik="7000001",
        accession="0009999999-26-000001",
        accepted_at=datetime.now(UTC),
        items=("1.01: Entry into a Material Definitive Agreement", "9.01: Exhibits"),
    )
    publish_filing(stage.world.feeds, filing, items=filing.items, exhibit=exhibit)
    stage.world.feeds.publish("filings", edgar_atom([filing]))
    return filing


def model_of(card: Message) -> str:
    """Return the field that tells who read what."""
    return card.field("Model")


def has_facts(card: Message) -> bool:
    """Tell whether the key facts stand on a card."""
    return bool(card.field(FACTS))


async def alert_of(app: App, card: Message) -> dict[str, Any]:
    """Return what the API tells of the alert of a card."""
    url = f"{app.url}/api/alerts/{card.footer.rpartition('id:')[2]}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def waiting(app: App) -> bool:
    """Tell whether a document waits to be read for its key facts."""
    return any(one.queue == "facts" for one in await app.ledger.backlog())


def is_about_facts(asked: Asked) -> bool:
    """Tell whether a question is one about the statements of a document."""
    return ABOUT_FACTS in asked.prompt


def prompt_of(stage: Stage, title: str) -> str:
    """Return what the model was asked about a headline."""
    asked = [one.prompt for one in stage.world.llm.prompts if title in one.prompt]
    assert len(asked) == 1
    return asked[0]


def letters_of(text: str) -> str:
    """Return a text without its blanks and signs, however it is written."""
    return re.sub(r"\\n|[^A-Za-z0-9]", "", text)


def kept_of(stage: Stage, *names: str) -> list[str]:
    """Return what stands of served pages, a long passage or more, in any file."""
    feeds, files = stage.world.feeds, list(stage.folder.iterdir())
    markup = [feeds[name].feeds[0].body.decode() for name in names]
    pages = [letters_of(re.sub("<[^>]+>", "", page)) for page in markup]
    kept = [letters_of(file.read_text(errors="replace")) for file in files]
    passages = [
        page[at : at + LONG]
        for page in pages
        for at in range(0, max(1, len(page) - LONG), 10)
    ]
    assert len(passages) > len(pages)
    return [passage for passage in passages if any(passage in file for file in kept)]


async def test_a_report_is_read_for_the_verdict_and_then_for_its_key_facts() -> None:
    exhibit = "Alderbrook agrees to be acquired for 40 dollars a share"
    async with open_stage(listed=(FILINGS,), env=READS) as stage:
        stage.world.feeds.publish("filings", edgar_atom([]))
        async with stage.running() as app:
            await stage.primed()
            filing = file_report(stage, exhibit=exhibit)
            card = await stage.card("8-K", until=is_final)
            assert "read: 8-K + EX-99.1" in model_of(card)
            prompt = prompt_of(stage, "8-K: Item 1.01")
            assert "Item 1.01" in prompt
            assert f"{exhibit}, Alderbrook Corp said today" in prompt
            assert "Check the appropriate box" not in prompt
            card = await stage.card("8-K", until=has_facts)
            assert [version.method for version in card.history] == [
                "POST",
                "PATCH",
                "PATCH",
            ]
            lines = card.field(FACTS).splitlines()
            assert len(lines) == 3
            shown = await alert_of(app, card)
            stated = [one["statement"] for one in shown["statements"]]
            assert {line.removeprefix("• ") for line in lines} < set(stated)
            assert any("order backlog stands at" in one for one in stated)
            assert shown["read"] == "8-K + EX-99.1"
        names = [f"{filing.folder}/{name}" for name in ("body.htm", "ex99-1.htm")]
        assert kept_of(stage, *names) == []
        assert [len(stage.world.feeds[name].fetches) for name in names] == [1, 1]


async def test_a_document_that_is_late_or_bad_leaves_the_headline() -> None:
    async with open_stage() as stage, stage.running() as app:
        await stage.primed()
        told_of = {
            name: told(stage, approval(number).title, name)
            for number, name in enumerate(("good", "slow", "sick", "wall"))
        }
        feeds = stage.world.feeds
        feeds["slow"].latency = 60.0
        feeds["sick"].status = 500
        feeds["wall"].body = b"<html><body><p>We value your privacy. Accept cookies?"
        stage.publish(*told_of.values())
        for name, item in told_of.items():
            card = await stage.card(item.title, until=says("Bullish"))
            read = "release" if name == "good" else "headline"
            assert f"read: {read}" in model_of(card)
            assert len(feeds[name].fetches) == 1
            assert not has_facts(card)
        assert not await waiting(app)
        names = {prompt_of(stage, item.title) for item in told_of.values()}
        assert sum("Document:" in prompt for prompt in names) == 1


async def test_key_facts_that_a_stop_cut_off_come_once_after_the_start() -> None:
    async with open_stage(env=READS) as stage:
        llm, title = stage.world.llm, approval(1).title
        llm.modes[ABOUT_FACTS] = Mode.HANG
        async with stage.running():
            await stage.primed()
            stage.publish(told(stage, title, "release"))
            await stage.card(title, until=says("Bullish"))
            await llm.wait_for(lambda: any(map(is_about_facts, llm.prompts)), 40)
        llm.modes.clear()
        async with stage.running() as app:
            card = await stage.card(title, until=has_facts)
            assert not await waiting(app)
        methods = [version.method for version in card.history]
        assert methods == ["POST", "PATCH", "PATCH"]


async def test_nothing_is_fetched_while_no_model_reads() -> None:
    env = READS | {"FEATURE_LLM": "0"}
    async with open_stage(env=env) as stage, stage.running() as app:
        await stage.primed()
        item = told(stage, approval(1).title, "release")
        stage.publish(item)
        card = await stage.card(item.title, until=lambda _: True)
        assert not await waiting(app)
        assert stage.world.feeds["release"].fetches == []
        assert not has_facts(card)
