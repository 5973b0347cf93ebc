"""Polls one source for ever: the loop that brings news in and delays nobody but itself.

The loop runs on event time (the demo's is faster); deadlines of the network are real.
"""

import asyncio
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn, Protocol

import aiohttp
from yarl import URL

from catalyst_bot.clock import Clock
from catalyst_bot.errors import SourceError, StorageError
from catalyst_bot.model import NewsItem, Page, SourceKind, SourceState
from catalyst_bot.sources.answers import is_sec, max_age, shown
from catalyst_bot.sources.backoff import LONGEST_PAUSE, pause
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import DEADLINE, Fetched, fetch
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.observer import Observer, ReadPage
from catalyst_bot.sources.pace import Pace
from catalyst_bot.sources.parsed import Parsed
from catalyst_bot.sources.parsers import Parser
from catalyst_bot.sources.report import SourceReport

INLINE = 256 * 1024  # bytes parsed on the loop, ≤ 5 ms; above it a thread is cheaper
SPREAD = 5.0  # seconds over which the sources start
SLICE = 10.0  # seconds; a long rest is slept in parts, so that the loop shows it lives
MORE_PAGES = 3  # that EDGAR is read on when nothing of the last page is in sight
_LATE_SHARE = 0.1  # of a rest: how much of a late wake-up the next rest makes good
_LONGEST_VALIDATOR = 512


class Sink(Protocol):
    """Keeps what a source lists; a page and its state are one transaction."""

    async def state_of(self, source: str) -> SourceState: ...

    async def accept(self, page: Page) -> None: ...


class Poller:
    """The loop of one source; every failure but a StorageError stays inside.

    `random` gives 0 <= x < 1. `deadline` is in seconds, for one request.
    """

    def __init__(
        self,
        config: SourceConfig,
        *,
        session: aiohttp.ClientSession,
        gate: HostGate,
        parser: Parser,
        sink: Sink,
        clock: Clock,
        report: SourceReport,
        pace: Pace,
        random: Callable[[], float],
        deadline: float = DEADLINE,
        observer: Observer | None = None,
    ) -> None:
        self._config = config
        self._session = session
        self._gate = gate
        self._parser = parser
        self._sink = sink
        self._clock = clock
        self._report = report
        self._pace = pace
        self._random = random
        self._deadline = deadline
        self._observer = observer
        self._pages: list[ReadPage] = []  # of this poll, for the observer
        self._state = SourceState()
        self._last_page: frozenset[str] = frozenset()
        self._floor = 0.0  # seconds that the server asked for
        self._is_permanent = False
        self._draw = 0.5
        self._late = 0.0
        self._nap: asyncio.Task[None] | None = None

    async def run(self) -> NoReturn:
        """Poll until cancelled.

        Raises:
            StorageError: the database failed; it ends the process.
        """
        self._state = await self._sink.state_of(self._config.name)
        if self._observer is not None:  # it must see a page to begin with
            self._state = replace(
                self._state, etag="", last_modified="", body_sha256=""
            )
        if self._state.url_sha256 not in ("", _digest(self._config.url)):
            # Another address: its pages are not those that the validators are of.
            self._state = replace(self._state, etag="", last_modified="")
        phase = zlib.crc32(self._config.name.encode()) / 2**32
        await self._doze(phase * min(self._interval(), SPREAD))
        while True:
            began = self._clock.monotonic()
            await self._poll()
            self._draw = self._random()
            await self._rest(spent=self._clock.monotonic() - began)

    def wake(self) -> None:
        """Work out the next poll anew: called when the trading session changes."""
        if self._nap is not None:
            self._nap.cancel()

    async def _rest(self, *, spent: float) -> None:
        """Sleep until the next poll; a poll that took long still gets half a rest.

        What the server asked for counts from its answer.
        """
        passed, rested = min(spent, self._delay() / 2) + self._late, 0.0
        while (left := max(self._delay() - passed, self._floor - rested)) > 0:
            self._report.resting(
                seconds=self._clock.real(left), interval=self._interval()
            )
            slept = await self._doze(min(left, SLICE))
            passed, rested = passed + slept, rested + slept
        self._late = min(-left, self._delay() * _LATE_SHARE)

    async def _doze(self, seconds: float) -> float:
        """Sleep, and return the seconds of event time that passed."""
        began = self._clock.monotonic()
        async with asyncio.TaskGroup() as group:
            nap = group.create_task(
                self._clock.sleep(seconds), name=f"rest of {self._config.name}"
            )
            self._nap = nap
        real = self._clock.monotonic() - began
        return real if nap.cancelled() else max(seconds, real)

    def _delay(self) -> float:
        return pause(
            interval=self._interval(),
            failures=self._report.failures,
            is_permanent=self._is_permanent,
            floor=self._floor,
            draw=self._draw,
        )

    def _interval(self) -> float:
        usual = self._config.interval
        return usual * self._pace(self._config.kind, usual, self._clock.now())

    async def _poll(self) -> None:
        try:
            await self._read()
        except StorageError:
            raise
        except SourceError as error:
            self._floor = error.retry_after or 0.0
            self._is_permanent = error.is_permanent
            self._report.failed(error)
        except Exception as error:  # noqa: BLE001 - the loop's edge; it is logged there
            self._floor, self._is_permanent = 0.0, False
            self._report.broke(error)

    async def _read(self) -> None:
        self._pages = []
        answer = await self._fetch(self._config.url, self._validators())
        self._report.moved(shown(answer.moved_to) if answer.moved_to else "")
        if answer.status == 304:
            if not self._validators():
                raise SourceError("HTTP 304 to a request without conditions")
            self._good(answer)
            self._report.unchanged("not_modified")
            return
        digest = hashlib.sha256(answer.body).hexdigest()
        if digest == self._state.body_sha256:
            self._good(answer)
            self._report.unchanged("same")
            return
        parsed = await self._parse(answer)
        page = await self._page(answer, parsed, digest)
        await self._sink.accept(page)
        if self._observer is not None:
            await self._observer.observe(self._config, self._pages)
        # What was committed, not what was offered: intake may change the id policy.
        self._state = await self._sink.state_of(self._config.name)
        if parsed.items:  # an empty page says nothing of what was there before
            self._last_page = frozenset(_identity(item) for item in parsed.items)
        self._good(answer)
        self._report.changed(page, parsed)

    def _good(self, answer: Fetched) -> None:
        self._is_permanent = False
        exempt = self._config.kind is SourceKind.HALTS or is_sec(
            URL(answer.url).host or ""
        )
        fresh = 0.0 if exempt else max_age(answer.header("Cache-Control"))
        self._floor = min(fresh, LONGEST_PAUSE)

    async def _page(self, answer: Fetched, parsed: Parsed, digest: str) -> Page:
        is_first = not (self._state.is_primed or parsed.is_pushed)
        items = parsed.items if is_first else await self._read_on(parsed.items)
        # "Expires: 0" marks pages whose validators were seen to be wrong.
        is_lasting = answer.header("Expires").strip() != "0"
        state = replace(
            self._state,
            etag=_validator(answer.header("ETag")) if is_lasting else "",
            last_modified=(
                _validator(answer.header("Last-Modified")) if is_lasting else ""
            ),
            body_sha256=digest,
            url_sha256=_digest(self._config.url),
            is_primed=self._state.is_primed or not parsed.is_pushed,
        )
        return Page(
            source=self._config.name, items=items, state=state, is_silent=is_first
        )

    async def _read_on(self, items: tuple[NewsItem, ...]) -> tuple[NewsItem, ...]:
        """Return `items`, and EDGAR's older pages when the last page is out of sight.

        After a restart no last page is known: EDGAR is then read on too.
        """
        if not items or self._reaches_back(items):
            return items
        if self._config.kind is not SourceKind.EDGAR:
            if self._last_page and self._config.kind is SourceKind.FEED:
                self._report.gap("no item of the last page is listed any more")
            return items
        found = {_identity(item): item for item in items}
        for number in range(1, MORE_PAGES + 1):
            try:
                older = await self._older_page(number)
            except SourceError as error:
                self._report.gap(f"page {number + 1}: {error.reason}")
                break
            known = len(found)
            for item in older:  # pages shift while they are read: some come twice
                found.setdefault(_identity(item), item)
            if len(found) == known or self._reaches_back(older):
                break
        return tuple(found.values())

    async def _older_page(self, number: int) -> tuple[NewsItem, ...]:
        url = URL(self._config.url)
        count = url.query.get("count", "")
        start = number * int(count if count.isdecimal() else "100")
        answer = await self._fetch(str(url.update_query(start=start)), {})
        return (await self._parse(answer, number=number)).items

    def _reaches_back(self, items: tuple[NewsItem, ...]) -> bool:
        return any(_identity(item) in self._last_page for item in items)

    async def _fetch(self, url: str, headers: dict[str, str]) -> Fetched:
        try:
            async with self._gate.slot(url):
                return await fetch(
                    self._session,
                    url,
                    headers=headers,
                    clock=self._clock,
                    deadline=self._deadline,
                )
        except SourceError as error:
            if error.retry_after is not None:
                self._gate.cool(url, error.retry_after)
            raise

    def _validators(self) -> dict[str, str]:
        headers = {
            "If-None-Match": self._state.etag,
            "If-Modified-Since": self._state.last_modified,
        }
        return {name: value for name, value in headers.items() if value}

    async def _parse(self, answer: Fetched, *, number: int = 0) -> Parsed:
        received_at = self._clock.now()

        def parse() -> Parsed:
            return self._parser.parse(
                answer.body,
                url=shown(answer.url),  # a relative link must not carry our key
                charset=answer.charset,
                received_at=received_at,
                received=answer.received,
            )

        is_small = len(answer.body) <= INLINE
        parsed = parse() if is_small else await asyncio.to_thread(parse)
        if self._observer is not None:
            page = ReadPage(answer=answer, number=number, received_at=received_at)
            self._pages.append(page)
        return parsed


def _identity(item: NewsItem) -> str:
    return item.identity or item.link or item.title


def _digest(url: str) -> str:
    """Return a name of an address; it may hold a key and is never kept itself."""
    return hashlib.sha256(url.encode()).hexdigest()


def _validator(header: str) -> str:
    """Return a header that may be sent back, "" for one that could not be."""
    is_sound = header.isascii() and header.isprintable()
    return header if is_sound and len(header) <= _LONGEST_VALIDATOR else ""
