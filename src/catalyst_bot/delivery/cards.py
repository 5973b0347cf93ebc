"""Makes a card whatever happens: an alert that breaks the renderer goes out plain."""

import logging
from collections.abc import Callable
from dataclasses import replace

from catalyst_bot.card_state import CardState, MessageRef
from catalyst_bot.delivery.card import Card
from catalyst_bot.delivery.render import Renderer, render, render_plain
from catalyst_bot.model import Alert
from catalyst_bot.ops.metrics import Metrics

logger = logging.getLogger(__name__)


class Cards:
    """Renders for one channel; `disclaimer` stands in each footer, "" = none.

    `url_of` knows the address of a message, "" while it does not.
    """

    def __init__(
        self,
        *,
        disclaimer: str,
        metrics: Metrics,
        renderer: Renderer = render,
        url_of: Callable[[MessageRef], str] = lambda _: "",
    ) -> None:
        self._disclaimer, self._metrics = disclaimer, metrics
        self._renderer, self._url_of = renderer, url_of

    def card(self, alert: Alert, state: CardState) -> Card:
        """Return the card; title, link and footer only if it cannot be rendered."""
        if state.is_plain:
            return self.plain(alert, state)
        try:
            linked = self._linked(state)
            return self._renderer(alert, linked, disclaimer=self._disclaimer)
        except Exception:  # the edge of one card: all others must go on
            logger.exception("renderer broke off", extra={"id": alert.id})
            self._metrics.unexpected_errors.labels("render").inc()
            return self.plain(alert, state)

    def plain(self, alert: Alert, state: CardState) -> Card:
        """Return title, link and footer only."""
        return render_plain(alert, state, disclaimer=self._disclaimer)

    def _linked(self, state: CardState) -> CardState:
        """Return the state with the addresses of the messages that it names."""
        if not (state.conflicts_with or state.disputed_by):
            return state
        url_of = self._url_of
        return replace(
            state,
            conflicts_with=tuple(one.linked(url_of) for one in state.conflicts_with),
            disputed_by=tuple(one.linked(url_of) for one in state.disputed_by),
        )
