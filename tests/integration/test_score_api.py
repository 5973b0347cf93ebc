"""Texts are scored over HTTP, with a simulated model behind the route."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from catalyst_bot.llm.structured import StructuredLLM
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.tokens import ApiToken, Scope
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.web.bodies import LARGEST_BODY
from catalyst_bot.web.rates import Rates
from catalyst_bot.web.routes import build_app
from catalyst_bot.web.scoring import Scoring, score_routes
from catalyst_bot.web.server import open_server
from tests.asking import client_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

JSON = "application/json"
READ, SCORE = "r" * 32, "s" * 32
TITLES = [f"Acme robot number {number} ships" for number in range(20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where scores are asked for."""

    client: aiohttp.ClientSession
    fake: FakeLLM

    async def post(
        self, body: object, *, status: int = 200, token: str = ""
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.client.post("/api/score", json=body, headers=headers) as reply:
            answer: dict[str, Any] = await reply.json()
            assert reply.status == status, answer
            return answer


@asynccontextmanager
async def open_counter(
    *, is_on: bool = True, host: str = "127.0.0.1"
) -> AsyncIterator[Counter]:
    metrics = Metrics()
    async with (
        FakeLLM().open() as fake,
        client_of(fake, max_concurrent=10, metrics=metrics) as model,
    ):
        llm = StructuredLLM(model, metrics=metrics, monotonic=time.monotonic)
        scoring = Scoring(
            llm=llm if is_on else None,
            at_once=lambda: 10 if is_on else 0,
            monotonic=time.monotonic,
        )
        app = build_app(
            [score_routes(scoring)],
            host=host,
            rates=Rates(per_minute=6_000, monotonic=time.monotonic),
            tokens=(
                ApiToken(secret=Secret(READ), scope=Scope.READ),
                ApiToken(secret=Secret(SCORE), scope=Scope.SCORE),
            ),
        )
        async with (
            open_server(app, host="127.0.0.1", port=0) as url,
            aiohttp.ClientSession(url) as client,
        ):
            yield Counter(client=client, fake=fake)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened() -> AsyncIterator[Counter]:
    async with open_counter() as counter:
        yield counter


@pytest.fixture
def counter(opened: Counter) -> Counter:
    """Return the shared one, its model well, quick and with nothing asked yet."""
    fake = opened.fake
    fake.latency = fake.jitter = 0.0
    fake.mode = Mode.OK
    fake.modes.clear()
    fake.requests.clear()
    fake.max_in_flight = 0
    return opened


def order(*titles: str, **more: object) -> dict[str, object]:
    documents = [{"title": title} for title in titles]
    return {"query": "acme robots", "documents": documents, **more}


async def test_scores_come_in_the_order_of_the_documents_with_what_they_took(
    counter: Counter,
) -> None:
    counter.fake.latency, counter.fake.jitter = 0.02, 1.0
    answer = await counter.post(order(*TITLES, "Corn futures rise"))
    scores = answer["scores"]
    assert [one["id"] for one in scores] == list(range(21))
    assert [one["score"] for one in scores] == [1.0] * 20 + [0.0]
    assert set(scores[0]) == {"id", "score", "reasoning", "source", "cached", "error"}
    assert {one["source"] for one in scores} == {"llm"}
    usage = answer["usage"]
    assert usage["tokens"] > 0
    assert usage["seconds"] > 0
    assert (usage["requests"], usage["cached"], usage["concurrency"]) == (21, 0, 10)


async def test_as_many_are_asked_about_at_once_as_was_wished(counter: Counter) -> None:
    counter.fake.latency = 0.02
    answer = await counter.post(order(*TITLES, max_concurrent=3))
    assert counter.fake.max_in_flight == 3
    assert answer["usage"]["concurrency"] == 3


async def test_one_text_at_which_the_model_fails_costs_no_other_its_score(
    counter: Counter,
) -> None:
    counter.fake.modes["number 7 "] = Mode.HTTP_500
    scores = (await counter.post(order(*TITLES)))["scores"]
    failed = scores.pop(7)
    assert (failed["score"], failed["source"]) == (None, None)
    assert failed["error"] == {"kind": "unavailable", "status": 500, "attempts": 3}
    assert [one["score"] for one in scores] == [1.0] * 19


async def test_without_its_server_all_is_scored_locally_and_says_so() -> None:
    async with open_counter() as counter:
        await counter.fake.stop_listening()
        answer = await counter.post(order(*TITLES, "Corn futures rise"))
    assert {one["source"] for one in answer["scores"]} == {"local"}
    assert [one["score"] for one in answer["scores"]] == [1.0] * 20 + [0.0]
    assert {one["error"] for one in answer["scores"]} == {None}


async def test_with_the_model_off_nobody_is_asked() -> None:
    async with open_counter(is_on=False) as counter:
        answer = await counter.post(order("Acme ships robots"))
        assert not counter.fake.requests
    assert answer["scores"][0]["source"] == "local"
    assert (answer["usage"]["requests"], answer["usage"]["concurrency"]) == (0, 0)


async def test_what_the_time_does_not_suffice_for_has_no_score(
    counter: Counter,
) -> None:
    counter.fake.modes["number 7 "] = Mode.HANG
    scores = (await counter.post(order(*TITLES, timeout_s=1)))["scores"]
    assert scores[7]["score"] is None
    assert scores[7]["error"]["kind"] == "timeout"
    assert [one["score"] for one in scores if one["id"] != 7] == [1.0] * 19


async def test_for_a_caller_who_hangs_up_nothing_more_is_asked(
    counter: Counter,
) -> None:
    counter.fake.mode = Mode.HANG
    asking = asyncio.create_task(counter.post(order(*TITLES, timeout_s=300)))
    await counter.fake.wait_for(lambda: counter.fake.in_flight > 0)
    asking.cancel()
    await counter.fake.wait_for(lambda: counter.fake.in_flight == 0)
    assert len(counter.fake.prompts) < len(TITLES)


async def test_what_is_no_json_is_refused_as_such(counter: Counter) -> None:
    headers = {"Content-Type": JSON}
    async with counter.client.post("/api/score", data="{", headers=headers) as reply:
        assert reply.status == 422
        assert (await reply.json())["detail"] == "body: it is not JSON"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ([], "body: expected an object"),
        (order(), "documents: too few, expected 1 or more"),
        (order(*TITLES * 6), "documents: too many, expected 100 at most"),
        (order("A", query=""), "query: "),
        (order("A", query="  "), "query: it is blank"),
        (order("A", query="  \u200b"), "query: "),
        (order("A", query="x" * 501), "query: "),
        (order("A", query=7), "query: "),
        ({"documents": [{"title": "A"}]}, "query: it is missing"),
        (order("A", "B", ""), "documents.2.title: "),
        (order("A", "\u200b"), "documents.1.title: "),
        (order("A", documents=[{"title": "A"}, {"text": "B"}]), "documents.1.title: "),
        (
            order(documents=[{"title": "A", "id": 1}, {"title": "B"}]),
            "documents.1.id: ",
        ),
        (order("A", max_concurrent=0), "max_concurrent: "),
        (order("A", max_concurrent=51), "max_concurrent: "),
        (order("A", max_concurrent="3"), "max_concurrent: "),
        (order("A", max_concurrent=True), "max_concurrent: "),
        (order("A", timeout_s=0.5), "timeout_s: "),
        (order("A", timeout_s=301), "timeout_s: "),
        (order("A", timeout_s=float("nan")), "timeout_s: "),
    ],
)
async def test_a_bad_order_is_refused_by_its_field_and_nothing_is_asked(
    body: object, where: str, counter: Counter
) -> None:
    problem = await counter.post(body, status=422)
    assert not counter.fake.requests
    assert problem["detail"].startswith(where)


@pytest.mark.parametrize("text", ["\ud800", "\x00", "a" * 100_000, "<b>" * 9_000])
async def test_no_text_breaks_the_route(counter: Counter, text: str) -> None:
    body = order("A", documents=[{"title": f"A {text}", "text": text, "id": text}])
    async with counter.client.post("/api/score", json=body) as reply:
        assert reply.status in {200, 422}


async def test_a_foreign_page_cannot_have_texts_scored(counter: Counter) -> None:
    async with counter.client.post("/api/score", data=b"{}") as reply:
        assert reply.status == 415


async def test_a_body_of_more_than_a_mebibyte_is_refused(counter: Counter) -> None:
    body, headers = io.BytesIO(b" " * LARGEST_BODY + b"{}"), {"Content-Type": JSON}
    async with counter.client.post("/api/score", data=body, headers=headers) as reply:
        assert reply.status == 413


async def test_beyond_this_machine_a_token_for_scoring_is_needed() -> None:
    async with open_counter(host="0.0.0.0") as counter:  # noqa: S104 - the Door's
        await counter.post(order("A"), status=401)
        await counter.post(order("A"), status=401, token="x" * 32)
        await counter.post(order("A"), status=403, token=READ)
        await counter.post(order("A"), status=200, token=SCORE)
