"""What a channel puts round its cards: who is rung, and how a thread is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalyst_bot.card_state import Shown
from catalyst_bot.delivery.channel_config import Mention
from catalyst_bot.delivery.clean import clean_footer
from catalyst_bot.delivery.rung import Rung, rung_of

THREAD_NAME = 100  # characters (Resources/Webhook, Execute Webhook)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The parts of a message that are not its cards; none by default.

    Whoever is mentioned stands in the text of each version, so that an edit takes
    nobody away, and is rung by the post alone: only that names them in
    `allowed_mentions`. They are the channel's role and those of the watches.
    """

    mention: Mention | None = None
    is_forum: bool = False

    def addressed(
        self, payload: Mapping[str, Any], cards: Sequence[Shown]
    ) -> dict[str, Any]:
        """Return a message with all in its text who are mentioned, if anybody is."""
        rung = self._rung(cards)
        content = f"{rung.text} {payload['content']}".strip()
        return {**payload, "content": content} if rung.text else dict(payload)

    def of_post(self, cards: Sequence[Shown]) -> dict[str, Any]:
        """Return what only the post carries, over the rest of the message."""
        parts: dict[str, Any] = {}
        if (rung := self._rung(cards)).text:
            parts["allowed_mentions"] = rung.allowed
        if self.is_forum:
            title = clean_footer(cards[0].alert.item.title, limit=THREAD_NAME)
            parts["thread_name"] = title or "alert"
        return parts

    def _rung(self, cards: Sequence[Shown]) -> Rung:
        mention = self.mention
        is_due = mention and any(mention.is_due(card.alert) for card in cards)
        own = [mention.role_id] if mention and is_due else []
        return rung_of([each for card in cards for each in card.state.watches], own)
