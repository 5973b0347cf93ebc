"""The simulated LLM server, as a raw HTTP client meets it."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.llm_client import ask, body, prompt


@pytest.fixture
async def llm() -> AsyncIterator[FakeLLM]:
    async with FakeLLM().open() as server:
        yield server


@pytest.fixture
async def session(llm: FakeLLM) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(llm.origin) as opened:
        yield opened


async def test_an_answer_quotes_the_headline_of_the_prompt(
    session: aiohttp.ClientSession,
) -> None:
    status, answer = await ask(session)
    verdict = json.loads(answer["response"])
    assert (status, answer["done_reason"]) == (200, "stop")
    assert verdict["direction"] == "bullish"
    assert verdict["evidence"] in "Acme Corp beats estimates by $0.45"


async def test_a_prompt_of_another_kind_gets_its_number_back(
    session: aiohttp.ClientSession,
) -> None:
    _, answer = await ask(session, body("Say something about item [#42]"))
    assert answer["response"] == "answer [#42]"


async def test_a_stream_comes_in_lines_and_adds_up_to_the_same_answer(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    whole = (await ask(session))[1]["response"]
    streamed = {key: value for key, value in body().items() if key != "stream"}
    async with session.post("/api/generate", json=streamed) as response:
        assert response.content_type == "application/x-ndjson"
        lines = [json.loads(line) async for line in response.content]
    assert "".join(line["response"] for line in lines) == whole
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]


async def test_a_chat_is_answered_with_a_message(
    session: aiohttp.ClientSession,
) -> None:
    messages = [
        {"role": "system", "content": "Judge the news."},
        {"role": "user", "content": prompt("Acme Corp plunges on fraud claims")},
    ]
    asked = {"model": "mistral", "messages": messages, "stream": False}
    _, answer = await ask(session, asked, "/api/chat")
    assert json.loads(answer["message"]["content"])["direction"] == "bearish"


async def test_an_empty_prompt_loads_and_unloads(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    load = {"model": "mistral", "stream": False, "options": {"num_ctx": 4096}}
    assert (await ask(session, load))[1]["done_reason"] == "load"
    async with session.get("/api/ps") as response:
        (model,) = (await response.json())["models"]
    assert model["name"] == "mistral:latest"
    assert model["size_vram"] > 0
    unload = {"model": "mistral", "stream": False, "keep_alive": 0}
    assert (await ask(session, unload))[1]["done_reason"] == "unload"
    async with session.get("/api/ps") as response:
        assert (await response.json())["models"] == []
    assert not llm.prompts
    assert len(llm.requests) == 2


async def test_another_context_size_loads_the_model_again(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    for num_ctx in (4096, 4096, 8192):
        await ask(session, body(options={"num_ctx": num_ctx}))
    assert llm.loads == [("mistral:latest", 4096), ("mistral:latest", 8192)]


@pytest.mark.parametrize(
    ("mode", "status", "text"),
    [
        (Mode.HTTP_429, 429, "too many requests"),
        (Mode.HTTP_500, 500, "terminated"),
        (Mode.HTTP_503, 503, "try again.  maximum pending requests exceeded"),
        (Mode.MODEL_MISSING, 404, 'model "mistral" not found, try pulling it first'),
        (Mode.ERROR_LINE, 200, "unexpected EOF"),
    ],
)
async def test_a_sick_server_words_its_errors_as_ollama_does(
    llm: FakeLLM, session: aiohttp.ClientSession, mode: Mode, status: int, text: str
) -> None:
    llm.mode = mode
    got, answer = await ask(session)
    assert got == status
    assert text in answer["error"]


async def test_a_model_that_is_not_installed_is_missing(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    assert (await ask(session, body(model="llama3")))[0] == 404
    llm.models = ("llama3:latest",)
    assert (await ask(session, body(model="llama3")))[0] == 200


async def test_a_429_names_its_wait_when_told_to(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    llm.mode, llm.retry_after = Mode.HTTP_429, 1.5
    async with session.post("/api/generate", json=body()) as response:
        assert response.headers["Retry-After"] == "1.5"


@pytest.mark.parametrize(
    ("mode", "finish"),
    [
        (Mode.EMPTY, "stop"),
        (Mode.CUT, "length"),
        (Mode.NOT_JSON, "stop"),
    ],
)
async def test_answers_of_no_use_are_still_answers(
    llm: FakeLLM, session: aiohttp.ClientSession, mode: Mode, finish: str
) -> None:
    llm.mode = mode
    status, answer = await ask(session)
    assert (status, answer["done_reason"]) == (200, finish)
    with pytest.raises(ValueError, match="line 1"):
        json.loads(answer["response"])


async def test_garbage_is_no_json_at_all(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    llm.mode = Mode.GARBAGE
    async with session.post("/api/generate", json=body()) as response:
        raw = await response.read()
    with pytest.raises(ValueError, match=r"codec|line 1"):
        json.loads(raw)


@pytest.mark.parametrize("mode", [Mode.HANG, Mode.DRIP, Mode.ENDLESS])
async def test_a_client_that_leaves_is_noticed(
    llm: FakeLLM, session: aiohttp.ClientSession, mode: Mode
) -> None:
    llm.mode = mode
    leaving = asyncio.ensure_future(ask(session))
    await llm.wait_for(lambda: llm.serving == 1)
    leaving.cancel()
    await asyncio.wait([leaving])
    await llm.wait_for(lambda: llm.aborted == 1)
    assert llm.requests[0].aborted
    assert (llm.in_flight, llm.serving) == (0, 0)


async def test_a_hanging_server_closes_cleanly_while_a_client_waits() -> None:
    llm = FakeLLM()
    llm.mode = Mode.HANG

    async def wait_for_an_answer() -> str:
        async with aiohttp.ClientSession(llm.origin) as session:
            try:
                await ask(session)
            except aiohttp.ClientError as error:
                return type(error).__name__
        return "answered"

    async with asyncio.TaskGroup() as group, llm.open():
        waiting = group.create_task(wait_for_an_answer())
        await llm.wait_for(lambda: llm.serving == 1)
    assert waiting.result() == "ServerDisconnectedError"


@pytest.mark.parametrize("mode", [Mode.DROP, Mode.CUT_BODY])
async def test_a_connection_may_break_before_or_in_the_answer(
    llm: FakeLLM, session: aiohttp.ClientSession, mode: Mode
) -> None:
    llm.mode = mode
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        await ask(session)
    assert llm.aborted == 0


async def test_a_mode_may_hold_for_one_headline_or_one_request(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    llm.modes = {"Globex": Mode.HTTP_500}
    llm.script = [Mode.HTTP_503]
    statuses = [
        (await ask(session, body(prompt(title))))[0]
        for title in ("Acme wins", "Acme wins", "Globex wins")
    ]
    assert statuses == [503, 200, 500]


async def test_slots_bound_what_is_served_and_the_queue_is_in_the_total(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    llm.slots, llm.latency = 1, 0.03
    answers = await asyncio.gather(*(ask(session) for _ in range(3)))
    assert llm.max_in_flight == 3
    waits = sorted(
        answer["total_duration"]
        - answer["prompt_eval_duration"]
        - answer["eval_duration"]
        for _, answer in answers
    )
    assert waits[2] >= 2 * 0.03 * 1e9
    starts = sorted(asked.started for asked in llm.requests)
    assert starts[1] - starts[0] >= 0.03


async def test_a_place_in_the_queue_is_given_up_by_leaving(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    llm.slots, llm.modes = 1, {"Globex": Mode.HANG}
    async with asyncio.TaskGroup() as group:
        hanging = group.create_task(ask(session, body(prompt("Globex wins"))))
        await llm.wait_for(lambda: llm.serving == 1)
        queued = group.create_task(ask(session))
        await llm.wait_for(lambda: llm.in_flight == 2)
        left = group.create_task(ask(session))
        await llm.wait_for(lambda: llm.in_flight == 3)
        left.cancel()
        await llm.wait_for(lambda: llm.in_flight == 2)
        hanging.cancel()
        assert (await queued)[0] == 200
    assert llm.aborted == 2


async def test_more_slots_let_the_waiting_in(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    llm.slots, llm.modes = 1, {"Globex": Mode.HANG}
    async with asyncio.TaskGroup() as group:
        hanging = group.create_task(ask(session, body(prompt("Globex wins"))))
        await llm.wait_for(lambda: llm.serving == 1)
        queued = group.create_task(ask(session))
        await llm.wait_for(lambda: llm.in_flight == 2)
        llm.slots = 2
        llm.changed()
        assert (await queued)[0] == 200
        hanging.cancel()


async def test_the_hook_sees_prompts_at_both_stages_and_no_loading(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    stages: list[tuple[bool, str]] = []
    llm.on_request = lambda text, stage: stages.append(("Acme" in text, stage))
    await ask(session, {"model": "mistral", "stream": False})
    await ask(session)
    assert stages == [(True, "received"), (True, "answered_unsent")]


async def test_connections_are_refused_and_accepted_again(
    llm: FakeLLM, session: aiohttp.ClientSession
) -> None:
    await ask(session)
    await llm.stop_listening()
    with pytest.raises(aiohttp.ClientConnectorError):
        await ask(session)
    await llm.start_listening()
    assert (await ask(session))[0] == 200
