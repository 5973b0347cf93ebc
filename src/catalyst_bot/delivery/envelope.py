"""What a channel puts round its cards: who is rung, and how a thread is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalyst_bot.card_state import Shown
from catalyst_bot.delivery.channel_config import Mention
from catalyst_bot.delivery.clean import clean_footer

THREAD_NAME = 100  # characters (Resources/Webhook, Execute Webhook)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The parts of a message that are not its cards; none by default.

    A role stands in the text of each version, so that an edit does not take it away,
    and is rung by the post alone: only that names it in `allowed_mentions`.
    """

    mention: Mention | None = None
    is_forum: bool = False

    def addressed(
        self, payload: Mapping[str, Any], cards: Sequence[Shown]
    ) -> dict[str, Any]:
        """Return a message with the role in its text, if one of its alerts is due."""
        mention = self._due(cards)
        if mention is None:
            return dict(payload)
        content = f"<@&{mention.role_id}> {payload['content']}".rstrip()
        return {**payload, "content": content}

    def of_post(self, cards: Sequence[Shown]) -> dict[str, Any]:
        """Return what only the post carries, over the rest of the message."""
        parts: dict[str, Any] = {}
        if mention := self._due(cards):
            allowed = {"parse": [], "roles": [mention.role_id]}
            parts["allowed_mentions"] = allowed
        if self.is_forum:
            title = clean_footer(cards[0].alert.item.title, limit=THREAD_NAME)
            parts["thread_name"] = title or "alert"
        return parts

    def _due(self, cards: Sequence[Shown]) -> Mention | None:
        mention = self.mention
        is_due = mention and any(mention.is_due(card.alert) for card in cards)
        return mention if is_due else None
