"""Chooses the parser of a source: the only place that knows all kinds."""

from datetime import datetime
from typing import Protocol

from catalyst_bot.model import SourceKind
from catalyst_bot.sources.alpaca import AlpacaParser
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.edgar import EdgarParser
from catalyst_bot.sources.feed import FeedParser
from catalyst_bot.sources.halts import HaltsParser
from catalyst_bot.sources.parsed import Parsed


class Parser(Protocol):
    """Makes items of a page's bytes; pure, so it may run in a thread."""

    def parse(
        self,
        body: bytes,
        *,
        url: str,
        charset: str | None,
        received_at: datetime,
        received: float,
    ) -> Parsed:
        """Return the page, or raise SourceError when it is no page of this kind."""
        ...


def build_parser(config: SourceConfig) -> Parser:
    """Return the parser for a source's kind."""
    match config.kind:
        case SourceKind.FEED:
            return FeedParser(
                source=config.name, zone=config.zone, is_market=config.is_market
            )
        case SourceKind.EDGAR:
            return EdgarParser(source=config.name)
        case SourceKind.HALTS:
            return HaltsParser(source=config.name)
        case SourceKind.ALPACA:
            return AlpacaParser(source=config.name)
