"""What a provider may cost in a day, kept before the money is spent and not after."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date

from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.providers.offers import Provider
from catalyst_bot.llm.providers.openai import THOUGHTS

_BYTES_PER_TOKEN = 3  # English has four and more: an estimate on the dear side
_MILLION = 1_000_000
# After these the server may have worked in vain, and billed it.
_PERHAPS_BILLED = (
    LLMErrorKind.TIMEOUT,
    LLMErrorKind.BAD_ANSWER,
    LLMErrorKind.TRUNCATED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most of one UTC day, 0: no limit; prices in USD for a million tokens."""

    requests: int = 0
    tokens: int = 0
    usd: float = 0.0
    usd_per_mtok_in: float = 0.0
    usd_per_mtok_out: float = 0.0

    def price(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost, in USD."""
        dear = completion_tokens * self.usd_per_mtok_out
        return (prompt_tokens * self.usd_per_mtok_in + dear) / _MILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was used up on one UTC day."""

    day: date
    requests: int = 0
    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            day=self.day,
            requests=self.requests + other.requests,
            tokens=self.tokens + other.tokens,
            usd=self.usd + other.usd,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How far one provider is with its UTC day."""

    provider: str
    spent: Spent
    caps: Caps


class Budget:
    """What is left of a provider's day; a request is paid for before it is sent.

    It pays the most that it can cost, and gets back what it did not: so requests in
    flight cannot pass a cap together.
    """

    def __init__(self, caps: Caps, *, today: Callable[[], date]) -> None:
        self.caps, self._today = caps, today
        self._spent = Spent(day=today())

    @property
    def spent(self) -> Spent:
        """Return what was used up today."""
        today = self._today()
        if self._spent.day != today:
            self._spent = Spent(day=today)
        return self._spent

    def resume(self, spent: Spent) -> None:
        """Go on where an earlier process ended, if that was today."""
        if spent.day == self._today():
            self._spent = self.spent + spent

    def reserve(self, request: CompletionRequest) -> Spent:
        """Pay for one attempt at a request; return what it may cost at most.

        Raises:
            LLMError: spend_limit, when the day has not so much left.
        """
        prompt = len(f"{request.system}{request.prompt}{request.schema}".encode())
        given = prompt // _BYTES_PER_TOKEN + 1
        most = request.max_tokens + THOUGHTS
        hold = Spent(
            day=self._today(),
            requests=1,
            tokens=given + most,
            usd=self.caps.price(given, most),
        )
        after = self.spent + hold
        if fault := self._fault_of(after):
            raise LLMError(LLMErrorKind.SPEND_LIMIT, fault)
        self._spent = after
        return hold

    def settle(self, hold: Spent, answer: Answer) -> None:
        """Give back what the answer did not cost, if the server says what it did."""
        given, written = answer.prompt_tokens, answer.completion_tokens
        if given or written:
            cost = self.caps.price(given, written)
            self._correct(hold, tokens=given + written, usd=cost)

    def release(self, hold: Spent) -> None:
        """Give back all but the request itself: it was refused, or not received."""
        self._correct(hold, tokens=0, usd=0.0)

    def _correct(self, hold: Spent, *, tokens: int, usd: float) -> None:
        spent = self.spent
        if hold.day == spent.day:  # else it is of a day that is over
            self._spent = replace(
                spent,
                tokens=spent.tokens - hold.tokens + tokens,
                usd=max(0.0, spent.usd - hold.usd + usd),
            )

    def _fault_of(self, after: Spent) -> str:
        caps = self.caps
        if caps.requests and after.requests > caps.requests:
            return f"our limit of {caps.requests} requests a day is reached"
        if caps.tokens and after.tokens > caps.tokens:
            return f"our limit of {caps.tokens} tokens a day is reached"
        if caps.usd and after.usd > caps.usd:
            return f"our limit of {caps.usd:g} USD a day is reached"
        return ""


class Metered:
    """A provider that keeps to a budget; everything else it leaves to the other."""

    def __init__(self, provider: Provider, budget: Budget) -> None:
        self.name = provider.name
        self._provider, self._budget = provider, budget

    async def attempt(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> Answer:
        """Return the answer to a request sent once, if there is money for it.

        Raises:
            LLMError: spend_limit, or whatever the provider raises.
        """
        hold = self._budget.reserve(request)
        try:
            answer = await self._provider.attempt(request, timeout=timeout)
        except LLMError as error:
            self._failed(hold, error)
            raise
        self._budget.settle(hold, answer)
        return answer

    async def stream(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> AsyncGenerator[str | Answer, None]:
        """Yield the answer in pieces, and last as a whole, if there is money for it.

        Raises:
            LLMError: spend_limit, or whatever the provider raises.
        """
        hold = self._budget.reserve(request)
        try:
            async with aclosing(
                self._provider.stream(request, timeout=timeout)
            ) as all_:
                async for part in all_:
                    if isinstance(part, Answer):
                        self._budget.settle(hold, part)
                    yield part
        except LLMError as error:
            self._failed(hold, error)
            raise

    async def check(self, *, timeout: float) -> None:
        """Return when a request would be served, as far as a free look tells."""
        await self._provider.check(timeout=timeout)

    async def load(self, *, timeout: float) -> None:
        """Do what the provider does."""
        await self._provider.load(timeout=timeout)

    async def loaded(self, *, timeout: float) -> tuple[str, ...]:
        """Return what the provider returns."""
        return await self._provider.loaded(timeout=timeout)

    async def unload(self, *, timeout: float) -> None:
        """Do what the provider does."""
        await self._provider.unload(timeout=timeout)

    def _failed(self, hold: Spent, error: LLMError) -> None:
        if error.kind not in _PERHAPS_BILLED:
            self._budget.release(hold)
