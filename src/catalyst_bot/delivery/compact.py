"""The card in one line and what the model says: for channels where many alerts pass."""

from dataclasses import replace

from catalyst_bot.card_state import CardState
from catalyst_bot.delivery.analysis_field import NAME
from catalyst_bot.delivery.card import Card
from catalyst_bot.delivery.clean import clip
from catalyst_bot.delivery.conflict_fields import CONFLICT_NAMES, first_lines
from catalyst_bot.delivery.render import CHANGE_NAMES, Renderer, render
from catalyst_bot.model import Alert

LINE = 200  # code points of a reading, two lines on a phone
_KEPT = frozenset({NAME, *CHANGE_NAMES, *CONFLICT_NAMES})


def compact(renderer: Renderer = render) -> Renderer:
    """Return a renderer that leaves of each card the headline and the analysis.

    What a correction changed stays too, what it contradicts, and who took a headline
    back.
    """

    def render_compact(alert: Alert, state: CardState, *, disclaimer: str) -> Card:
        card = renderer(alert, state, disclaimer=disclaimer)
        kept = [field for field in card.fields if field.name in _KEPT]
        timing, _, rest = card.footer.partition(" • ")
        return replace(
            card,
            description=card.description if state.retraction else "",
            fields=tuple(
                replace(field, value=clip(field.value, LINE))
                for field in first_lines(kept)
            ),
            footer=rest or timing,
            timestamp=None,
            buttons=(),
        )

    return render_compact
