"""Makes a card whatever happens: an alert that breaks the renderer goes out plain."""

import logging

from catalyst_bot.card_state import CardState
from catalyst_bot.delivery.card import Card
from catalyst_bot.delivery.render import Renderer, render, render_plain
from catalyst_bot.model import Alert
from catalyst_bot.ops.metrics import Metrics

logger = logging.getLogger(__name__)


class Cards:
    """Renders for one channel; `disclaimer` stands in each footer, "" = none."""

    def __init__(
        self, *, disclaimer: str, metrics: Metrics, renderer: Renderer = render
    ) -> None:
        self._disclaimer, self._metrics = disclaimer, metrics
        self._renderer = renderer

    def card(self, alert: Alert, state: CardState) -> Card:
        """Return the card; title, link and footer only if it cannot be rendered."""
        if state.is_plain:
            return self.plain(alert, state)
        try:
            return self._renderer(alert, state, disclaimer=self._disclaimer)
        except Exception:  # the edge of one card: all others must go on
            logger.exception("renderer broke off", extra={"id": alert.id})
            self._metrics.unexpected_errors.labels("render").inc()
            return self.plain(alert, state)

    def plain(self, alert: Alert, state: CardState) -> Card:
        """Return title, link and footer only."""
        return render_plain(alert, state, disclaimer=self._disclaimer)
