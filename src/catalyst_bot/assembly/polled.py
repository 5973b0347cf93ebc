"""Lets a command search the feeds without a daemon: each is asked once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from catalyst_bot.errors import SourceError
from catalyst_bot.search.live import LiveNews
from catalyst_bot.search.model import Findings, Wanted
from catalyst_bot.sources.answers import shown
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.outside import Outside
from catalyst_bot.sources.parsers import Parser, build_parser

_SHARE = 0.9  # of the time of a search: what came until then is searched


class PolledNews:
    """The pages of the enabled feeds, fetched for one search; streams are left out."""

    def __init__(
        self,
        sources: Sequence[SourceConfig],
        *,
        outside: Outside,
        timeout: float,
        parser: Callable[[SourceConfig], Parser] = build_parser,
    ) -> None:
        self._sources = [source for source in sources if not source.is_stream]
        self._outside, self._parser = outside, parser
        self._within = timeout * _SHARE

    async def find(self, wanted: Wanted) -> Findings:
        """Return what the pages that came in time have.

        Raises:
            SourceError: none came.
        """
        if not self._sources:
            return Findings(hits=(), remark="no feed is enabled: see sources.toml")
        live = LiveNews()
        async with asyncio.TaskGroup() as group:
            polls = [
                group.create_task(self._poll(source, live), name=f"poll {source.name}")
                for source in self._sources
            ]
        faults = [fault for poll in polls if (fault := poll.result())]
        told = f"{len(faults)} of {len(polls)} feeds: {'; '.join(faults)}"
        if len(faults) == len(polls):
            raise SourceError(told)
        return replace(await live.find(wanted), remark=told if faults else "")

    async def _poll(self, source: SourceConfig, live: LiveNews) -> str:
        """Note what a feed lists; return why it could not be read, "" if it was."""
        try:
            async with asyncio.timeout(self._within):
                answer = await self._outside.get(source.url, deadline=self._within)
                parsed = await asyncio.to_thread(
                    self._parser(source).parse,
                    answer.body,
                    url=shown(answer.url),
                    charset=answer.charset,
                    received_at=self._outside.clock.now(),
                    received=answer.received,
                )
        except TimeoutError:
            return f"{source.name} took too long"
        except SourceError as error:
            return f"{source.name}: {error.reason}"
        live.note(source.name, parsed.items)
        return ""
