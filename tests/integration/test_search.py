"""A search waits for nobody longer than its time, and tells how each source did."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.errors import (
    AskedTooOften,
    NoSuchSource,
    SourceError,
    StorageError,
)
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.patience import FAILURES, FIRST_REST
from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.tokens import ApiToken, Scope
from catalyst_bot.search.edgar import EdgarNews
from catalyst_bot.search.live import MOST_ITEMS, LiveNews
from catalyst_bot.search.model import (
    Findings,
    Hit,
    Rank,
    Ranker,
    ScoredBy,
    Source,
    Wanted,
)
from catalyst_bot.search.service import Search
from catalyst_bot.search.since import parse_since
from catalyst_bot.simulation.edgar_search import FakeEdgar
from catalyst_bot.sources.outside import open_outside
from catalyst_bot.web.rates import Rates
from catalyst_bot.web.routes import build_app
from catalyst_bot.web.search import search_routes
from catalyst_bot.web.server import open_server
from tests.clocks import NOON, ManualClock
from tests.news import headline

TOKEN = "t" * 32


def hit(title: str, *, hours: float = 0.0) -> Hit:
    return Hit(origin="wire", title=title, published_at=NOON - timedelta(hours=hours))


@dataclass
class Shelf:
    """Has hits; waits for `gate` and raises `fault`, where there are any."""

    hits: Sequence[Hit] = ()
    gate: asyncio.Barrier | asyncio.Event | None = None
    fault: Exception | None = None
    wanted: list[Wanted] = field(default_factory=list)

    async def find(self, wanted: Wanted) -> Findings:
        self.wanted.append(wanted)
        if self.gate is not None:
            await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        return Findings(hits=tuple(self.hits))


@dataclass
class Model:
    """Gives the scores that it has, by title."""

    known: dict[str, float]

    async def scores(
        self, query: str, hits: Sequence[Hit], *, within: float
    ) -> Sequence[float | None]:
        return [self.known.get(one.title) for one in hits]


def share(query: str, hit: Hit) -> float:
    words = query.lower().split()
    return sum(word in hit.title.lower() for word in words) / len(words)


def search_in(
    sources: Mapping[str, Source],
    *,
    clock: Clock | None = None,
    ranker: Ranker | None = None,
    timeout: float = 30.0,
) -> Search:
    return Search(
        sources,
        relevance=share,
        ranker=ranker,
        clock=clock or SystemClock(),
        metrics=Metrics(),
        timeout=timeout,
    )


async def test_all_sources_are_asked_at_the_same_time() -> None:
    together = asyncio.Barrier(6)  # nobody goes on before the sixth has come
    shelves = {f"s{n}": Shelf([hit(f"Acme {n}")], gate=together) for n in range(6)}
    async with asyncio.timeout(60):
        reply = await search_in(shelves).search("acme")
    assert len(reply.results) == 6
    assert [state.count for state in reply.sources] == [1] * 6


async def test_who_hangs_fails_or_breaks_off_is_named_and_the_others_answer() -> None:
    sources = {
        "good": Shelf([hit("Acme wins")]),
        "hanging": Shelf(gate=asyncio.Event()),
        "failing": Shelf(fault=SourceError("HTTP 500 of it")),
        "store": Shelf(fault=StorageError("database: gone")),
        "broken": Shelf(fault=KeyError("nobody foresaw it")),
    }
    search = search_in(sources, timeout=0.2)
    reply = await search.search("acme")
    assert [one.title for one in reply.results] == ["Acme wins"]
    states = {one.name: (one.ok, one.error) for one in reply.sources}
    assert states == {
        "good": (True, ""),
        "hanging": (False, "no answer within 0.2 s"),
        "failing": (False, "HTTP 500 of it"),
        "store": (False, "database: gone"),
        "broken": (False, "broke off: see the log"),
    }
    assert not reply.has_failed
    alone = await search.search("acme", sources=["failing", "broken"])
    assert alone.has_failed


async def test_a_source_that_we_ask_too_often_is_not_taken_for_ill() -> None:
    shelf = Shelf(fault=AskedTooOften("60 searches a minute are the most"))
    search = search_in({"shelf": shelf})
    for _ in range(FAILURES + 1):
        (state,) = (await search.search("acme")).sources
        assert (state.ok, state.error) == (False, "60 searches a minute are the most")
    shelf.fault = None
    (state,) = (await search.search("acme")).sources
    assert state.ok


async def test_our_own_line_before_edgar_is_not_taken_for_an_illness_of_it() -> None:
    async with (
        FakeEdgar(is_hanging=True).open() as server,
        open_outside(user_agent="", allow_private=True, clock=SystemClock()) as outside,
    ):

        async def fetch(url: str, *, within: float) -> bytes:
            return (await outside.get(url, deadline=within)).body

        edgar = EdgarNews(server.origin, fetch=fetch, clock=SystemClock(), within=2.0)
        search = search_in({"edgar": edgar})
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(search.search("acme")) for _ in range(2 * FAILURES)
            ]
        states = [task.result().sources[0] for task in asked]
        busy = [one for one in states if one.error.startswith("busy")]
        assert len(busy) == len(states) - 1
        server.is_hanging = False
        (state,) = (await search.search("acme")).sources
        assert (state.ok, state.error) == (True, "")


async def test_a_source_that_fails_thrice_is_left_alone_for_a_while() -> None:
    clock, shelf = ManualClock(), Shelf(fault=SourceError("HTTP 500"))
    search = search_in({"edgar": shelf}, clock=clock)
    for _ in range(FAILURES + 2):
        reply = await search.search("acme")
    assert len(shelf.wanted) == FAILURES
    assert "left alone for 15 s" in reply.sources[0].error
    clock.advance(FIRST_REST)
    shelf.fault, shelf.hits = None, [hit("Acme wins")]
    reply = await search.search("acme")
    assert (reply.sources[0].ok, len(reply.results)) == (True, 1)


async def test_an_unknown_source_is_refused_before_anybody_is_asked() -> None:
    shelf = Shelf()
    with pytest.raises(NoSuchSource, match="there is live"):
        await search_in({"live": shelf}).search("acme", sources=["live", "telex"])
    assert shelf.wanted == []


async def test_the_model_orders_the_best_and_what_it_cannot_tell_keeps_its_score() -> (
    None
):
    shelf = Shelf([hit("Acme wins"), hit("Acme loses"), hit("Acme waits", hours=1)])
    model = Model({"Acme waits": 1.0, "Acme wins": 0.1})
    search = search_in({"live": shelf}, ranker=model)
    reply = await search.search("acme wins", rank=Rank.LLM)
    assert [(one.title, one.score, one.scored_by) for one in reply.results] == [
        ("Acme waits", 1.0, ScoredBy.LLM),
        ("Acme loses", 0.5, ScoredBy.LOCAL),
        ("Acme wins", 0.1, ScoredBy.LLM),
    ]
    local = await search.search("acme wins", limit=1)
    assert [one.title for one in local.results] == ["Acme wins"]


async def test_what_a_source_found_in_a_text_that_we_lack_is_not_worth_nothing() -> (
    None
):
    filing = replace(hit("8-K: Acme Corp"), least=0.6)
    shelf = Shelf([hit("Globex delays guidance", hours=1), filing])
    reply = await search_in({"edgar": shelf}).search("globex recall guidance")
    assert [one.score for one in reply.results] == [0.6667, 0.6]


async def test_live_news_finds_by_words_symbol_and_summary_the_newest_first() -> None:
    live = LiveNews()
    live.note(
        "wire",
        [
            headline("Acme Corp posts record profit", tickers=("ACME",)),
            headline(
                "Globex widens its offer",
                tickers=("GLBX",),
                summary="Globex wants Acme.",
                published_at=NOON - timedelta(hours=2),
            ),
        ],
    )

    async def titles(text: str, since: datetime | None = None) -> list[str]:
        found = await live.find(Wanted(text=text, since=since))
        return [one.title for one in found.hits]

    assert await titles("ACME") == [
        "Acme Corp posts record profit",
        "Globex widens its offer",
    ]
    assert await titles("glbx") == ["Globex widens its offer"]
    assert await titles("acme", NOON - timedelta(hours=1)) == [
        "Acme Corp posts record profit"
    ]
    assert await titles("?!") == []


async def test_live_news_keeps_the_newest_items_only() -> None:
    live = LiveNews()
    for number in range(MOST_ITEMS + 5):
        live.note("wire", [headline(f"Acme drug {number}x")])
    assert (await live.find(Wanted(text="0x"))).hits == ()
    assert len((await live.find(Wanted(text=f"{MOST_ITEMS}x"))).hits) == 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24h", NOON - timedelta(days=1)),
        (" 90M ", NOON - timedelta(minutes=90)),
        ("7d", NOON - timedelta(days=7)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T10:00:00-05:00", datetime(2026, 3, 1, 15, tzinfo=UTC)),
    ],
)
def test_since_is_an_age_or_a_time(text: str, moment: datetime) -> None:
    assert parse_since(text, now=NOON) == moment


@pytest.mark.parametrize(
    "text",
    ["", "soon", "24", "-3h", "2026-13-01", "99999d9", "0001-01-01T00:00:00+14:00"],
)
def test_another_since_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        parse_since(text, now=NOON)


@pytest.mark.parametrize(
    ("scope", "status"), [(Scope.READ, 403), (Scope.SCORE, 200)], ids=["read", "score"]
)
async def test_a_model_orders_results_for_whoever_may_have_texts_scored(
    scope: Scope, status: int
) -> None:
    search = Search(
        {"shelf": Shelf()}, relevance=share, clock=SystemClock(), metrics=Metrics()
    )
    app = build_app(
        [search_routes(search, clock=SystemClock(), redact=str)],
        host="127.0.0.1",
        rates=Rates(per_minute=6_000, monotonic=time.monotonic),
        tokens=(ApiToken(secret=Secret(TOKEN), scope=scope),),
    )
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        open_server(app, host="127.0.0.1", port=0) as url,
        aiohttp.ClientSession(url, headers=headers) as client,
    ):
        for rank, expected in (("local", 200), ("llm", status)):
            order = {"query": "acme", "rank": rank}
            async with client.post("/api/search", json=order) as answer:
                assert answer.status == expected
