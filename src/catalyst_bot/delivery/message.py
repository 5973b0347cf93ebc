"""Several cards in one message: what Discord allows them together, as a payload."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from catalyst_bot.delivery.card import Card, Field
from catalyst_bot.delivery.clean import clip
from catalyst_bot.delivery.conflict_fields import first_lines

TOTAL_LIMIT = 6000  # code points over all embeds of a message (Resources/Message)
CONTENT_LIMIT = 180
SHORT_TITLE = 120
SHORT_FOOTER = 60  # the end of it: the id
# What goes first when cards share a message, in this order; names of fields.
_SPARE = ("Model", "Agreement", "Catalyst", "Keywords", "Also", "Price", "VADER")


def message_payload(cards: Sequence[Card]) -> dict[str, Any]:
    """Return the JSON body of a message with 1 to 10 cards, for a post and an edit.

    With several, each has an equal part of Discord's limit, and no buttons: their
    titles are links.
    """
    if len(cards) == 1:
        return cards[0].payload()
    fitting = [fitted(card, TOTAL_LIMIT // len(cards)) for card in cards]
    return {
        "content": _content(cards),
        "embeds": [card.embed() for card in fitting],
        "components": [],
        "allowed_mentions": {"parse": []},
    }


def fitted(card: Card, limit: int) -> Card:
    """Return a card of at most `limit` code points, 600 or more.

    First the headline is clipped, then the spare fields go and all but one alert of
    each conflict, then the long ones are cut;
    `AI analysis` stays, and so does the id at the footer's end.
    """
    if card.size <= limit:
        return card
    card = replace(card, title=clip(card.title, SHORT_TITLE))
    for name in _SPARE:
        if card.size > limit:
            kept = tuple(field for field in card.fields if field.name != name)
            card = replace(card, fields=kept)
    if card.size > limit:
        card = replace(card, fields=first_lines(card.fields))
    while card.size > limit and len(card.fields) > 1:
        card = replace(card, fields=_without_longest(card.fields))
    if card.size > limit:
        card = replace(card, description="", footer=_end(card.footer))
    return _cut(card, limit)


def _without_longest(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Drop the longest field but the analysis, which is why the card is edited."""
    spare = [field for field in fields if field.name != "AI analysis"] or fields
    longest = max(spare, key=lambda field: field.size)
    return tuple(field for field in fields if field is not longest)


def _cut(card: Card, limit: int) -> Card:
    over = card.size - limit
    if over <= 0 or not card.fields:
        return card
    last = card.fields[-1]
    value = clip(last.value, max(1, len(last.value) - over))
    return replace(card, fields=(*card.fields[:-1], replace(last, value=value)))


def _end(footer: str) -> str:
    """Return the last parts of a footer; the very last one is the id."""
    parts = footer.split(" • ")
    while len(" • ".join(parts)) > SHORT_FOOTER and len(parts) > 1:
        parts = parts[1:]
    return " • ".join(parts)


def _content(cards: Sequence[Card]) -> str:
    """Return the line of the lock screen: which stocks, and which way."""
    subjects = ", ".join(card.subject for card in cards)
    return clip(f"{len(cards)} alerts: {subjects}", CONTENT_LIMIT)
