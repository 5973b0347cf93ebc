"""Counts every question to the model: who asked, who answered, what it cost."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from statistics import quantiles

from catalyst_bot.llm.model import Completion, CompletionRequest, Lane, LLMError
from catalyst_bot.llm.stats import (
    NOBODY,
    Count,
    Spread,
    Stats,
    error_name,
    rows_of,
    total_of,
)
from catalyst_bot.llm.structured import Completer
from catalyst_bot.ops.metrics import Metrics

_SAMPLES = 512


class Usage:
    """The books of one process, by UTC day, provider and purpose.

    `cost` gives the price of a completion in USD, 0.0 where nobody is paid.
    """

    def __init__(
        self,
        *,
        metrics: Metrics,
        unix: Callable[[], float],
        cost: Callable[[Completion], float],
    ) -> None:
        self._metrics, self._unix, self._cost = metrics, unix, cost
        self._all: dict[tuple[str, str, str, str], float] = {}
        self._new: dict[tuple[str, str, str, str], float] = {}
        self._queue: deque[float] = deque(maxlen=_SAMPLES)
        self._service: deque[float] = deque(maxlen=_SAMPLES)

    def answered(self, request: CompletionRequest, completion: Completion) -> None:
        """Note an answer, asked for or cached."""
        labels = completion.provider, request.purpose
        result = "cached" if completion.cached else "ok"
        self._metrics.llm_calls.labels(*labels, result).inc()
        self._add(*labels, _spent(completion))
        tokens = self._metrics.llm_tokens
        if completion.cached:
            tokens.labels(*labels, "saved").inc(_tokens(completion))
            return
        tokens.labels(*labels, "prompt").inc(completion.prompt_tokens)
        tokens.labels(*labels, "completion").inc(completion.completion_tokens)
        cost = self._cost(completion)
        self._metrics.llm_cost_usd.labels(*labels).inc(cost)
        self._add(*labels, [("cost_usd", cost)])
        self._metrics.llm_queue.observe(completion.queue_s)
        self._metrics.llm_service.observe(completion.service_s)
        self._queue.append(completion.queue_s)
        self._service.append(completion.service_s)

    def failed(self, request: CompletionRequest, error: LLMError) -> None:
        """Note a question that nobody answered."""
        self._metrics.llm_calls.labels(NOBODY, request.purpose, error.kind.value).inc()
        spent = [(error_name(error.kind.value), 1), ("attempts", error.attempts)]
        self._add(NOBODY, request.purpose, spent)

    def stats(self) -> Stats:
        """Return the sums since the start."""
        counts = list(_flat(self._all))
        return Stats(
            total=total_of(counts),
            rows=rows_of(counts),
            queue=_spread(self._queue),
            service=_spread(self._service),
        )

    def take_new(self) -> tuple[Count, ...]:
        """Return what was not taken before, for a file that adds it up."""
        new, self._new = tuple(_flat(self._new)), {}
        return new

    def give_back(self, counts: Sequence[Count]) -> None:
        """Have counts that could not be written taken again."""
        for *key, amount in counts:
            day, provider, purpose, name = map(str, key)
            _raise(self._new, (day, provider, purpose, name), amount)

    def _add(
        self, provider: str, purpose: str, amounts: Sequence[tuple[str, float]]
    ) -> None:
        day = datetime.fromtimestamp(self._unix(), UTC).date().isoformat()
        for name, amount in amounts:
            if amount:
                _raise(self._all, (day, provider, purpose, name), amount)
                _raise(self._new, (day, provider, purpose, name), amount)


class MeteredLLM:
    """The outermost layer: completes through `inner` and keeps the books."""

    def __init__(self, inner: Completer, usage: Usage) -> None:
        self._inner, self._usage = inner, usage

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        """Return the completion of a request within `within` seconds.

        Raises:
            LLMError: why there is none.
        """
        try:
            completion = await self._inner.complete(
                request, within=within, value=value, lane=lane
            )
        except LLMError as error:
            self._usage.failed(request, error)
            raise
        self._usage.answered(request, completion)
        return completion


def _spent(completion: Completion) -> list[tuple[str, float]]:
    if completion.cached:
        tokens = _tokens(completion)
        return [
            ("cached", 1),
            ("saved_tokens", tokens),
            ("saved_s", completion.saved_s),
        ]
    return [
        ("ok", 1),
        ("attempts", completion.attempts),
        ("prompt_tokens", completion.prompt_tokens),
        ("completion_tokens", completion.completion_tokens),
        ("queue_s", completion.queue_s),
        ("service_s", completion.service_s),
    ]


def _tokens(completion: Completion) -> int:
    return completion.prompt_tokens + completion.completion_tokens


def _flat(sums: dict[tuple[str, str, str, str], float]) -> Iterator[Count]:
    return ((*key, amount) for key, amount in sums.items())


def _raise(
    sums: dict[tuple[str, str, str, str], float],
    key: tuple[str, str, str, str],
    amount: float,
) -> None:
    sums[key] = sums.get(key, 0.0) + amount


def _spread(samples: Sequence[float]) -> Spread:
    if len(samples) < 2:
        only = samples[0] if samples else 0.0
        return Spread(p50=only, p95=only)
    cuts = quantiles(samples, n=20, method="inclusive")
    return Spread(p50=cuts[9], p95=cuts[18])
