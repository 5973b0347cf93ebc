"""Reads Alpaca's news over REST: what the stream did not bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from yarl import URL

from catalyst_bot.clock import Clock
from catalyst_bot.errors import SourceError
from catalyst_bot.sources.alpaca import read_messages
from catalyst_bot.sources.fetch import DEADLINE, fetch
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.observer import ReadPage

OVERLAP = timedelta(minutes=2)  # before the newest item, so that none is missed
PAGE, MOST_PAGES = 50, 20  # notes of a page, the most there are; pages that are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Pages, newest first; `is_complete` False: there was more than is read."""

    pages: tuple[ReadPage, ...]
    is_complete: bool


class AlpacaRest:
    """Asks politely; `deadline` is in seconds, for one request."""

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        session: aiohttp.ClientSession,
        gate: HostGate,
        clock: Clock,
        deadline: float = DEADLINE,
    ) -> None:
        self._url, self._headers, self._session = url, headers, session
        self._gate, self._clock, self._deadline = gate, clock, deadline

    async def missed(self, since: str) -> Missed:
        """Return what was published after `since` (ISO, UTC) less two minutes.

        With "" only the newest page, for there is nothing to catch up with.

        Raises:
            SourceError: a page could not be read; then nothing of it counts.
        """
        pages: list[ReadPage] = []
        token = ""
        for _ in range(MOST_PAGES if since else 1):
            page = await self._page(since, token)
            token = read_messages(page.answer.body).next_page
            pages.append(page)
            if not token:
                break
        return Missed(pages=tuple(pages), is_complete=not (token and since))

    async def _page(self, since: str, token: str) -> ReadPage:
        url = URL(self._url).update_query(
            limit=PAGE, sort="desc", include_content="false"
        )
        if since:
            start = datetime.fromisoformat(since) - OVERLAP
            url = url.update_query(start=start.strftime("%Y-%m-%dT%H:%M:%SZ"))
        if token:
            url = url.update_query(page_token=token)
        try:
            async with self._gate.slot(str(url)):
                answer = await fetch(
                    self._session,
                    str(url),
                    headers=self._headers,
                    clock=self._clock,
                    deadline=self._deadline,
                )
        except SourceError as error:
            if error.retry_after is not None:
                self._gate.cool(str(url), error.retry_after)
            raise
        return ReadPage(answer=answer, number=0, received_at=self._clock.now())
