"""Every dialect alike: what an answer is, whole or in pieces, and what a fault is."""

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest

from catalyst_bot.enrichment.prompt import SCHEMA
from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.providers.offers import Provider
from catalyst_bot.llm.providers.schemas import cloud_schema, is_strict
from catalyst_bot.simulation.llm_cloud import KEY
from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.simulation.llm_server import ModelServer
from tests.dialects import CLOUDS, DIALECTS, open_dialect, read_stream

PLENTY = 30.0
REQUEST = CompletionRequest(
    prompt="<<<news:1a>>>\nHeadline: Acme beats\n<<<end:1a>>>",
    system="Judge.",
    schema=SCHEMA,
    max_tokens=99,
    temperature=0.5,
)
every_dialect = pytest.mark.parametrize("dialect", DIALECTS)
every_cloud = pytest.mark.parametrize("dialect", CLOUDS)

FAULTS = [
    (Mode.HANG, LLMErrorKind.TIMEOUT),
    (Mode.DRIP, LLMErrorKind.TIMEOUT),
    (Mode.DROP, LLMErrorKind.UNAVAILABLE),
    (Mode.CUT_BODY, LLMErrorKind.UNAVAILABLE),
    (Mode.ENDLESS, LLMErrorKind.UNAVAILABLE),
    (Mode.HTTP_500, LLMErrorKind.UNAVAILABLE),
    (Mode.HTTP_503, LLMErrorKind.UNAVAILABLE),
    (Mode.ERROR_LINE, LLMErrorKind.UNAVAILABLE),
    (Mode.HTTP_429, LLMErrorKind.RATE_LIMITED),
    (Mode.BAD_KEY, LLMErrorKind.AUTH),
    (Mode.MODEL_MISSING, LLMErrorKind.MODEL_MISSING),
    (Mode.TOO_LONG, LLMErrorKind.TOO_LONG),
    (Mode.EMPTY, LLMErrorKind.BAD_ANSWER),
    (Mode.CUT, LLMErrorKind.TRUNCATED),
]
every_fault = pytest.mark.parametrize(("mode", "kind"), FAULTS)


async def fault_of(provider: Provider, *, timeout: float = PLENTY) -> LLMError:
    with pytest.raises(LLMError) as caught:
        await provider.attempt(REQUEST, timeout=timeout)
    return caught.value


def patience(kind: LLMErrorKind) -> float:
    return 1.0 if kind is LLMErrorKind.TIMEOUT else PLENTY


async def is_left_alone(server: ModelServer) -> bool:
    await server.wait_for(lambda: not server.in_flight)
    return True


@every_dialect
async def test_a_sound_answer_comes_with_its_counts(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        answer = await provider.attempt(REQUEST, timeout=PLENTY)
        assert json.loads(answer.text)["direction"] == "bullish"
        assert answer.model == server.requests[0].body["model"]
        assert answer.finish.lower() in ("stop", "end_turn")
        assert answer.prompt_tokens > 0
        assert answer.completion_tokens > 0
        assert server.prompts[0].prompt == f"Judge.\n{REQUEST.prompt}"


@every_dialect
async def test_the_pieces_of_a_stream_are_the_answer(dialect: str) -> None:
    async with open_dialect(dialect) as (_, provider):
        whole = await provider.attempt(REQUEST, timeout=PLENTY)
        pieces, last = await read_stream(provider, REQUEST, timeout=PLENTY)
    assert isinstance(last, Answer)
    assert len(pieces) > 5
    assert "".join(pieces) == last.text == whole.text
    assert (last.model, last.finish) == (whole.model, whole.finish)
    assert last.prompt_tokens == whole.prompt_tokens
    assert last.completion_tokens == whole.completion_tokens


@every_dialect
async def test_the_first_piece_comes_long_before_the_last(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.piece_pause = 0.02
        async with aclosing(provider.stream(REQUEST, timeout=PLENTY)) as parts:
            sending = [server.in_flight async for _ in parts]
    assert sending[0] == 1  # the server had not come to its end


@every_dialect
@every_fault
async def test_every_fault_of_an_answer_has_its_kind(
    dialect: str, mode: Mode, kind: LLMErrorKind
) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.mode = mode
        error = await fault_of(provider, timeout=patience(kind))
        assert error.kind is kind
        assert len(server.requests) == 1  # a fresh connection is not tried twice
        assert await is_left_alone(server)


@every_dialect
@every_fault
async def test_every_fault_of_a_stream_has_its_kind(
    dialect: str, mode: Mode, kind: LLMErrorKind
) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.mode = mode
        pieces, last = await read_stream(provider, REQUEST, timeout=patience(kind))
        assert isinstance(last, LLMError)
        assert last.kind is kind
        if mode is Mode.ERROR_LINE:  # it came in the middle of a 200
            assert len(pieces) > 5
        assert await is_left_alone(server)


@every_dialect
async def test_garbage_is_no_answer_whole_or_streamed(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.mode = Mode.GARBAGE
        assert (await fault_of(provider)).kind is LLMErrorKind.BAD_ANSWER
        _, last = await read_stream(provider, REQUEST, timeout=PLENTY)
        assert isinstance(last, LLMError)
        assert last.kind is LLMErrorKind.BAD_ANSWER


@every_dialect
async def test_what_came_before_the_cut_is_told(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.mode = Mode.CUT
        error = await fault_of(provider)
        assert error.partial.startswith('{"direction": "bullish"')
        _, last = await read_stream(provider, REQUEST, timeout=PLENTY)
        assert isinstance(last, LLMError)
        assert last.partial == error.partial


@every_dialect
@pytest.mark.parametrize("after", [0, 1, 3])
async def test_leaving_a_stream_ends_the_generation(dialect: str, after: int) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.piece_pause = 0.05
        if not after:
            server.mode = Mode.HANG
        seen = asyncio.Semaphore(0)

        async def listen() -> None:
            async with aclosing(provider.stream(REQUEST, timeout=PLENTY)) as parts:
                async for _ in parts:
                    seen.release()

        task = asyncio.ensure_future(listen())
        await server.wait_for(lambda: server.in_flight == 1)
        for _ in range(after):
            await seen.acquire()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert await is_left_alone(server)
        assert server.aborted == 1


@every_dialect
async def test_a_connection_serves_one_answer_after_the_other(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        for _ in range(3):
            await provider.attempt(REQUEST, timeout=PLENTY)
            await read_stream(provider, REQUEST, timeout=PLENTY)
        assert server.connections == 1


@every_dialect
async def test_a_dead_connection_of_the_pool_is_replaced_before_a_stream(
    dialect: str,
) -> None:
    async with open_dialect(dialect) as (server, provider):
        await provider.attempt(REQUEST, timeout=PLENTY)
        await server.stop_listening()
        await server.start_listening()
        _, last = await read_stream(provider, REQUEST, timeout=PLENTY)
        assert isinstance(last, Answer)


@every_dialect
async def test_a_look_costs_nothing_and_tells_what_is_wrong(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        await provider.check(timeout=PLENTY)
        server.models = ("another",)
        with pytest.raises(LLMError) as caught:
            await provider.check(timeout=PLENTY)
        assert caught.value.kind is LLMErrorKind.MODEL_MISSING
        assert not server.prompts


@every_cloud
async def test_a_cloud_gets_the_key_in_a_header_and_keeps_no_model(
    dialect: str,
) -> None:
    async with open_dialect(dialect) as (server, provider):
        await provider.load(timeout=PLENTY)
        assert await provider.loaded(timeout=PLENTY) == ()
        await provider.unload(timeout=PLENTY)
        assert not server.requests
        await provider.attempt(REQUEST, timeout=PLENTY)
        asked = server.requests[0]
        assert asked.key == KEY
        assert KEY not in f"{asked.path} {json.dumps(asked.body)}"


@every_cloud
async def test_money_that_is_used_up_is_no_rate_limit(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.mode = Mode.SPEND_LIMIT
        error = await fault_of(provider)
        assert error.kind is LLMErrorKind.SPEND_LIMIT
        assert error.detail.startswith("its spend limit is reached, HTTP 4")


@every_dialect
async def test_a_429_hands_its_wait_on(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.mode, server.retry_after = Mode.HTTP_429, 7.0
        assert (await fault_of(provider)).retry_after == 7.0


@every_cloud
async def test_a_wrong_key_is_called_so_and_not_repeated(dialect: str) -> None:
    async with open_dialect(dialect) as (server, provider):
        server.mode = Mode.BAD_KEY
        error = await fault_of(provider)
        assert error.detail.startswith("key refused, HTTP 4")
        assert KEY not in str(error)
        with pytest.raises(LLMError, match="auth: key refused"):
            await provider.check(timeout=PLENTY)


async def body_of(dialect: str, request: CompletionRequest = REQUEST) -> Any:
    async with open_dialect(dialect) as (server, provider):
        await provider.attempt(request, timeout=PLENTY)
        return server.requests[0].body


async def test_openai_gets_the_body_of_its_reference() -> None:
    body = await body_of("openai")
    form = body.pop("response_format")
    assert body == {
        "model": "gpt-fictitious",
        "messages": [
            {"role": "system", "content": "Judge."},
            {"role": "user", "content": REQUEST.prompt},
        ],
        "max_completion_tokens": 99 + 1024,
    }
    assert form["type"] == "json_schema"
    assert form["json_schema"]["strict"] is True
    properties = form["json_schema"]["schema"]["properties"]
    assert properties["confidence"] == {"type": "number"}
    assert properties["direction"]["enum"][0] == "bullish"


async def test_a_server_of_our_own_gets_limits_and_temperature_but_no_key() -> None:
    async with open_dialect("own openai") as (server, provider):
        await provider.attempt(REQUEST, timeout=PLENTY)
        asked = server.requests[0]
    assert asked.key == ""
    assert (asked.body["max_tokens"], asked.body["temperature"]) == (99, 0.5)
    schema = asked.body["response_format"]["json_schema"]["schema"]
    assert schema == json.loads(SCHEMA)


async def test_gemini_gets_the_body_of_its_reference() -> None:
    body = await body_of("gemini")
    schema = body["generationConfig"].pop("responseJsonSchema")
    assert body == {
        "model": "gemini-fictitious",  # from the path
        "contents": [{"role": "user", "parts": [{"text": REQUEST.prompt}]}],
        "systemInstruction": {"parts": [{"text": "Judge."}]},
        "generationConfig": {
            "maxOutputTokens": 99 + 1024,
            "temperature": 0.5,
            "responseMimeType": "application/json",
        },
    }
    assert schema["required"] == json.loads(SCHEMA)["required"]


async def test_anthropic_gets_the_body_of_its_reference() -> None:
    body = await body_of("anthropic")
    form = body.pop("output_config")["format"]
    assert body == {
        "model": "claude-fictitious",
        "max_tokens": 99 + 1024,
        "system": "Judge.",
        "messages": [{"role": "user", "content": REQUEST.prompt}],
    }
    assert form["type"] == "json_schema"
    assert form["schema"]["additionalProperties"] is False


@every_dialect
async def test_a_plain_question_asks_for_no_form(dialect: str) -> None:
    body = await body_of(dialect, CompletionRequest(prompt="What is new?"))
    assert "schema" not in json.dumps(body).lower()
    assert "format" not in body
    assert "system" not in body or not body["system"]


def test_a_property_may_be_called_like_a_limit() -> None:
    schema = {
        "type": "object",
        "properties": {"minimum": {"type": "number", "minimum": 0}},
        "required": ["minimum"],
        "additionalProperties": False,
        "anyOf": [{"maxLength": 3}, {"type": "string"}],
    }
    reduced = cloud_schema(json.dumps(schema))
    assert reduced["properties"] == {"minimum": {"type": "number"}}
    assert reduced["anyOf"] == [{}, {"type": "string"}]
    assert is_strict(reduced)
    assert not is_strict({**reduced, "required": []})
