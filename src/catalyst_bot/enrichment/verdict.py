"""Turns the object a model answered with into a verdict that may be shown.

The author of a headline may control the model's output. What holds anyway: enums and
numbers in their ranges (`prompt.SCHEMA`, checked before), plain one-line texts, a quote
that is really in the news.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from catalyst_bot.card_state import Direction, Verdict
from catalyst_bot.model import NewsItem, Side, side_of
from catalyst_bot.text import clip, fold_title, numbers_in

LONGEST_TEXT = 280
_LINK = re.compile(
    r"[a-z0-9+.\-]{0,20}://\S*|\b(?:www\.|discord(?:app)?\.(?:gg|com)/)\S*"
    r"|\bmailto:\S*|<[@#:/a-z!&][^<>]*>|<@|@(?=everyone|here)|\]\(",
    re.IGNORECASE,
)
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol that show nothing


class UnusableAnswer(Exception):
    """The model answered, but not with a verdict; `why` is short and ours."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def read_verdict(
    answer: Mapping[str, Any],
    item: NewsItem,
    sentiment: float | None,
    *,
    document: str = "",
) -> Verdict:
    """Return the verdict on `item` in an object that fits `prompt.SCHEMA`.

    `sentiment` is VADER's, for the agreement; a `risk` may be missing. `document` is
    what the model was shown beside the item.

    Raises:
        UnusableAnswer: nothing is left of the reason.
    """
    reason, risk, evidence = (
        _plain(answer.get(name, "")) for name in ("reason", "risk", "evidence")
    )
    if not reason:
        raise UnusableAnswer("no reason given")
    direction = Direction(answer["direction"])
    return Verdict(
        direction=direction,
        confidence=float(answer["confidence"]),
        reason=reason,
        risk=risk,
        evidence=evidence,
        is_grounded=_is_grounded(
            evidence, f"{reason} {risk}", (item.title, item.summary, document)
        ),
        agrees=_agreement(direction, sentiment),
    )


def _plain(text: str) -> str:
    """Return model text as one line without links, mentions or invisible marks.

    What is dropped leaves a space, so that its neighbours cannot form a new link. The
    comparison signs of "EPS < 0.5" stay: `text.plain_text` would take them for a tag.
    """
    text = unicodedata.normalize("NFKC", text[: 4 * LONGEST_TEXT])
    text = " ".join(text.split())
    text = "".join(mark for mark in text if _is_visible(mark))
    return clip(" ".join(_LINK.sub(" ", text).split()), LONGEST_TEXT)


def _is_visible(mark: str) -> bool:
    """Tell apart control, bidi, zero-width, private and surrogate characters."""
    return unicodedata.category(mark)[0] != "C" and mark not in _FILLERS


def _is_grounded(evidence: str, said: str, texts: Iterable[str]) -> bool:
    """Tell whether the quote and every number that is named stand in the news."""
    parts = [unicodedata.normalize("NFKC", part) for part in texts]
    quote = fold_title(evidence)
    is_quoted = any(f" {quote} " in f" {fold_title(part)} " for part in parts)
    return bool(quote) and is_quoted and numbers_in(said) <= numbers_in(" ".join(parts))


def _agreement(direction: Direction, sentiment: float | None) -> bool | None:
    side = side_of(sentiment or 0.0)
    if side is Side.NEUTRAL or direction in (Direction.NEUTRAL, Direction.MIXED):
        return None
    return side.value == direction.value
