"""What the kinds of event of two titles say about their being one; given from outside.

The names are those of the catalyst categories, and the two sides.
"""

from catalyst_bot.model import Side
from catalyst_bot.text import word_set

# No company does these twice within two days, and no two of them at a time.
ONCE = word_set(
    """
    delisting compliance_regained reverse_split stock_split uplisting bankruptcy
    bankruptcy_exit offering offering_withdrawn buyback ipo dividend_cut dividend
    ma_terminated guidance_up guidance_down guidance_reaffirm earnings_beat
    earnings_miss trading_halt trading_resume
    """
)
# Headlines of any kind are among these.
_ANY = word_set("routine promotion macro earnings_report law_firm_spam movers_roundup")
_SIDES = frozenset((Side.BULLISH.value, Side.BEARISH.value))
_NO_KIND = _ANY | _SIDES


def kind_evidence(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Return 1 for a common kind that does not recur, -1 for two kinds, else 0.

    Where one title is good news and the other bad, a common kind says nothing.
    """
    shared = (mine & theirs) - _NO_KIND
    if shared:
        return float(not shared.isdisjoint(ONCE) and not mine | theirs >= _SIDES)
    return -1.0 if mine - _NO_KIND and theirs - _NO_KIND else 0.0
