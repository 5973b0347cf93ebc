"""Whom the readers ask."""

from collections.abc import Sequence
from typing import Protocol

from catalyst_bot.llm.model import CompletionRequest, Lane
from catalyst_bot.llm.structured import Structured


class Asker(Protocol):
    """Asks for an object with a schema; `llm.structured` is one."""

    async def ask(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
        needed: Sequence[str] = (),
    ) -> Structured: ...
