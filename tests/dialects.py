"""Each dialect between a provider and the simulated server that speaks it."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError
from catalyst_bot.llm.providers.offers import Cloud, CloudName, Local, Provider
from catalyst_bot.llm.providers.offers import build_provider as build
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.ops.secret import Secret
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_anthropic import FakeAnthropic
from catalyst_bot.simulation.llm_cloud import KEY, CloudServer
from catalyst_bot.simulation.llm_gemini import FakeGemini
from catalyst_bot.simulation.llm_openai import FakeOpenAI
from catalyst_bot.simulation.llm_server import ModelServer

CLOUDS = ("openai", "gemini", "anthropic")
DIALECTS = ("generate", "chat", "own openai", *CLOUDS)


def cloud_server(name: str) -> FakeOpenAI | FakeGemini | FakeAnthropic:
    """Return a simulated cloud that is not open yet."""
    if name == "openai":
        return FakeOpenAI()
    return FakeGemini() if name == "gemini" else FakeAnthropic()


def cloud_offer(
    server: FakeOpenAI | FakeGemini | FakeAnthropic, *, key: str = KEY
) -> Cloud:
    """Return the offer of an open cloud."""
    names: dict[type[CloudServer], CloudName] = {
        FakeOpenAI: "openai",
        FakeGemini: "gemini",
        FakeAnthropic: "anthropic",
    }
    return Cloud(
        name=names[type(server)],
        key=Secret(key),
        base=server.base_url,
        model=server.models[0],
    )


@asynccontextmanager
async def open_dialect(name: str) -> AsyncIterator[tuple[ModelServer, Provider]]:
    """Open a simulated server and the provider that asks it."""
    async with open_wire() as wire:
        if name in CLOUDS:
            async with cloud_server(name).open() as cloud:
                yield cloud, build(cloud_offer(cloud), wire=wire)
        elif name == "own openai":
            async with FakeOpenAI(takes_keys=False).open() as own:
                local = Local(endpoint_url=own.base_url, model=own.models[0])
                yield own, build(local, wire=wire)
        else:
            async with FakeLLM().open() as fake:
                url = f"{fake.origin}/api/{name}"
                local = Local(endpoint_url=url, model="mistral")
                yield fake, build(local, wire=wire)


async def read_stream(
    provider: Provider, request: CompletionRequest, *, timeout: float
) -> tuple[list[str], Answer | LLMError]:
    """Return the pieces of a stream and what it ended with."""
    pieces: list[str] = []
    try:
        async with aclosing(provider.stream(request, timeout=timeout)) as parts:
            async for part in parts:
                if isinstance(part, Answer):
                    return pieces, part
                pieces.append(part)
    except LLMError as error:
        return pieces, error
    raise AssertionError("a stream without an end")
