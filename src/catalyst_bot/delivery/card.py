"""The card as a value: what a subscriber sees, and the payload that Discord gets."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

import discord

# Of Discord's limits (Resources/Message) those that one card can reach.
TITLE_LIMIT = 256
URL_LIMIT = 2048
BUTTON_URL_LIMIT = 512

LINK_BUTTON = {"type": 2, "style": 5}
ROW = 1


class Colour(IntEnum):
    """The bar at the card's left edge; never the only sign of anything."""

    BULLISH = 0x2ECC71
    BEARISH = 0xE74C3C
    NEUTRAL = 0x95A5A6
    DEGRADED = 0xE67E22


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One labelled value of a card, in Discord's markdown."""

    name: str
    value: str
    is_inline: bool = False

    @property
    def size(self) -> int:
        """Return its code points, as Discord counts them."""
        return len(self.name) + len(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A link under the card."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One embed of a message: all texts are cleaned and within Discord's limits.

    `content` is the line on a phone's lock screen, `subject` its part when several
    cards share a message; `timestamp` is shown by Discord in the reader's own zone.
    """

    title: str
    url: str = ""
    colour: Colour
    description: str = ""
    fields: tuple[Field, ...] = ()
    footer: str
    timestamp: datetime | None = None
    buttons: tuple[Button, ...] = ()
    content: str = ""
    subject: str = ""

    @property
    def size(self) -> int:
        """Return its code points, of which a message may have 6000."""
        texts = len(self.title) + len(self.description) + len(self.footer)
        return texts + sum(field.size for field in self.fields)

    def payload(self) -> dict[str, Any]:
        """Return the JSON body of its message, the same for a post and an edit.

        Every key is there: what an edit leaves out, Discord keeps. Nobody is ever
        pinged: without `allowed_mentions` Discord parses users, roles and everyone.
        """
        return {
            "content": self.content,
            "embeds": [self.embed()],
            "components": self._components(),
            "allowed_mentions": {"parse": []},
        }

    def embed(self) -> dict[str, Any]:
        """Return the embed as Discord gets it."""
        embed = discord.Embed(
            title=self.title,
            url=self.url or None,
            colour=int(self.colour),
            description=self.description or None,
            timestamp=self.timestamp,
        )
        for field in self.fields:
            embed.add_field(name=field.name, value=field.value, inline=field.is_inline)
        return dict(embed.set_footer(text=self.footer).to_dict())

    def _components(self) -> list[dict[str, Any]]:
        if not self.buttons:
            return []
        links = [
            {**LINK_BUTTON, "label": button.label, "url": button.url}
            for button in self.buttons
        ]
        return [{"type": ROW, "components": links}]
