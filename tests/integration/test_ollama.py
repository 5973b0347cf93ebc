"""One attempt at an Ollama server: what is sent, and what each fault becomes."""

import asyncio
import contextlib
import gzip
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import jsonschema
import pytest
import yaml

from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.providers.ollama import Ollama
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.dialects import read_stream

DESCRIPTION = Path(__file__).parents[2] / "../shared/data/ollama-openapi.yaml"
SCHEMA = '{"type":"object","properties":{"direction":{"type":"string"}}}'
REQUEST = CompletionRequest(
    prompt="<<<news:1a>>>\nHeadline: Acme beats\n<<<end:1a>>>",
    system="Judge.",
    schema=SCHEMA,
    max_tokens=99,
)
PLENTY = 30.0


@asynccontextmanager
async def ollama_at(url: str, *, model: str = "mistral") -> AsyncIterator[Ollama]:
    async with open_wire() as wire:
        yield Ollama(wire, endpoints=endpoints_of(url), model=model)


async def fault_of(ollama: Ollama, *, timeout: float = PLENTY) -> LLMError:
    with pytest.raises(LLMError) as caught:
        await ollama.attempt(REQUEST, timeout=timeout)
    return caught.value


@asynccontextmanager
async def scripted(*connections: Sequence[bytes]) -> AsyncIterator[str]:
    """Serve raw replies: one list for each connection; then the connection closes."""
    scripts = iter(connections)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in next(scripts):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            if "content-length: " in head:
                length = head.partition("content-length: ")[2].partition("\r\n")[0]
                await reader.readexactly(int(length))
            writer.write(reply)
            with contextlib.suppress(ConnectionError):  # the client had enough
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield f"http://127.0.0.1:{port}/api/generate"


def reply(body: bytes | object, *, status: str = "200 OK", **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


BLANKS = b"%x\r\n%b\r\n" % (1 << 20, b" " * (1 << 20))
GOOD = reply({"model": "mistral", "response": "yes", "done_reason": "stop"})


async def test_a_sound_answer_comes_with_its_counts() -> None:
    async with FakeLLM().open() as fake, ollama_at(fake.endpoint_url) as ollama:
        answer = await ollama.attempt(REQUEST, timeout=PLENTY)
    assert json.loads(answer.text)["direction"] == "bullish"
    assert (answer.model, answer.finish) == ("mistral", "stop")
    assert answer.prompt_tokens > 0
    assert answer.completion_tokens > 0


@pytest.mark.parametrize(
    ("mode", "kind", "detail"),
    [
        (Mode.HANG, LLMErrorKind.TIMEOUT, "no answer in 1 s"),
        (Mode.DRIP, LLMErrorKind.TIMEOUT, "no answer in 1 s"),
        (Mode.DROP, LLMErrorKind.UNAVAILABLE, "connection closed by the server"),
        (Mode.CUT_BODY, LLMErrorKind.UNAVAILABLE, "answer cut off on the way"),
        (Mode.HTTP_500, LLMErrorKind.UNAVAILABLE, "HTTP 500"),
        (Mode.HTTP_503, LLMErrorKind.UNAVAILABLE, "HTTP 503"),
        (Mode.ERROR_LINE, LLMErrorKind.UNAVAILABLE, "the server reported an error"),
        (Mode.HTTP_429, LLMErrorKind.RATE_LIMITED, "HTTP 429"),
        (
            Mode.MODEL_MISSING,
            LLMErrorKind.MODEL_MISSING,
            "model mistral is not installed: ollama pull mistral",
        ),
        (Mode.GARBAGE, LLMErrorKind.BAD_ANSWER, "no JSON answer"),
        (Mode.EMPTY, LLMErrorKind.BAD_ANSWER, "empty answer"),
        (Mode.CUT, LLMErrorKind.TRUNCATED, "answer cut off"),
    ],
)
async def test_every_fault_has_its_kind(
    mode: Mode, kind: LLMErrorKind, detail: str
) -> None:
    async with FakeLLM().open() as fake, ollama_at(fake.endpoint_url) as ollama:
        fake.mode = mode
        is_slow = kind is LLMErrorKind.TIMEOUT
        error = await fault_of(ollama, timeout=1.0 if is_slow else PLENTY)
        assert (error.kind, error.detail) == (kind, detail)
        assert len(fake.requests) == 1  # a fresh connection is not tried twice
        await fake.wait_for(lambda: not fake.in_flight)


async def test_an_endless_answer_is_cut_at_one_mebibyte() -> None:
    async with FakeLLM().open() as fake, ollama_at(fake.endpoint_url) as ollama:
        fake.mode = Mode.ENDLESS
        error = await fault_of(ollama)
        assert error.kind is LLMErrorKind.UNAVAILABLE
        assert error.detail == "answer above 1 MiB"
        await fake.wait_for(lambda: not fake.in_flight)
        assert fake.aborted == 1


@pytest.mark.parametrize(
    "head",
    [
        b"Transfer-Encoding: chunked\r\n\r\n" + 3 * BLANKS,
        b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n" + 3 * BLANKS,
        b"Content-Length: 3000000\r\n\r\n" + 3 * BLANKS,
        b"Connection: close\r\n\r\n" + 3 * BLANKS,
    ],
)
async def test_whatever_a_length_announces_the_cap_holds(head: bytes) -> None:
    async with (
        scripted([b"HTTP/1.1 200 OK\r\n" + head]) as url,
        ollama_at(url) as ollama,
    ):
        error = await fault_of(ollama)
    assert error.kind is LLMErrorKind.UNAVAILABLE
    assert error.detail in ("answer above 1 MiB", "no HTTP answer")


async def test_a_refused_connection_is_called_so() -> None:
    async with FakeLLM().open() as fake, ollama_at(fake.endpoint_url) as ollama:
        await fake.stop_listening()
        error = await fault_of(ollama)
        assert error.kind is LLMErrorKind.UNAVAILABLE
        assert error.detail == "connection refused"
        await fake.start_listening()
        assert (await ollama.attempt(REQUEST, timeout=PLENTY)).text


async def test_a_cancelled_attempt_closes_its_connection() -> None:
    async with FakeLLM().open() as fake, ollama_at(fake.endpoint_url) as ollama:
        fake.mode = Mode.HANG
        task = asyncio.ensure_future(ollama.attempt(REQUEST, timeout=PLENTY))
        await fake.wait_for(lambda: fake.serving == 1)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        await fake.wait_for(lambda: not fake.in_flight)
        assert fake.aborted == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("401 Unauthorized", b"", LLMErrorKind.AUTH),
        ("403 Forbidden", b"", LLMErrorKind.AUTH),
        ("400 Bad Request", b'{"error":"invalid options"}', LLMErrorKind.BAD_REQUEST),
        (
            "400 Bad Request",
            b'{"error":"input exceeds the context length"}',
            LLMErrorKind.TOO_LONG,
        ),
        ("413 Too Large", b"", LLMErrorKind.TOO_LONG),
        ("302 Found", b"", LLMErrorKind.BAD_REQUEST),
        ("502 Bad Gateway", b"<html>", LLMErrorKind.UNAVAILABLE),
    ],
)
async def test_a_status_is_read_and_no_redirect_followed(
    status: str, body: bytes, kind: LLMErrorKind
) -> None:
    answer = reply(body, status=status, Location="http://127.0.0.1:9/")
    async with scripted([answer]) as url, ollama_at(url) as ollama:
        error = await fault_of(ollama)
    assert (error.kind, error.status) == (kind, int(status[:3]))


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0", 0.0), ("soon", None), ("-3", None)]
)
async def test_a_named_wait_is_handed_on(header: str, seconds: float | None) -> None:
    answer = reply(b"", status="429 Too Many Requests", Retry_After=header)
    async with scripted([answer]) as url, ollama_at(url) as ollama:
        assert (await fault_of(ollama)).retry_after == seconds


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({"response": 7}), LLMErrorKind.BAD_ANSWER),
        (reply({"done": True}), LLMErrorKind.BAD_ANSWER),
        (reply([]), LLMErrorKind.BAD_ANSWER),
        (reply(b"[" * 100_000), LLMErrorKind.BAD_ANSWER),
        (reply({"response": "x"})[:-5], LLMErrorKind.UNAVAILABLE),
        (
            reply(b'{"response":"a","done":false}\n{"error":"killed"}\n'),
            LLMErrorKind.UNAVAILABLE,
        ),
        (
            reply(gzip.compress(b'{"response":"x"}', mtime=0), Content_Encoding="gzip"),
            LLMErrorKind.BAD_ANSWER,
        ),
        (b"SSH-2.0-OpenSSH_9.9\r\n", LLMErrorKind.UNAVAILABLE),
        (b"", LLMErrorKind.UNAVAILABLE),
    ],
)
async def test_a_strange_answer_is_never_taken_for_a_completion(
    answer: bytes, kind: LLMErrorKind
) -> None:
    async with scripted([answer]) as url, ollama_at(url) as ollama:
        assert (await fault_of(ollama)).kind is kind


async def test_a_dead_connection_of_the_pool_is_replaced_in_silence() -> None:
    async with scripted([GOOD, b""], [GOOD]) as url, ollama_at(url) as ollama:
        assert (await ollama.attempt(REQUEST, timeout=PLENTY)).text
        answer = await ollama.attempt(REQUEST, timeout=PLENTY)
    assert answer == Answer(text="yes", model="mistral", finish="stop")


async def test_a_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with FakeLLM().open() as fake, ollama_at(fake.endpoint_url) as ollama:
        assert (await ollama.attempt(REQUEST, timeout=PLENTY)).text


async def test_a_prompt_that_would_be_cut_is_not_sent() -> None:
    long = CompletionRequest(prompt="word " * 4_000)
    async with FakeLLM().open() as fake, ollama_at(fake.endpoint_url) as ollama:
        with pytest.raises(LLMError, match="too_long: prompt of 20000 characters"):
            await ollama.attempt(long, timeout=PLENTY)
        assert not fake.requests


async def test_loading_and_asking_never_load_the_model_twice() -> None:
    async with FakeLLM().open() as fake, ollama_at(fake.endpoint_url) as ollama:
        assert await ollama.loaded(timeout=PLENTY) == ()
        await ollama.load(timeout=PLENTY)
        await ollama.attempt(REQUEST, timeout=PLENTY)
        assert await ollama.loaded(timeout=PLENTY) == ("mistral:latest",)
        assert fake.loads == [("mistral:latest", 4096)]
        assert {asked.body["keep_alive"] for asked in fake.requests} == {"30m"}
        assert len(fake.requests) == 2


@pytest.mark.parametrize(
    ("path", "form"),
    [("generate", "GenerateRequest"), ("chat", "ChatRequest")],
)
async def test_the_bodies_are_what_ollama_documents(path: str, form: str) -> None:
    if not DESCRIPTION.exists():
        pytest.skip("Ollama's API description is absent: ../shared/data")
    components = yaml.safe_load(DESCRIPTION.read_text())["components"]
    schema = {"$ref": f"#/components/schemas/{form}", "components": components}
    async with (
        FakeLLM().open() as fake,
        ollama_at(f"{fake.origin}/api/{path}") as ollama,
    ):
        await ollama.attempt(REQUEST, timeout=PLENTY)
        await read_stream(ollama, REQUEST, timeout=PLENTY)
        bodies = [asked.body for asked in fake.requests]
        assert {asked.path for asked in fake.requests} == {f"/api/{path}"}
    for body in bodies:
        jsonschema.Draft202012Validator(schema).validate(body)
        assert set(body) <= set(components["schemas"][form]["properties"])
        known = set(components["schemas"]["ModelOptions"]["properties"])
        assert set(body["options"]) <= known
    asked: dict[str, dict[str, object]] = {
        "generate": {"prompt": REQUEST.prompt, "system": "Judge."},
        "chat": {
            "messages": [
                {"role": "system", "content": "Judge."},
                {"role": "user", "content": REQUEST.prompt},
            ]
        },
    }
    same = {
        "model": "mistral",
        **asked[path],
        "format": json.loads(SCHEMA),
        "think": False,
        "keep_alive": "30m",
        "options": {"num_ctx": 4096, "num_predict": 99, "temperature": 0.1},
    }
    assert bodies == [{**same, "stream": False}, {**same, "stream": True}]


@pytest.mark.parametrize("path", ["generate", "chat"])
async def test_loading_and_unloading_are_what_ollama_documents(path: str) -> None:
    if not DESCRIPTION.exists():
        pytest.skip("Ollama's API description is absent: ../shared/data")
    components = yaml.safe_load(DESCRIPTION.read_text())["components"]
    schema = {"$ref": "#/components/schemas/GenerateRequest", "components": components}
    async with (
        FakeLLM().open() as fake,
        ollama_at(f"{fake.origin}/api/{path}") as ollama,
    ):
        await ollama.load(timeout=PLENTY)
        await ollama.unload(timeout=PLENTY)
        assert {asked.path for asked in fake.requests} == {"/api/generate"}
        for asked in fake.requests:
            jsonschema.Draft202012Validator(schema).validate(asked.body)
