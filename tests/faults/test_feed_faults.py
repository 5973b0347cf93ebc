"""A sick feed costs nobody else anything, and none of its own news when it is well."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from catalyst_bot.app import App
from catalyst_bot.simulation.feed_shapes import Feed, globenewswire
from catalyst_bot.simulation.feeds import Document
from catalyst_bot.simulation.world import Listed
from tests.e2e.stage import Stage, approval, open_stage, release
from tests.faults.ground import Ground, open_ground
from tests.faults.scenes import FEED, play
from tests.waiting import until

DTD = b'<!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel>&a;</channel></rss>'
TOO_LARGE = "the body is larger than 4 MiB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sick:
    """How a source is sick, by the knobs of its document, and what health says of it.

    `is_read`: its news come all the same. `waits`: seconds between two requests, for
    the answer and for what it asks. `is_gone`: it is looked at again much later only.
    """

    knobs: Mapping[str, Any]
    reason: str = ""
    notice: str = ""
    is_read: bool = False
    is_gone: bool = False
    waits: float = 0.0


SICK = {
    "moved": Sick(
        knobs={"status": 301, "redirect": "/moved-there"},
        notice="moved for good to",
        is_read=True,
    ),
    "gone": Sick(
        knobs={"status": 410},
        reason="HTTP 410 Gone",
        notice="somebody must look",
        is_gone=True,
    ),
    "unavailable": Sick(
        knobs={"status": 503, "retry_after": "3", "latency": 1.0},
        reason="HTTP 503 Service Unavailable, asked to wait 3 s",
        waits=4.0,
    ),
    "truncated": Sick(knobs={"cut": 400}, reason="the body was cut off"),
    "large": Sick(knobs={"body": b"<rss>" + b" " * 10_000_000}, reason=TOO_LARGE),
    "bomb": Sick(knobs={"bomb": 50_000_000}, reason=TOO_LARGE),
    "endless": Sick(knobs={"is_endless": True}, reason=TOO_LARGE),
    "doctype": Sick(knobs={"body": DTD}, reason="a document type de"),
    "blocked": Sick(knobs={"body": b"<html><p>no</p></html>"}, reason="an HTML page"),
    "empty": Sick(knobs={"body": b""}, reason="an empty answer"),
    "json": Sick(knobs={"body": b'{"items": []}'}, reason="JSON, not a feed"),
    "rubbish": Sick(
        knobs={"body": bytes(range(256)) * 40}, reason="neither XML nor a feed"
    ),
    "catalog": Sick(
        knobs={"body": b"<catalog><book/></catalog>"}, reason="XML with the root"
    ),
    "latin": Sick(knobs={"content_type": "text/xml"}, is_read=True),
    "careless": Sick(knobs={}, is_read=True),  # not well-formed, and mended
    "unfinished": Sick(knobs={}, is_read=True),  # ends early: what is whole is read
    "same": Sick(knobs={}),  # answers 304: nothing is new there, and nothing is wrong
}

SPOILED = {
    "careless": (b"Orl\xc3\xa9ans", b"Orl&eacute;ans & Sons"),
    "unfinished": (b"</channel>\n</rss>\n", b"<item><title>Alder"),
}


def page(name: str, *, is_new: bool) -> Feed:
    """Return a source's page of one old release, and a new one that names it."""
    old = release(f"Old news of {name} from last week", age=7 * 86_400)
    title = f"Alderbrook of Orléans receives FDA approval for the {name} drug"
    feed = globenewswire([release(title), old] if is_new else [old])
    if name in SPOILED:
        before, after = SPOILED[name]
        return replace(feed, body=feed.body.replace(before, after))
    if name != "latin":
        return feed
    text = feed.body.decode().replace("utf-8", "ISO-8859-1", 1)
    return replace(feed, body=text.encode("latin-1"))


def turn(document: Document, knobs: Mapping[str, Any]) -> None:
    for name, value in knobs.items():
        setattr(document, name, value)


async def healthz(app: App) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{app.url}/healthz") as response,
    ):
        assert response.status == 200
        found: dict[str, Any] = await response.json()
        return found


def count_of(stage: Stage, name: str) -> int:
    cards = stage.world.discord.cards
    return sum(f"for the {name} drug" in card.title for card in cards)


def told(app: App) -> dict[str, str]:
    """Return what health says of each sick source, as far as it is foretold."""
    said = {source.name: source.reason for source in app.health.sources}
    return {name: said[name][: len(sick.reason) or None] for name, sick in SICK.items()}


def unnoticed(app: App) -> list[str]:
    """Return the sources of which the operator was not told as foretold."""
    notices = app.health.notices
    return [
        name
        for name, sick in SICK.items()
        if sick.notice not in notices.get(f"source {name}", "")
    ]


async def test_each_sick_feed_says_why_keeps_its_place_and_harms_no_other() -> None:
    listed = [Listed(name=name) for name in ("wire", *SICK)]
    async with open_stage(listed=listed, env={"FEATURE_LLM": "0"}) as stage:
        feeds = stage.world.feeds
        pages = {name: feeds.publish(name, page(name, is_new=False)) for name in SICK}
        tags = {name: tag_of(document) for name, document in pages.items()}
        feeds.publish("moved-there", page("moved", is_new=True))
        async with stage.running() as app:
            await stage.primed()
            fall_sick(stage)
            stage.publish(*(approval(n) for n in range(5)))
            await stage.posted(5)
            foretold = {name: sick.reason for name, sick in SICK.items()}
            with suppress(TimeoutError):
                await until(lambda: told(app) == foretold and not unnoticed(app))
            assert (told(app), unnoticed(app)) == (foretold, [])
            assert app.health.ready().is_ready
            assert reasons_in(await healthz(app)) == {n for n in SICK if SICK[n].reason}
            for name, sick in SICK.items():
                if sick.reason:  # it asks on from where it was
                    assert (
                        pages[name].fetches[-1].headers["if-none-match"] == tags[name]
                    )
            recover(stage)
            comes = [n for n, s in SICK.items() if not s.is_gone and n != "same"]
            with suppress(TimeoutError):
                await until(lambda: all(count_of(stage, name) for name in comes))
            assert {name: count_of(stage, name) for name in comes} == dict.fromkeys(
                comes, 1
            )
            assert len(stage.world.discord.cards) == 5 + len(comes)
            times = [fetch.arrived for fetch in pages["unavailable"].fetches]
            assert longest_gap(times) >= SICK["unavailable"].waits


def fall_sick(stage: Stage) -> None:
    """Publish something new in each source, and let it be sick from now on."""
    for name, sick in SICK.items():
        document = stage.world.feeds[name]
        turn(document, sick.knobs)
        if name != "same":
            stage.world.feeds.publish(name, page(name, is_new=True))


def recover(stage: Stage) -> None:
    for name, sick in SICK.items():
        well = Document(name=name)
        knobs = {knob: getattr(well, knob) for knob in sick.knobs}
        turn(stage.world.feeds[name], knobs)


def reasons_in(health: dict[str, Any]) -> set[str]:
    return {source["name"] for source in health["sources"] if source["reason"]}


def tag_of(document: Document) -> str:
    body = document.feeds[0].body
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def longest_gap(times: list[float]) -> float:
    return max(later - earlier for earlier, later in pairwise(times))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground() -> AsyncIterator[Ground]:
    async with open_ground() as opened:
        yield opened


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", FEED)
async def test_no_news_is_lost_or_doubled_when(name: str, ground: Ground) -> None:
    outcome = await play(FEED[name], ground)
    assert (outcome.lost, outcome.duplicates) == (0, 0)
    assert outcome.verdicts >= 0.8
