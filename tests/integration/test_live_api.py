"""What the page asks of the daemon, over real sockets."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from catalyst_bot.card_state import Analysis, Phase
from catalyst_bot.delivery.page import PageChannel
from catalyst_bot.model import Event, SourceKind
from tests.house import BULLISH, House
from tests.news import headline, page
from tests.windows import SECRET, Limited, open_page

TOKEN = "t" * 32


async def get(client: aiohttp.ClientSession, path: str, status: int = 200) -> Any:
    async with client.get(path) as answer:
        body = await answer.json()
        assert answer.status == status, body
        return body


async def publish(house: House, *titles: str, ticker: str = "ACME") -> None:
    for title in titles:
        await house.accept(page(headline(title, tickers=(ticker,))))
        house.clock.advance(1)


async def test_an_alert_shows_the_card_as_discord_gets_it(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        await publish(seen.house, "Acme Corp posts record profit")
        await seen.house.settle()
        (alert,) = (await get(seen.client, "/api/alerts"))["alerts"]
    assert alert["tickers"] == ["ACME"]
    assert (alert["event"], alert["side"]) == ("news", "bullish")
    assert (alert["phase"], alert["direction"]) == ("analysed", "bullish")
    assert alert["confidence"] == 0.9
    card = alert["card"]
    assert set(card) == {"content", "embeds", "components", "allowed_mentions"}
    (embed,) = card["embeds"]
    assert embed["title"].startswith("ACME ▲ ")
    assert embed["fields"][-1]["name"] == "AI analysis"
    assert embed["fields"][-1]["value"].startswith("Bullish, high")
    assert "not investment advice" in embed["footer"]["text"]


async def test_the_times_run_from_the_feeds_last_byte(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        house = seen.house
        house.clock.advance(1)
        await publish(house, "Acme Corp posts record profit")  # 1 s pass after it
        await house.post()
        (alert,) = (await get(seen.client, "/api/alerts"))["alerts"]
        assert (alert["posted_ms"], alert["verdict_ms"]) == (1000, None)
        assert alert["posted"] == house.clock.unix()
        house.clock.advance(2)
        await house.enrich()
        await house.edit()
        (alert,) = (await get(seen.client, "/api/alerts"))["alerts"]
        assert (alert["posted_ms"], alert["verdict_ms"]) == (1000, 3000)
        assert alert["edits"] == 1


async def test_an_alert_that_is_not_posted_yet_has_no_times(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        await publish(seen.house, "Acme Corp posts record profit")
        (alert,) = (await get(seen.client, "/api/alerts"))["alerts"]
    assert alert["posted"] is alert["posted_ms"] is alert["verdict_ms"] is None
    assert (alert["phase"], alert["edits"]) == ("pending", 0)


async def test_an_alert_of_an_earlier_channel_keeps_its_times(tmp_path: Path) -> None:
    async with open_page(tmp_path, channel=PageChannel(name="page")) as seen:
        seen.house.clock.advance(1)
        await publish(seen.house, "Acme Corp posts record profit")
        await seen.house.settle()  # into "main"
        (alert,) = (await get(seen.client, "/api/alerts"))["alerts"]
    assert (alert["posted_ms"], alert["edits"]) == (1000, 1)


async def test_a_hidden_analysis_is_not_on_the_card(tmp_path: Path) -> None:
    async with open_page(tmp_path, shows_analysis=False) as seen:
        await publish(seen.house, "Acme Corp posts record profit")
        await seen.house.settle()
        (alert,) = (await get(seen.client, "/api/alerts"))["alerts"]
    assert alert["phase"] == "analysed"
    names = [field["name"] for field in alert["card"]["embeds"][0]["fields"]]
    assert "AI analysis" not in names


async def test_alerts_come_in_pages_newest_first(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        items = [headline(f"Big record {number}") for number in range(7)]
        await seen.house.accept(page(*items))  # all raised in the same moment
        seen.house.clock.advance(1)
        await publish(seen.house, "The newest record")
        titles: list[str] = []
        cursor = ""
        for _ in range(4):
            path = f"/api/alerts?limit=2&before={cursor}"
            found = await get(seen.client, path)
            titles += [alert["title"] for alert in found["alerts"]]
            cursor = found["next"] or ""
        assert len(set(titles)) == len(titles) == 8
        assert titles[0] == "The newest record"
        end = await get(seen.client, f"/api/alerts?limit=2&before={cursor}")
        assert end == {"alerts": [], "next": None}


async def test_alerts_are_filtered_by_ticker_and_event(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        await publish(seen.house, "Acme Corp posts record profit")
        await publish(seen.house, "Globex posts record profit", ticker="GLBX")
        halt = headline(
            "Trading halted",
            kind=SourceKind.HALTS,
            event=Event.HALT,
            tickers=("GLBX",),
        )
        await seen.house.accept(page(halt))

        async def titles(query: str) -> list[str]:
            found = await get(seen.client, f"/api/alerts?{query}")
            return [alert["title"] for alert in found["alerts"]]

        assert await titles("ticker=glbx&event=halt") == ["Trading halted"]
        assert await titles("ticker=acme") == ["Acme Corp posts record profit"]
        assert len(await titles("event=news")) == 2
        assert await titles("ticker=AC") == []
        assert await titles("ticker=%25") == []


async def test_alerts_are_filtered_by_catalyst(tmp_path: Path) -> None:
    approval, both = "Acme posts record approval", "record merger after approval"
    async with open_page(tmp_path) as seen:
        await publish(seen.house, "Acme posts record profit", approval, both)

        async def titles(query: str) -> list[str]:
            found = await get(seen.client, f"/api/alerts?{query}")
            return [alert["title"] for alert in found["alerts"]]

        assert await titles("catalyst=fda_approval") == [both, approval]
        assert await titles("catalyst=ma&ticker=acme") == [both]
        assert await titles("catalyst=m") == []  # no part of a name
        refused = await get(seen.client, "/api/alerts?catalyst=%25", status=422)
        assert "catalyst" in refused["detail"]


async def test_the_catalysts_that_may_alert_are_listed_weightiest_first(
    tmp_path: Path,
) -> None:
    async with open_page(tmp_path) as seen:
        known = (await get(seen.client, "/api/catalysts"))["catalysts"]
    assert known.index("fda_approval") < known.index("earnings_report")
    assert "law_firm_spam" not in known


async def test_why_tells_how_an_alert_came_about(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        await publish(seen.house, "Acme Corp posts record profit")
        again = headline("Acme Corp posts record profit", source="other", identity="o")
        await seen.house.accept(page(again))
        await seen.house.post()
        (listed,) = (await get(seen.client, "/api/alerts"))["alerts"]
        assert listed["why"] is None
        alert = await get(seen.client, f"/api/alerts/{listed['id']}")
    why = alert["why"]
    fired = {one["text"]: one["weight"] for one in why["score"]["fired"]}
    assert any("profit" in text and weight > 0 for text, weight in fired.items())
    assert [(gate["name"], gate["passed"]) for gate in why["gates"]] == [
        ("fresh", True),
        ("news", True),
        ("subject", True),
        ("strong", True),
    ]
    assert why["gates"][0]["detail"] == "0 s old, limit 900 s"
    (stop,) = why["route"]
    assert (stop["channel"], stop["message_id"]) == ("main", f"m-{alert['id']}")
    (related,) = why["related"]
    assert (related["reason"], related["source"]) == ("duplicate", "other")
    assert alert["also"] == ["other"]


async def test_rejections_come_in_pages_with_their_reasons(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        await publish(seen.house, "Dull one", "Dull two", "Dull three")
        await publish(seen.house, "Dull Globex", ticker="GLBX")
        first = await get(seen.client, "/api/rejections?limit=3")
        rest = await get(seen.client, f"/api/rejections?limit=3&before={first['next']}")
        globex = await get(seen.client, "/api/rejections?ticker=glbx")
    titles = [entry["title"] for entry in first["rejections"] + rest["rejections"]]
    assert titles == ["Dull Globex", "Dull three", "Dull two", "Dull one"]
    assert rest["next"] is None
    (entry,) = globex["rejections"]
    assert (entry["reason"], entry["score"]) == ("low_score", 0.0)
    assert entry["detail"] == "|+0.00| is below 0.75"
    assert entry["tickers"] == ["GLBX"]


async def test_a_headline_is_scored_as_the_command_does(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        read = await get(seen.client, "/api/score?text=Acme%20(Nasdaq:%20ACME)%20wins")
    assert {"text", "score", "label", "fired", "catalysts", "tickers"} <= set(read)
    assert (read["text"], read["label"]) == ("Acme (Nasdaq: ACME) wins", "bullish")
    assert read["tickers"] == [
        {"symbol": "ACME", "method": "exchange", "role": "subject"}
    ]
    assert "wins" in [word["text"] for word in read["fired"]]


async def test_status_shows_every_part_and_no_secret(tmp_path: Path) -> None:
    async with open_page(tmp_path, channel=Limited()) as seen:
        seen.health.destination("main", fault=f"404 at {SECRET}")
        await publish(seen.house, "Acme Corp posts record profit", "Dull one")
        await seen.house.settle()
        status = await get(seen.client, "/api/status")
    assert status["controls"] == "http://127.0.0.1:9999"
    assert status["unix"] == seen.house.clock.unix()
    (channel,) = status["channels"]
    assert channel == {
        "name": "main",
        "kind": "discord",
        "fault": "404 at ***",
        "posts_left": 20,
        "edits_left": 7,
        "posts_pending": 0,
        "edits_pending": 0,
        "held": {},
    }
    assert status["llm"]["state"] == "off"
    assert status["llm"]["answers"] == {"analysed": 1}
    assert status["rejected"] == {"low_score": 1}
    stages = {stage["name"]: stage for stage in status["stages"]}
    assert set(stages) == {"seen to posted", "post to verdict", "commit"}
    posted = stages["seen to posted"]
    assert posted["count"] == sum(bucket["count"] for bucket in posted["buckets"]) == 1
    assert posted["buckets"][-1]["upto"] is None


async def test_a_page_that_knows_no_limits_has_nothing_left_to_count(
    tmp_path: Path,
) -> None:
    async with open_page(tmp_path) as seen:
        status = await get(seen.client, "/api/status")
    (channel,) = status["channels"]
    assert channel["kind"] == "page"
    assert channel["posts_left"] is channel["edits_left"] is None


@pytest.mark.parametrize(
    ("path", "name", "accepted"),
    [
        ("/api/alerts?limit=0", "limit", "greater than or equal to 1"),
        ("/api/alerts?limit=201", "limit", "less than or equal to 200"),
        ("/api/alerts?limit=x", "limit", "integer"),
        ("/api/alerts?before=yesterday", "before", "`next` of an earlier page"),
        ("/api/alerts?event=party", "event", "'news', 'filing'"),
        ("/api/alerts?ticker=ABCDEFGHIJKLM", "ticker", "at most 12"),
        ("/api/alerts/NOTHEX12", "alert_id", "pattern"),
        ("/api/rejections?before=-1", "before", "greater than or equal to 0"),
        (f"/api/rejections?before={2**63}", "before", "less than or equal to"),
        ("/api/score", "text", "it is missing"),
    ],
)
async def test_a_bad_parameter_is_named_with_what_is_accepted(
    tmp_path: Path, path: str, name: str, accepted: str
) -> None:
    async with open_page(tmp_path) as seen:
        problem = await get(seen.client, path, status=422)
    assert set(problem) == {"error", "detail", "id"}
    assert problem["detail"].startswith(f"{name}: ")
    assert accepted.casefold() in problem["detail"].casefold()


async def test_an_unknown_id_is_not_found_even_if_it_reads_as_a_ticker(
    tmp_path: Path,
) -> None:
    async with open_page(tmp_path) as seen:
        await publish(seen.house, "Acme Corp posts record profit", ticker="ABCDEF12")
        problem = await get(seen.client, "/api/alerts/abcdef12", status=404)
    assert problem["error"] == "not_found"


PATHS = (
    "/api/alerts",
    "/api/alerts/01234567",
    "/api/rejections",
    "/api/score?text=x",
    "/api/status",
    "/api/usage",
    "/events",
    "/openapi.json",
)
FILES = ("/", "/static/index.html")


@pytest.mark.parametrize("path", PATHS + FILES)
async def test_a_foreign_host_name_is_refused_everywhere(
    tmp_path: Path, path: str
) -> None:
    async with (
        open_page(tmp_path) as seen,
        seen.client.get(path, headers={"Host": "evil.example"}) as answer,
    ):
        assert answer.status == 400


async def test_beyond_this_machine_only_the_page_itself_needs_no_token(
    tmp_path: Path,
) -> None:
    async with open_page(tmp_path, host="0.0.0.0", tokens=(TOKEN,)) as seen:  # noqa: S104
        for path in FILES:
            async with seen.client.get(path) as answer:
                assert answer.status == 200
        for path in PATHS:
            async with seen.client.get(path) as answer:
                assert answer.status == 401
                assert answer.headers["WWW-Authenticate"] == "Bearer"
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        async with seen.client.get("/api/alerts", headers=bearer) as answer:
            assert answer.status == 200


async def test_the_page_lets_nothing_foreign_in(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen, seen.client.get("/") as answer:
        assert answer.content_type == "text/html"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert "connect-src 'self' http://127.0.0.1:9999;" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_a_file_is_sent_once_and_then_confirmed(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        async with seen.client.get("/static/index.html") as answer:
            etag = answer.headers["ETag"]
            assert answer.headers["Cache-Control"] == "no-cache"
        known = {"If-None-Match": etag}
        async with seen.client.get("/static/index.html", headers=known) as answer:
            assert (answer.status, await answer.read()) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.js", "..%2Froutes.py", "%2e%2e/routes.py"])
async def test_nothing_but_the_pages_files_is_served(tmp_path: Path, name: str) -> None:
    async with (
        open_page(tmp_path) as seen,
        seen.client.get(f"/static/{name}") as answer,
    ):
        assert answer.status == 404


async def test_the_api_describes_itself(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        described = await get(seen.client, "/openapi.json")
    assert set(described["paths"]) == {
        "/api/alerts",
        "/api/alerts/{alert_id}",
        "/api/catalysts",
        "/api/rejections",
        "/api/score",
        "/api/status",
        "/api/usage",
        "/events",
    }
    alert = described["components"]["schemas"]["AlertView"]["properties"]
    assert {"card", "posted_ms", "verdict_ms", "why"} <= set(alert)
    for path in described["paths"].values():
        assert "422" not in path["get"]["responses"]


async def test_a_verdict_of_an_earlier_version_has_no_known_time(
    tmp_path: Path,
) -> None:
    async with open_page(tmp_path) as seen:
        await publish(seen.house, "Acme Corp posts record profit")
        seen.house.reader.start = Analysis(phase=Phase.ANALYSED, verdict=BULLISH)
        await seen.house.post()
        (alert,) = (await get(seen.client, "/api/alerts"))["alerts"]
    assert (alert["phase"], alert["verdict_ms"]) == ("analysed", None)
