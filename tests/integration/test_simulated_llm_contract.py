"""The simulated LLM server takes and gives what Ollama's description says."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from jsonschema import Draft202012Validator

from catalyst_bot.simulation.llm import FakeLLM
from tests.llm_client import ask, body

DOCUMENT = Path(__file__).parents[3] / "shared" / "data" / "ollama-openapi.yaml"
absent = (
    "" if DOCUMENT.is_file() else f"Ollama's OpenAPI document is absent: {DOCUMENT}"
)
CURL_BODY = re.compile(r"-d '(\{.*\})'", re.DOTALL)
needs_document = pytest.mark.skipif(bool(absent), reason=absent or "present")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with FakeLLM().open() as llm, aiohttp.ClientSession(llm.origin) as opened:
        yield opened


@pytest.mark.parametrize(
    "fault",
    [
        {"promt": "x"},
        {"model": ""},
        {"stream": "no"},
        {"think": True},
        {"options": []},
        {"messages": []},
    ],
)
async def test_a_body_that_ollama_would_not_understand_is_refused(
    session: aiohttp.ClientSession, fault: dict[str, Any]
) -> None:
    status, answer = await ask(session, {**body(), **fault})
    assert status == 400
    assert answer["error"]


async def test_tags_and_version_are_served(session: aiohttp.ClientSession) -> None:
    async with session.get("/api/tags") as response:
        assert (await response.json())["models"][0]["name"] == "mistral:latest"
    async with session.get("/api/version") as response:
        assert (await response.json())["version"]


@needs_document
async def test_every_documented_request_is_taken(
    session: aiohttp.ClientSession,
) -> None:
    paths = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    for path in ("/api/generate", "/api/chat"):
        samples = paths[path]["post"]["x-codeSamples"]
        found = [CURL_BODY.search(sample["source"]) for sample in samples]
        bodies = [json.loads(match.group(1)) for match in found if match]
        assert len(bodies) >= 5
        for documented in bodies:
            asked = {**documented, "model": "mistral", "think": False}
            async with session.post(path, json=asked) as response:
                assert response.status == 200, (asked, await response.text())


@needs_document
async def test_answers_have_the_documented_form(
    session: aiohttp.ClientSession,
) -> None:
    schemas = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))["components"]
    known = schemas["schemas"]["GenerateResponse"]
    _, answer = await ask(session)
    assert set(answer) <= set(known["properties"])
    bare = {name: form for name, form in known["properties"].items() if "type" in form}
    bare.pop("logprobs")  # the only one that refers to another schema
    Draft202012Validator({"type": "object", "properties": bare}).validate(answer)
