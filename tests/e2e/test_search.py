"""One question to the feeds, EDGAR and all that was seen, over real sockets."""

import json
from datetime import UTC, datetime
from typing import Any

import aiohttp

from catalyst_bot.assembly.control import contact_path
from catalyst_bot.ops.contact import Contact, new_token, write_contact
from catalyst_bot.simulation.alpaca import KEY_ID, Note
from catalyst_bot.simulation.feed_shapes import Filing
from tests.e2e.stage import Stage, open_stage, release
from tests.e2e.typed import typed

EVERYWHERE = {"live", "archive", "edgar", "alpaca", "finnhub"}
PARTNERS = "Cinderfield and Brightmoor agree to work together"
CONTACT = "catalyst-bot tests (nobody, tests@demo.example)"
GUIDANCE = "Alderbrook raises full-year guidance on record profit"
MEETING = "Alderbrook to hold its annual meeting"  # worth no alert
FILING = Filing(
    form="8-K",
    company="ALDERBROOK CORP",
    cik="7000001",
    accession="0009999999-26-000077",
    accepted_at=datetime.now(UTC),
    items=("2.02: Results of Operations", "9.01: Exhibits"),
)
ADDRESS = (
    "https://www.sec.gov/Archives/edgar/data/7000001/000999999926000077/"
    "0009999999-26-000077-index.htm"
)


async def search(stage: Stage, status: int = 200, **order: object) -> Any:
    assert stage.app is not None
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{stage.app.url}/api/search", json=order) as answer,
    ):
        body = await answer.json()
        assert answer.status == status, body
        return body


async def test_a_search_asks_everybody_at_once_over_http_and_by_command() -> None:
    async with open_stage(env={"FEEDS_USER_AGENT": CONTACT}) as stage:
        stage.env |= {
            "FINNHUB_API_KEY": "key-of-finnhub",
            "FINNHUB_BASE_URL": stage.world.quotes.url("finnhub"),
        }
        stage.world.edgar.filings = [FILING]
        env = {**stage.world.environment(stage.folder), **stage.env}
        async with stage.running():
            await stage.primed()
            stage.publish(release(GUIDANCE), release(MEETING))
            await stage.card(GUIDANCE, until=bool)
            await _finds_what_each_source_has(stage)
            await _asks_those_with_a_key_about_a_stock(stage)
            await _refuses_what_it_cannot_do(stage)
            await _names_the_source_that_failed(stage)
            await _lets_the_model_order(stage)
            await _news_of_the_daemon(stage, env)
        await _news_without_a_daemon(stage, env)


async def _finds_what_each_source_has(stage: Stage) -> None:
    found = await search(stage, query="Alderbrook")
    by_title = {one["title"]: one for one in found["results"]}
    assert len(by_title) == len(found["results"])
    assert set(by_title[GUIDANCE]["found_in"]) == {"live", "archive"}
    assert MEETING in by_title  # rejected, and found all the same
    filing = by_title["8-K: ALDERBROOK CORP (items 2.02, 9.01)"]
    assert (filing["found_in"], filing["url"]) == (["edgar"], ADDRESS)
    states = found["sources"]
    assert {name for name, state in states.items() if state["ok"]} == EVERYWHERE
    assert {state["error"] for state in states.values()} == {None}
    alert = stage.world.discord.find(GUIDANCE)
    assert alert.footer.endswith(f"id:{by_title[GUIDANCE]['id']}")
    best = await search(stage, query="guidance", limit=1, sources=["archive"])
    assert [one["title"] for one in best["results"]] == [GUIDANCE]
    assert list(best["sources"]) == ["archive"]
    nothing = await search(stage, query="zinc")
    assert nothing["results"] == []


async def _asks_those_with_a_key_about_a_stock(stage: Stage) -> None:
    note = Note(
        id=7, headline=PARTNERS, symbols=("CNDF",), created_at=datetime.now(UTC)
    )
    stage.world.alpaca.list_only(note)
    found = await search(stage, query="CNDF", sources=["alpaca", "finnhub"])
    (one,) = found["results"]
    assert (one["title"], one["found_in"]) == (PARTNERS, ["alpaca", "finnhub"])
    assert (one["tickers"], one["url"]) == (["CNDF"], "https://news.example/7")
    asked = stage.world.quotes.asked[-2:]
    assert {"key-of-finnhub", KEY_ID} == {
        one.headers.get("x-finnhub-token") or one.headers["apca-api-key-id"]
        for one in asked
    }
    stage.world.quotes["finnhub"].body = b'{"error": "no rights"}'
    found = await search(stage, query="CNDF", sources=["alpaca", "finnhub"])
    assert "none of Finnhub's" in found["sources"]["finnhub"]["error"]
    assert len(found["results"]) == 1


async def _news_of_the_daemon(stage: Stage, env: dict[str, str]) -> None:
    found = await typed("news", "Alderbrook", "--json", env=env)
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert {one["title"] for one in answer["results"]} >= {GUIDANCE, MEETING}
    # By itself it would know the shipped feeds only, and none of them.
    assert answer["sources"]["live"]["error"] is None
    shown = await typed("news", "alderbrook", "meeting", "--limit", "1", env=env)
    assert MEETING in shown.output
    assert GUIDANCE not in shown.output
    wrong = await typed("news", "x", "--source", "altavista", env=env)
    assert wrong.exit_code == 2
    assert "live, archive, edgar" in wrong.output


async def _news_without_a_daemon(stage: Stage, env: dict[str, str]) -> None:
    folder = ("--config-dir", str(stage.folder))
    left_behind = Contact(url="http://127.0.0.1:1", token=new_token())
    write_contact(contact_path(env["DATABASE_URL"]), left_behind)  # as kill -9 does
    kept = await typed("news", "meeting", *folder, "--source", "archive", env=env)
    assert MEETING in kept.stdout
    env = {**env, "DATABASE_URL": f"sqlite:///{stage.folder}/none.db"}
    found = await typed("news", "Alderbrook", *folder, env=env)
    assert found.exit_code == 0, found.output
    assert GUIDANCE in found.stdout
    assert "8-K: ALDERBROOK CORP" in found.stdout
    assert "archive: no database at" in found.stdout
    nothing = await typed("news", "zinc", *folder, "--source", "live", env=env)
    assert (nothing.exit_code, nothing.stdout) == (0, "Nothing found.\n")
    stage.world.feeds["wire"].status = 500
    failed = await typed("news", "zinc", *folder, "--source", "live", env=env)
    assert failed.exit_code == 1
    assert "wire: " in str(failed.exception)
    for words in (("news", "x", "--since", "soon"), ("news", "\u200b")):
        assert (await typed(*words, *folder, env=env)).exit_code == 2


async def _refuses_what_it_cannot_do(stage: Stage) -> None:
    unknown = await search(stage, 422, query="x", sources=["altavista"])
    assert "live, archive, edgar" in unknown["detail"]
    for field, value in (
        ("query", ""),
        ("query", "\u200b"),
        ("limit", 51),
        ("since", "yesterday"),
        ("rank", "best"),
    ):
        refused = await search(stage, 422, **{"query": "x", field: value})
        assert refused["detail"].startswith(f"{field}: ")
    old = await search(stage, query="alderbrook", since="2020-01-01")
    assert old["results"]
    new = await search(stage, query="alderbrook", since="2099-01-01")
    assert new["results"] == []


async def _names_the_source_that_failed(stage: Stage) -> None:
    edgar = stage.world.edgar
    edgar.body = b"<html>busy</html>"
    found = await search(stage, query="Alderbrook")
    assert not found["sources"]["edgar"]["ok"]
    assert "none of EDGAR's" in found["sources"]["edgar"]["error"]
    assert len(found["results"]) == 2
    edgar.body, edgar.status = None, 500
    failed = await search(stage, 503, query="Alderbrook", sources=["edgar"])
    assert failed["detail"].startswith("edgar: ")
    assert "500" in failed["detail"]
    edgar.status = 200


async def _lets_the_model_order(stage: Stage) -> None:
    found = await search(stage, query="profit", rank="llm", sources=["live"])
    assert {one["scored_by"] for one in found["results"]} == {"llm"}
    await stage.world.llm.stop_listening()
    found = await search(stage, query="meeting", rank="llm", sources=["live"])
    assert {one["scored_by"] for one in found["results"]} == {"local"}
