"""Stands in for the layers below the one under test."""

from collections.abc import Callable
from dataclasses import replace

from catalyst_bot.llm.model import Completion, CompletionRequest, Lane, LLMError

Answerer = Callable[[CompletionRequest], str | LLMError]


def completion(text: str = "yes", *, service_s: float = 0.1) -> Completion:
    return Completion(
        text=text,
        provider="ollama",
        model="mistral",
        finish="stop",
        attempts=1,
        prompt_tokens=40,
        completion_tokens=10,
        queue_s=0.0,
        service_s=service_s,
    )


class ScriptedLLM:
    """Answers by `answer`; `asked` has the requests, oldest first."""

    def __init__(self, answer: Answerer = lambda request: request.prompt) -> None:
        self.answer = answer
        self.asked: list[CompletionRequest] = []

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        self.asked.append(request)
        answer = self.answer(request)
        if isinstance(answer, LLMError):
            raise answer
        return completion(answer)


class KeepingLLM(ScriptedLLM):
    """Answers an equal question from memory, as the cache does."""

    def __init__(self, answer: Answerer = lambda request: request.prompt) -> None:
        super().__init__(answer)
        self._kept: dict[str, Completion] = {}

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        if request.prompt in self._kept:
            return replace(self._kept[request.prompt], cached=True)
        found = await super().complete(request, within=within, value=value, lane=lane)
        self._kept[request.prompt] = found
        return found
