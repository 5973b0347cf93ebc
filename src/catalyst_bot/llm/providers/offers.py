"""Which servers may be asked, as plain values, and the providers they become."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

from catalyst_bot.llm.endpoints import Speech, endpoints_of
from catalyst_bot.llm.model import Answer, CompletionRequest
from catalyst_bot.llm.providers.anthropic import Anthropic
from catalyst_bot.llm.providers.gemini import Gemini
from catalyst_bot.llm.providers.ollama import Ollama
from catalyst_bot.llm.providers.openai import OpenAI
from catalyst_bot.llm.wire import Wire
from catalyst_bot.ops.secret import Secret

CloudName = Literal["openai", "gemini", "anthropic"]


class Provider(Protocol):
    """A server that completes prompts, one attempt at a time."""

    name: str

    async def attempt(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> Answer:
        """Return the answer to a request sent once; None: the caller keeps the time."""
        ...

    def stream(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> AsyncGenerator[str | Answer, None]:
        """Yield the answer in pieces, and last as a whole."""
        ...

    async def check(self, *, timeout: float) -> None:
        """Return when a request would be served, as far as a free look tells."""
        ...

    async def load(self, *, timeout: float) -> None: ...

    async def loaded(self, *, timeout: float) -> tuple[str, ...]:
        """Return what is in the server's memory, () where that is not to be told."""
        ...

    async def unload(self, *, timeout: float) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """A server of our own; its URL says which dialect it speaks."""

    endpoint_url: str
    model: str
    name: Literal["ollama"] = "ollama"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """A model of somebody else; `base` has no last slash."""

    name: CloudName
    key: Secret
    base: str
    model: str


def build_provider(offer: Local | Cloud, *, wire: Wire) -> Provider:
    """Return the provider of an offer.

    Raises:
        ValueError: the URL of a local server names no dialect.
    """
    if isinstance(offer, Local):
        return build_local(offer, wire=wire)
    key = offer.key.reveal()
    match offer.name:
        case "openai":
            return OpenAI(
                wire, name=offer.name, base=offer.base, model=offer.model, key=key
            )
        case "gemini":
            return Gemini(wire, base=offer.base, model=offer.model, key=key)
        case "anthropic":
            return Anthropic(wire, base=offer.base, model=offer.model, key=key)


def build_local(offer: Local, *, wire: Wire) -> Ollama | OpenAI:
    """Return the provider of a server of our own.

    Raises:
        ValueError: its URL names no dialect.
    """
    endpoints = endpoints_of(offer.endpoint_url)
    if endpoints.speech is Speech.OPENAI:
        return OpenAI(wire, name=offer.name, base=endpoints.asked, model=offer.model)
    return Ollama(wire, endpoints=endpoints, model=offer.model)
