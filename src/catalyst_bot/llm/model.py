"""What is asked of a language model, what comes back, and every way it can fail.

CatalystError
└── LLMError           no completion was produced; `kind` says why
    ├── timeout        no answer within the deadline; a later request may succeed
    ├── unavailable    refused, reset, 5xx, cut or endless answer; it was retried
    ├── circuit_open   not sent: the server failed too often; see `retry_in`
    ├── rate_limited   429; not before `retry_after`
    ├── busy           not sent: `ahead` requests had to be served first
    ├── bad_request    the server rejects what we send; a defect or a wrong setting
    ├── too_long       the prompt does not fit the model's context
    ├── model_missing  the operator must pull the model
    ├── auth           the operator must fix the access to the server
    ├── spend_limit    the money or the quota is used up; not before `retry_after`
    ├── bad_answer     it answered, but not with a completion
    ├── bad_json       it answered, but not with what the schema asks for
    └── truncated      the answer was cut off at `max_tokens`; see `partial`
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from catalyst_bot.errors import CatalystError


class Lane(IntEnum):
    """Who asks: whatever waits in a smaller one goes before the rest.

    LATE goes only while nothing else is asked. The library's high, normal and low are
    ALERT, INTERACTIVE and BATCH.
    """

    BREAKING = 0
    ALERT = 1
    INTERACTIVE = 2
    BATCH = 3
    LATE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a request is about, for finding it in other words: see `semantic`.

    Two stories whose `facts` differ are never taken for one, however near their texts.
    """

    title: str  # how it is named to a person
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """One question; the constant part belongs into `system`: servers cache prefixes.

    `schema` is the JSON schema of the answer as JSON text, "" for free text.
    `max_tokens` bounds the answer, `temperature` is 0 (repeatable) to 2 (wild).
    `subject` says what the prompt is about where its text cannot: two prompts with the
    same subject differ in nothing that matters, a random fence say. `purpose` is under
    whose name the usage is counted, one of a few. `in_pieces`: it comes as a stream, so
    that a deadline which cuts it leaves what came before, in the error's `partial`.

    Raises:
        ValueError: the prompt is empty, or a number is out of its range.
    """

    prompt: str
    system: str = ""
    schema: str = ""
    max_tokens: int = 512
    temperature: float = 0.1
    subject: tuple[str, ...] = ()
    purpose: str = field(default="other", compare=False)
    story: Story | None = field(default=None, compare=False)
    in_pieces: bool = field(default=False, compare=False)

    @property
    def question(self) -> Hashable:
        """Return what two requests have in common that one answer serves."""
        return (
            self.subject,
            "" if self.subject else self.prompt,
            self.system,
            self.schema,
            self.max_tokens,
            self.temperature,
        )

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise ValueError("prompt is empty")
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens must be at least 1, not {self.max_tokens}")
        if not 0.0 <= self.temperature <= 2.0:
            raise ValueError(f"temperature must be 0 to 2, not {self.temperature}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a provider read from one good response; token counts are 0 if unknown."""

    text: str
    model: str
    finish: str  # why it ended, in the server's word: "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    times: "ServerTimes | None" = None  # of a server that tells them


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTimes:
    """What the server itself says of one answer, in seconds."""

    waited: float  # in its own queue
    worked: float  # on the prompt and the answer
    loaded: float  # the model, before that


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A complete answer and what it cost; times in seconds."""

    text: str
    provider: str
    model: str
    finish: str
    attempts: int
    prompt_tokens: int
    completion_tokens: int
    queue_s: float  # everything before the last attempt: waiting, retries, back-off
    service_s: float  # the last attempt
    cached: bool = False  # nobody was asked for it; the tokens were not spent
    saved_s: float = 0.0  # what a cached one took when it was new
    related: tuple[str, ...] = ()  # titles of near stories, the nearest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How one provider is now."""

    state: str  # of the circuit: "closed", "half-open", "open"; "off": it is left out
    provider: str
    model: str = ""
    in_flight: int = 0
    waiting: int = 0
    limit: int = 0  # requests that it is given at a time
    retry_in: float = 0.0  # seconds until an open circuit is probed
    fault: str = ""  # the last one, "" since the last good answer

    @property
    def line(self) -> str:
        """Return it for a person: circuit, load and the last fault."""
        if self.state == "off":
            return f"{self.provider}: off, {self.fault}"
        load = f"{self.in_flight} in flight, {self.waiting} waiting"
        fault = f", last fault: {self.fault}" if self.fault else ""
        return f"{self.provider}: circuit {self.state}, {load}{fault}"


class LLMErrorKind(StrEnum):
    """Why there is no completion; the module's docstring says what to do about it."""

    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    CIRCUIT_OPEN = "circuit_open"
    RATE_LIMITED = "rate_limited"
    BUSY = "busy"
    BAD_REQUEST = "bad_request"
    TOO_LONG = "too_long"
    MODEL_MISSING = "model_missing"
    AUTH = "auth"
    SPEND_LIMIT = "spend_limit"
    BAD_ANSWER = "bad_answer"
    BAD_JSON = "bad_json"
    TRUNCATED = "truncated"


class LLMError(CatalystError):
    """No completion was produced.

    `detail` is short, ours, and fit for an operator; it never quotes the server.
    `status` is the HTTP status or 0; `attempts` how many were sent; `retry_after` the
    seconds a server asked us to wait, None when it named none; `ahead` see `busy`;
    `partial` is the text that came before a cut.
    """

    def __init__(
        self,
        kind: LLMErrorKind,
        detail: str,
        *,
        status: int = 0,
        attempts: int = 0,
        retry_after: float | None = None,
        ahead: int = 0,
        partial: str = "",
    ) -> None:
        self.kind = kind
        self.detail = detail
        self.status = status
        self.attempts = attempts
        self.retry_after = retry_after
        self.ahead = ahead
        self.partial = partial
        super().__init__(f"{kind}: {detail}")
