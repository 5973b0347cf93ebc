"""The channel of a machine without a webhook: cards on the terminal."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from catalyst_bot.card_state import MessageRef, Shown
from catalyst_bot.delivery.card import Card, Colour, Field
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.footer import NEW_YORK
from catalyst_bot.delivery.recall import Fate, Recall
from catalyst_bot.delivery.render import Renderer, render
from catalyst_bot.delivery.unlimited import Unlimited
from catalyst_bot.ops.metrics import Metrics

CARD_WIDTH = 88

_STYLES = {
    Colour.BULLISH: "green",
    Colour.BEARISH: "red",
    Colour.NEUTRAL: "bright_black",
    Colour.DEGRADED: "yellow",
}
_ESCAPE = re.compile(r"\\([\\*_~`|\[\]#>-])")
_TIMESTAMP = re.compile(r"<t:(\d{1,12}):[a-zA-Z]>")
_LINK = re.compile(r"(?<!\\)\[([a-z ]+)\]\([^()\s]+\)")
_EMPHASIS = re.compile(r"~~|\*\*|(?<!\\)`")


class TerminalChannel(Unlimited):
    """Prints a card when it is posted and again when it is edited.

    On a terminal a panel; into a file or a pipe one line for each.
    """

    kind = "terminal"
    notices = None  # what goes wrong is in the log beside

    def __init__(
        self,
        *,
        name: str,
        console: Console,
        disclaimer: str,
        metrics: Metrics,
        renderer: Renderer = render,
    ) -> None:
        self.name = name
        self._console = console
        self._cards = Cards(disclaimer=disclaimer, metrics=metrics, renderer=renderer)
        self._turn = asyncio.Lock()

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        """Return that nobody knows what was printed."""
        del keys, since
        return Recall(fate=Fate.UNKNOWN)

    async def post(
        self, cards: Sequence[Shown], *, is_repeated: bool = False
    ) -> tuple[MessageRef, ...]:
        """Print the cards, one after the other."""
        del is_repeated
        for shown in cards:
            await self._print("posted", shown)
        return tuple(
            MessageRef(
                channel=self.name, channel_id="terminal", message_id=shown.alert.id
            )
            for shown in cards
        )

    async def edit(self, ref: MessageRef, cards: Sequence[Shown]) -> tuple[bool, ...]:
        """Print the cards as they are now."""
        del ref
        for shown in cards:
            await self._print("edited", shown)
        return (True,) * len(cards)

    async def _print(self, verb: str, shown: Shown) -> None:
        card = self._cards.card(shown.alert, shown.state)
        image: RenderableType = self._line(verb, card)
        if self._console.is_terminal:
            image = self._panel(verb, card)
        # A reader that stops reading (a pager, a full pipe) must not stop the loop.
        async with self._turn:
            await asyncio.to_thread(self._console.print, image, soft_wrap=True)

    def _line(self, verb: str, card: Card) -> Text:
        fields = (f"{field.name}: {field.value}" for field in card.fields)
        parts = (verb, card.title, *fields, card.footer)
        return self._text(" | ".join(parts))

    def _panel(self, verb: str, card: Card) -> Panel:
        style = _STYLES[card.colour]
        rows = [self._text(card.description, style="dim")] if card.description else []
        rows += [self._field(field) for field in card.fields]
        if card.url:
            rows.append(self._text(card.url, style="dim"))
        return Panel(
            Group(*rows),
            title=self._text(card.title, style=f"bold {style}"),
            title_align="left",
            subtitle=self._text(f"{verb} • {card.footer}", style="dim"),
            subtitle_align="left",
            border_style=style,
            width=min(CARD_WIDTH, self._console.width),
        )

    def _field(self, field: Field) -> Text:
        label = Text(f"{field.name}: ", style="bold")
        return label.append_text(self._text(field.value))

    def _text(self, markdown: str, *, style: str = "") -> Text:
        """Return Discord's markdown as plain text that this terminal can encode."""
        encoding = self._console.encoding
        words = plain_words(markdown).encode(encoding, "replace").decode(encoding)
        return Text(words, style=style)


def plain_words(markdown: str) -> str:
    """Return what a reader of Discord sees of a text, times in New York."""
    text = _LINK.sub(r"\1", _EMPHASIS.sub("", markdown))
    text = _TIMESTAMP.sub(_clock_time, text)
    return _ESCAPE.sub(r"\1", text).replace("\u200b", "")


def _clock_time(match: re.Match[str]) -> str:
    moment = datetime.fromtimestamp(int(match[1]), UTC).astimezone(NEW_YORK)
    return moment.strftime("%H:%M:%S")
