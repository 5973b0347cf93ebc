"""Reads posted alerts with the model and tells the true reason when it cannot."""

import logging
import random
from dataclasses import replace
from typing import Protocol

from catalyst_bot.card_state import Analysis, Phase
from catalyst_bot.clock import Clock
from catalyst_bot.documents.model import Document
from catalyst_bot.enrichment.prompt import NEEDED, build_request, shown_of
from catalyst_bot.enrichment.verdict import UnusableAnswer, read_verdict
from catalyst_bot.llm.model import (
    Condition,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.structured import Asker, Structured
from catalyst_bot.model import Alert, NewsItem

# Seconds from the post in which the document behind an alert may come; of a shorter
# deadline a third.
DOCUMENT_PATIENCE, DOCUMENT_SHARE = 2.0, 3
HEADLINE = "headline"  # what was read where no document came
LATE_AT_ONCE = 100  # late alerts that wait in memory; the best of them go first

logger = logging.getLogger(__name__)

_PHASES = {
    LLMErrorKind.TIMEOUT: Phase.TIMED_OUT,
    LLMErrorKind.BUSY: Phase.BUSY,
    LLMErrorKind.BAD_ANSWER: Phase.UNUSABLE,
    LLMErrorKind.BAD_JSON: Phase.UNUSABLE,
    LLMErrorKind.TRUNCATED: Phase.UNUSABLE,
}  # every other kind: OFFLINE, with its own words
_UNUSABLE = (
    LLMErrorKind.BAD_ANSWER,
    LLMErrorKind.BAD_JSON,
    LLMErrorKind.TRUNCATED,
)


class Client(Protocol):
    """A guarded model server."""

    @property
    def is_available(self) -> bool: ...

    @property
    def is_well(self) -> bool: ...

    def retry_in(self) -> float: ...

    def obstacle(self) -> str: ...

    def conditions(self) -> tuple[Condition, ...]: ...

    async def warm_up(self) -> None: ...

    async def tend(self) -> None: ...

    async def drop_if_idle(self, seconds: float) -> None: ...


class Documents(Protocol):
    """Has the documents behind alerts."""

    async def at_once(self, item: NewsItem, *, within: float) -> Document | None:
        """Return the document behind an item, None if it is not there in time."""


class NoDocuments:
    """Stands where nobody fetches documents: in a script that sends one alert."""

    async def at_once(self, item: NewsItem, *, within: float) -> Document | None:  # noqa: ARG002
        """Return None."""
        return None


class LLMEnricher:
    """Explains alerts; an LLM error becomes a phase with its reason, never an error.

    `client` is how the model is, `asks` asks it, perhaps with a cache between them.
    `deadline` is LLM_ENRICH_DEADLINE_SECS, from the post.
    """

    def __init__(
        self,
        client: Client,
        *,
        asks: Asker,
        clock: Clock,
        model: str,
        deadline: float,
        fence: random.Random,
        documents: Documents | None = None,
    ) -> None:
        self._asks = asks
        self._client, self._clock, self._model = client, clock, model
        self._deadline, self._fence = deadline, fence
        self._documents = documents or NoDocuments()

    def first(self, *, posted: float) -> Analysis:
        """Return how a card posted at `posted` (unix seconds) begins."""
        if self._client.is_available:
            due = posted + self._deadline
            return Analysis(phase=Phase.PENDING, due=due, model=self._model)
        return self._unreachable()

    async def read(self, alert: Alert, *, within: float) -> Analysis:
        """Return the verdict on an alert, or why there is none, in `within` seconds."""
        try:
            since_post = self._deadline - within
            patience = DOCUMENT_PATIENCE - since_post
            return await self._read(alert, within, patience, _lane_of(alert))
        except LLMError as error:
            if error.kind is LLMErrorKind.CIRCUIT_OPEN:
                return self._unreachable()
            return self._failed(error)

    async def read_late(self, alert: Alert, *, within: float) -> Analysis | None:
        """Return the verdict on an alert, read while the model has nothing else to do.

        The most valuable goes first. None: the model was sick, or others took all its
        time, and it may be asked again.
        """
        try:
            return await self._read(alert, within, DOCUMENT_PATIENCE, Lane.LATE)
        except LLMError as error:  # the client has logged it; the card keeps its state
            return self._failed(error) if self._is_the_alerts(error) else None

    def _is_the_alerts(self, error: LLMError) -> bool:
        """Tell whether this alert would fare no better: the model itself is well."""
        if error.kind is LLMErrorKind.TIMEOUT:
            return self._client.is_well
        return error.kind in _UNUSABLE

    @property
    def late_room(self) -> int:
        """Return how many late alerts may wait for the model: one to try a sick one."""
        if not self._client.is_available:
            return 0
        return LATE_AT_ONCE if self._client.is_well else 1

    def status(self) -> str:
        """Return one line for a person, on each provider."""
        return "; ".join(one.line for one in self.conditions())

    def conditions(self) -> tuple[Condition, ...]:
        """Return how each provider is now, in the order in which they are asked."""
        return self._client.conditions()

    async def warm_up(self) -> None:
        """Load the model and open the connections; a failure is one log line."""
        await self._client.warm_up()

    async def tend(self) -> None:
        """Give the model's memory back when it falls sick; never return."""
        await self._client.tend()

    async def drop_if_idle(self, seconds: float) -> None:
        """Give the model's memory back when nobody has asked for so long."""
        await self._client.drop_if_idle(seconds)

    def _failed(self, error: LLMError) -> Analysis:
        phase = _PHASES.get(error.kind, Phase.OFFLINE)
        return Analysis(
            phase=phase,
            detail=_detail(error),
            model=self._model,
            seconds=self._deadline if phase is Phase.TIMED_OUT else 0.0,
        )

    async def _read(
        self, alert: Alert, within: float, patience: float, lane: Lane
    ) -> Analysis:
        """Ask with the document behind the alert, if it comes within `patience`."""
        began, document = self._clock.monotonic(), None
        if self._client.is_available:
            patience = min(patience, within / DOCUMENT_SHARE)
            document = await self._documents.at_once(alert.item, within=patience)
        left = within - (self._clock.monotonic() - began)
        if document is None or not (shown := shown_of(document)):
            return await self._ask(alert, "", left, lane)
        try:
            analysis = await self._ask(alert, shown, left, lane)
        except LLMError as error:
            if error.kind is not LLMErrorKind.TOO_LONG:
                raise
            return await self._ask(alert, "", left, lane)
        named = " + ".join(document.parts)
        return replace(analysis, read=named) if analysis.verdict else analysis

    async def _ask(
        self, alert: Alert, document: str, within: float, lane: Lane
    ) -> Analysis:
        request = build_request(alert.item, fence=self._fence, document=document)
        read = await self._asks.ask(
            request, within=within, value=alert.value, lane=lane, needed=NEEDED
        )
        answer = read.completion
        logger.debug("model answered", extra={"id": alert.id, **_spent(read)})
        model = answer.model or self._model
        try:
            verdict = read_verdict(
                read.value, alert.item, alert.sentiment, document=document
            )
        except UnusableAnswer as unusable:
            why = f"unusable answer ({unusable.why})"
            return Analysis(
                phase=Phase.UNUSABLE,
                detail=why,
                model=model,
                provider=answer.provider,
            )
        return Analysis(
            phase=Phase.ANALYSED,
            read=HEADLINE,
            verdict=verdict,
            headline=alert.item.title,
            model=model,
            provider=answer.provider,
            seconds=answer.service_s,
            related=answer.related,
        )

    def _unreachable(self) -> Analysis:
        wait = self._client.retry_in()  # 0.0: a probe is on its way
        retry = self._clock.unix() + wait if wait else 0.0
        return Analysis(
            phase=Phase.OFFLINE,
            detail=self._client.obstacle(),
            model=self._model,
            retry=retry,
        )


def _spent(read: Structured) -> dict[str, object]:
    """Return what an answer took, for the log."""
    answer = read.completion
    return {
        "queue_s": round(answer.queue_s, 3),
        "service_s": round(answer.service_s, 3),
        "attempts": answer.attempts,
        "tokens": answer.prompt_tokens + answer.completion_tokens,
        "cached": answer.cached,
        "rung": read.rung.value,
    }


def _lane_of(alert: Alert) -> Lane:
    """Return where an alert waits: what moves a price at once goes before all news."""
    return Lane.BREAKING if alert.breaking else Lane.ALERT


def _detail(error: LLMError) -> str:
    if error.kind is LLMErrorKind.BUSY:
        if not error.ahead:
            return "the model needs longer than is left"
        return f"{error.ahead} {'alert' if error.ahead == 1 else 'alerts'} ahead"
    if error.kind in _UNUSABLE:
        return f"unusable answer ({error.detail})"
    return error.detail
