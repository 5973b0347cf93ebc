"""Chooses the few statements that tell a reader of a headline something new."""

from collections.abc import Sequence

from catalyst_bot.documents.model import Kind
from catalyst_bot.reading.statements.model import Statement
from catalyst_bot.text import fold_title, numbers_in

_ORDER = (Kind.KEY_POINTS, Kind.BODY, Kind.TABLE)  # what an author thinks matters most
_REPEATS = 0.8  # share of the headline's words from which a statement repeats it


def best_statements(
    statements: Sequence[Statement], *, headline: str, count: int
) -> tuple[Statement, ...]:
    """Return at most `count` statements, in the order of the document.

    First come those with a number that the headline has not, and key points before the
    body before tables. What repeats the headline, or only figures that an earlier
    choice has, is left out.
    """
    known = set(numbers_in(headline))
    news = [one for one in statements if not _repeats(one, headline)]
    chosen: list[Statement] = []
    for one in sorted(news, key=lambda one: _rank(one, headline)):
        numbers = numbers_in(one.statement)
        if len(chosen) < count and not (numbers and numbers <= known):
            chosen.append(one)
            known |= numbers
    return tuple(sorted(chosen, key=lambda one: one.offsets))


def _rank(one: Statement, headline: str) -> tuple[bool, int, tuple[int, int]]:
    is_figure = bool(numbers_in(one.statement) - numbers_in(headline))
    return not is_figure, _ORDER.index(one.section), one.offsets


def _repeats(one: Statement, headline: str) -> bool:
    words = set(fold_title(headline).split())
    said = set(fold_title(one.statement).split())
    has_news = bool(numbers_in(one.statement) - numbers_in(headline))
    return not has_news and len(words & said) >= _REPEATS * len(words)
