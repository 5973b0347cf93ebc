"""What the simulated LLM server can be told to do, and what it remembers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """How a request is answered; a server that is down: `stop_listening`."""

    OK = "ok"
    HANG = "hang"
    DROP = "drop"  # reset before the first byte
    CUT_BODY = "cut_body"  # the connection closes in the middle of the answer
    DRIP = "drip"  # the answer comes byte by byte, `drip_pause` seconds between
    STALL = "stall"  # all but the end of a stream comes, then nothing
    ENDLESS = "endless"  # white space without end
    HTTP_429 = "http_429"
    HTTP_500 = "http_500"
    HTTP_503 = "http_503"  # the scheduler's queue is full
    MODEL_MISSING = "model_missing"
    BAD_KEY = "bad_key"
    SPEND_LIMIT = "spend_limit"  # the money is used up; Ollama knows no money
    TOO_LONG = "too_long"  # the prompt does not fit the model's context
    ERROR_LINE = "error_line"  # 200, then an error object
    GARBAGE = "garbage"  # 200 with a body that is not JSON
    EMPTY = "empty"  # the rest: a sound answer whose text is of no use
    CUT = "cut"  # done_reason "length", broken JSON
    NOT_JSON = "not_json"
    OUT_OF_RANGE = "out_of_range"
    LINKS_AND_MENTIONS = "links_and_mentions"
    WRONG_NUMBER = "wrong_number"


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request that asks or loads; the last four are filled in later."""

    path: str
    body: Mapping[str, Any]
    prompt: str  # with the system text before it
    streams: bool = False
    key: str = ""  # that was shown
    arrived: float  # monotonic
    started: float = 0.0  # when it left the server's own queue
    answered: float = 0.0
    aborted: bool = False  # the client left before the answer
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What one answer took, in seconds; `total` runs from its arrival."""

    total: float
    load: float
    service: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An answer on its way out: one piece, or several of a stream."""

    content_type: str
    pieces: tuple[bytes, ...]
    fault: bytes  # what comes in the place of the last when the model fails
