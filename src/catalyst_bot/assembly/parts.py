"""What the parts are made of: what may stand in, and what all of them share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from rich.console import Console

from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.configuration import Configuration
from catalyst_bot.delivery.render import Renderer, render
from catalyst_bot.delivery.writer import Times
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.lifecycle.office import Enricher
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.pipeline import Scorer
from catalyst_bot.settings import Settings
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.observer import Observer
from catalyst_bot.sources.parsers import Parser, build_parser
from catalyst_bot.sources.symbol_list import SYMBOLS_URL
from catalyst_bot.storage.ledger import Ledger

Helper = Callable[[], Awaitable[None]]  # runs beside the rest, or does nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What may stand in for the real thing: the demo's clock, a test's scorer."""

    clock: Clock = field(default_factory=SystemClock)
    scorer: Scorer | None = None
    renderer: Renderer = render
    times: Times = field(default_factory=Times)  # what Discord is given to answer
    enricher: Callable[[Enricher], Enricher] = lambda enricher: enricher
    console: Console = field(default_factory=lambda: Console(highlight=False))
    environ: Mapping[str, str] = field(default_factory=dict)  # NOTIFY_SOCKET and such
    observer: Observer | None = None  # a recording, say
    parser: Callable[[SourceConfig], Parser] = build_parser
    # A replay's: how one source's loop sleeps, and by what the ages of stories go.
    source_clock: Callable[[str], Clock] | None = None
    story_clock: Clock | None = None
    symbols: SymbolStore | None = None  # loaded, and not downloaded anew
    symbols_url: str = SYMBOLS_URL
    reads_documents: bool = True  # behind alerts; those of a recording are of old
    ledger: type[Ledger] = Ledger  # a test's may end the process at a named point
    controls: str = ""  # the URL of the demo's control server, for the page
    # What SIGHUP sets, and who then reads the configuration again; None: nobody.
    hangup: asyncio.Event = field(default_factory=asyncio.Event)
    reread: Callable[[Configuration], Configuration] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What every part is built upon."""

    stack: AsyncExitStack
    settings: Settings
    parts: Parts
    metrics: Metrics
    health: Health
