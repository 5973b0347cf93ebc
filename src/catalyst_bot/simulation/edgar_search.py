"""A loopback server that searches filings as EDGAR's full-text search does."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from aiohttp import web

from catalyst_bot.simulation.feed_shapes import Filing
from catalyst_bot.simulation.loopback import LoopbackServer, hang

_DOCUMENTS = (("form.htm", "8-K"), ("ex991.htm", "EX-99.1"))  # a hit for each


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """One request, with the headers that the client sent."""

    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    arrived: float  # monotonic


@dataclass(eq=False)
class FakeEdgar(LoopbackServer):
    """Finds the `filings` in whose form, company and items all the words stand.

    A number in quotation marks finds the filing of that number.

    Knobs: `latency` in seconds; `status`, `body` instead of an answer, `is_hanging`.
    Record: `searched`, oldest first.
    """

    stops_when_left = True
    filings: Sequence[Filing] = ()
    latency: float = 0.0
    status: int = 200
    body: bytes | None = None
    is_hanging: bool = False
    searched: list[Searched] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/LATEST/search-index", self._search)

    async def _search(self, request: web.Request) -> web.StreamResponse:
        headers = {key.lower(): value for key, value in request.headers.items()}
        one = Searched(
            query=dict(request.query), headers=headers, arrived=time.monotonic()
        )
        self.searched.append(one)
        self.changed()
        if self.is_hanging:
            await hang()
        await asyncio.sleep(self.latency)
        body = self._answer(one.query) if self.body is None else self.body
        return web.Response(
            body=body, status=self.status, content_type="application/json"
        )

    def _answer(self, query: Mapping[str, str]) -> bytes:
        first = query.get("startdt", "")
        hits = [
            _hit(filing, name, kind)
            for filing in self.filings
            if _day(filing) >= first and _has(filing, query.get("q", ""))
            for name, kind in _DOCUMENTS
        ]
        total = {"value": len(hits), "relation": "eq"}
        return orjson.dumps(
            {"timed_out": False, "hits": {"total": total, "hits": hits}}
        )


def _has(filing: Filing, query: str) -> bool:
    if query.startswith('"'):
        return query.strip('"') == filing.accession
    text = " ".join((filing.form, filing.company, *filing.items)).lower()
    return all(word in text for word in query.lower().split())


def _hit(filing: Filing, name: str, kind: str) -> dict[str, object]:
    return {
        "_index": "edgar_file",
        "_id": f"{filing.accession}:{name}",
        "_source": {
            "ciks": [filing.cik.zfill(10)],
            "display_names": [f"{filing.company}  (CIK {filing.cik.zfill(10)})"],
            "root_forms": [filing.form],
            "form": filing.form,
            "file_type": kind,
            "adsh": filing.accession,
            "file_date": _day(filing),
            "items": [item.partition(":")[0] for item in filing.items],
            "sics": [],
        },
    }


def _day(filing: Filing) -> str:
    return f"{filing.accepted_at:%Y-%m-%d}"
