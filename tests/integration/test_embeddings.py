"""Vectors from the LLM server's own endpoint, and the tier that lives on them."""

import math
from collections.abc import AsyncIterator

import pytest

from catalyst_bot.llm.embeddings import Embedder, nearness
from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.llm.model import LLMError
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.servers import RawServer, http, raw_server


@pytest.fixture
async def raw() -> AsyncIterator[RawServer]:
    async with raw_server() as server:
        yield server


async def test_near_texts_have_near_vectors_of_length_one() -> None:
    async with FakeLLM().open() as model, open_wire() as wire:
        endpoints = endpoints_of(model.endpoint_url)
        embedder = Embedder(wire, endpoints=endpoints, model="nomic-embed-text")
        one = await embedder.embed("Acme beats estimates")
        same = await embedder.embed("Estimates: Acme beats")
        other = await embedder.embed("Bolt sells a mine in Chile")
    assert math.isclose(nearness(one, one), 1.0, abs_tol=1e-6)
    assert math.isclose(nearness(one, same), 1.0, abs_tol=1e-6)
    assert nearness(one, other) < 0.5
    assert nearness(one, one[:5]) == 0.0
    assert model.embedded[0] == "Acme beats estimates"


async def test_the_other_dialect_is_understood_too(raw: RawServer) -> None:
    body = b'{"data": [{"embedding": [3.0, 4.0]}], "model": "m"}'
    raw.answers["/v1/embeddings"] = http("200 OK", body)
    async with open_wire() as wire:
        embedder = Embedder(wire, endpoints=endpoints_of(f"{raw.url}/v1"), model="m")
        vector = await embedder.embed("Acme")
    assert [round(number, 3) for number in vector] == [0.6, 0.8]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("404 Not Found", b'{"error": "model not found"}'),
        ("500 Internal Server Error", b"{}"),
        ("200 OK", b"nonsense"),
        ("200 OK", b"[]"),
        ("200 OK", b'{"embeddings": []}'),
        ("200 OK", b'{"embeddings": [["a"]]}'),
        ("200 OK", b'{"embeddings": [[0.0, 0.0]]}'),
        ("200 OK", b'{"embeddings": [[]]}'),
        ("200 OK", b'{"embeddings": [[1e999]]}'),
    ],
)
async def test_what_is_no_vector_is_an_error(
    raw: RawServer, status: str, body: bytes
) -> None:
    raw.answers["/api/embed"] = http(status, body)
    async with open_wire() as wire:
        endpoints = endpoints_of(f"{raw.url}/api/generate")
        with pytest.raises(LLMError):
            await Embedder(wire, endpoints=endpoints, model="m").embed("Acme")


async def test_a_sick_server_gives_none() -> None:
    async with FakeLLM().open() as model, open_wire() as wire:
        model.mode = Mode.HTTP_500
        endpoints = endpoints_of(model.endpoint_url)
        with pytest.raises(LLMError):
            await Embedder(wire, endpoints=endpoints, model="m").embed("Acme")
