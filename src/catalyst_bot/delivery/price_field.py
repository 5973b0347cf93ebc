"""The field `Price` of a card; no field without a price."""

from catalyst_bot.card_state import Quote
from catalyst_bot.delivery.card import Field
from catalyst_bot.model import Session

_SESSIONS = {Session.PRE: "pre-market", Session.POST: "after hours"}


def price_field(quote: Quote | None) -> Field | None:
    """Return the price, its change, and what a reader must know of it.

    A trade that was over a minute old says so: Discord counts its age on.
    """
    if quote is None:
        return None
    cents = 2 if quote.price >= 1 else 4  # a penny stock moves in hundredths of a cent
    value = f"`${quote.price:,.{cents}f}`"
    if quote.change is not None:
        glyph = "▲" if quote.change > 0 else "▼" if quote.change < 0 else "■"
        value += f" {glyph} {quote.change:+.1f} %"
    notes = [
        _SESSIONS.get(quote.session, ""),
        "delayed" if quote.is_delayed else "",
        f"<t:{int(quote.at.timestamp())}:R>" if quote.at and quote.is_old else "",
    ]
    parts = [value, *(note for note in notes if note)]
    return Field(name="Price", value=" • ".join(parts), is_inline=True)
