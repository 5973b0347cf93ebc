"""Turns the model's answer into a verdict that may be shown, or refuses it.

The author of a headline may control the model's output. What holds anyway: enums and
numbers in their ranges, plain one-line texts, a quote that is really in the news.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from catalyst_bot.model import Direction, NewsItem, Side, Verdict, side_of
from catalyst_bot.text import clip, fold_title, numbers_in, plain_text

LONGEST_ANSWER = 16 * 1024  # characters; a verdict has under 1,000
LONGEST_TEXT = 280
_THOUGHTS = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_CODE_FENCE = re.compile(r"^```(?:json)?\s*\n(.*)\n```$", re.DOTALL)
_LINK = re.compile(
    r"(?:https?://|www\.|discord(?:app)?\.(?:gg|com)/)\S*|<[@#:/a-zA-Z!&][^>]{0,200}>|"
    r"@(?:everyone|here)\b|\]\(",
    re.IGNORECASE,
)


class UnusableAnswer(Exception):
    """The model answered, but not with a verdict; `why` is short and ours."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    direction: Annotated[Direction, Field(strict=False)]
    confidence: Annotated[
        float, Field(ge=0.0, le=1.0, allow_inf_nan=False, strict=False)
    ]
    evidence: str
    reason: Annotated[str, Field(min_length=1)]
    risk: str = ""


def read_verdict(answer: str, item: NewsItem, sentiment: float | None) -> Verdict:
    """Return the checked verdict on `item`; `sentiment` is VADER's, for the agreement.

    Raises:
        UnusableAnswer: not one JSON object of the asked form, or out of range.
    """
    if len(answer) > LONGEST_ANSWER:
        raise UnusableAnswer("answer too long")
    try:
        read = _Answer.model_validate_json(_unwrapped(answer))
    except ValidationError as error:
        raise UnusableAnswer(_why(error)) from error
    reason, risk = _plain(read.reason), _plain(read.risk)
    if not reason:
        raise UnusableAnswer("no reason given")
    evidence = plain_text(read.evidence, limit=LONGEST_TEXT)
    return Verdict(
        direction=read.direction,
        confidence=read.confidence,
        reason=reason,
        risk=risk,
        evidence=evidence,
        is_grounded=_is_grounded(evidence, f"{reason} {risk}", item),
        agrees=_agreement(read.direction, sentiment),
    )


def _unwrapped(answer: str) -> str:
    """Return the answer without the wrapping that models put round their JSON."""
    text = _THOUGHTS.sub("", answer).strip()
    fenced = _CODE_FENCE.match(text)
    return fenced.group(1) if fenced else text


def _why(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in fault["loc"])
    return f"{field}: {fault['type'].replace('_', ' ')}" if field else "not JSON"


def _plain(text: str) -> str:
    """Return model text as one line without links, mentions or invisible marks."""
    text = plain_text(unicodedata.normalize("NFKC", text), limit=4 * LONGEST_TEXT)
    return clip(" ".join(_LINK.sub(" ", text).split()), LONGEST_TEXT)


def _is_grounded(evidence: str, said: str, item: NewsItem) -> bool:
    """Tell whether the quote and every number that is named stand in the news."""
    news = f"{item.title} {item.summary}"
    quote = fold_title(evidence)
    is_quoted = any(quote in fold_title(part) for part in (item.title, item.summary))
    return bool(quote) and is_quoted and numbers_in(said) <= numbers_in(news)


def _agreement(direction: Direction, sentiment: float | None) -> bool | None:
    side = side_of(sentiment or 0.0)
    if side is Side.NEUTRAL or direction in (Direction.NEUTRAL, Direction.MIXED):
        return None
    return side.value == direction.value
