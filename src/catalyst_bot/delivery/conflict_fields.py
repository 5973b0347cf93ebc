"""The fields that name the other alert of a conflict, on both cards.

Their names are an interface: users and tests rely on them. The label of a link is ours
and its address Discord's: nothing of a headline leads anywhere.
"""

from collections.abc import Iterable, Sequence

from catalyst_bot.card_state import CardState, Counterpart
from catalyst_bot.conflict import Kind, State
from catalyst_bot.delivery.card import Field
from catalyst_bot.delivery.clean import clean_feed, clean_struck

CONFLICTS, DISPUTED, CORRECTED = "Conflicts with", "Disputed by", "Corrected by"
CONFLICT_NAMES = frozenset((CONFLICTS, DISPUTED, CORRECTED))
SHOWN = 3  # alerts of one field: with links and headlines they fit Discord's 1024
HEADLINE_LIMIT = 120

_WORDS = {
    Kind.CORRECTION: "correction",
    Kind.RETRACTION: "taken back",
    Kind.DENIAL: "denial",
    Kind.GUIDANCE: "another outlook",
    Kind.NUMBER: "another figure",
    Kind.POLARITY: "the opposite",
}
_PUTS_RIGHT = frozenset((Kind.CORRECTION, Kind.RETRACTION, Kind.NUMBER))


def conflict_fields(state: CardState) -> tuple[Field, ...]:
    """Return what the card says of alerts that it contradicts, and of those it met."""
    puts_right = [one for one in state.disputed_by if _puts_right(one)]
    disputes = [one for one in state.disputed_by if not _puts_right(one)]
    told = (
        (CONFLICTS, "earlier alert", state.conflicts_with),
        (DISPUTED, "newer alert", disputes),
        (CORRECTED, "newer alert", puts_right),
    )
    return tuple(
        Field(name=name, value=_lines(label, counterparts))
        for name, label, counterparts in told
        if counterparts
    )


def first_lines(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return the fields with one alert in each of conflicts: no link is cut in two."""
    return tuple(
        Field(name=one.name, value=one.value.partition("\n")[0])
        if one.name in CONFLICT_NAMES
        else one
        for one in fields
    )


def _lines(label: str, counterparts: Sequence[Counterpart]) -> str:
    return "\n".join(_line(label, one) for one in counterparts[:SHOWN])


def _line(label: str, counterpart: Counterpart) -> str:
    """Return where the other alert stands, since when, and what it says."""
    dispute = counterpart.dispute
    link = f"[{label}]({counterpart.url}) " if counterpart.url else ""
    when = f"<t:{int(counterpart.raised_at.timestamp())}:R>"
    is_sure = dispute.state is State.CONFIRMED
    how = f"{_WORDS[dispute.kind]}, {'confirmed' if is_sure else 'unconfirmed'}"
    shown = clean_struck if counterpart.is_retracted else clean_feed
    headline = shown(counterpart.title, limit=HEADLINE_LIMIT)
    return f"{link}{when} • {how}: {headline}"


def _puts_right(counterpart: Counterpart) -> bool:
    return counterpart.dispute.kind in _PUTS_RIGHT
