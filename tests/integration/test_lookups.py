"""Names whose servers are silent: those of documents hold up no feed."""

import asyncio
import socket
import threading
from typing import Any

from catalyst_bot.clock import SystemClock
from catalyst_bot.errors import SourceError
from catalyst_bot.sources.lookups import THREADS
from catalyst_bot.sources.outside import Outside, open_outside
from tests.servers import http, raw_server

PLENTY = 60.0  # seconds
DOCUMENTS = 40  # more than the threads that all share


class SilentNames:
    """Looks names up until it is let go, and then finds none."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_full, self.lets_go = threading.Event(), threading.Event()

    def __call__(self, host: str, port: int, family: int) -> list[Any]:
        del port, family
        self.asked.append(host)
        if len(self.asked) >= THREADS:
            self.is_full.set()
        self.lets_go.wait(PLENTY)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")


async def why_not(outside: Outside, host: str) -> str:
    try:
        await outside.get(f"http://{host}/", deadline=PLENTY)
    except SourceError as error:
        return error.reason
    return ""


async def test_documents_of_silent_names_hold_up_no_feed() -> None:
    names = SilentNames()
    async with (
        asyncio.timeout(PLENTY),
        raw_server() as server,
        open_outside(
            user_agent="", allow_private=True, clock=SystemClock(), lookup=names
        ) as outside,
    ):
        server.answers["/feed"] = http("200 OK", b"<rss/>")
        links = outside.for_links([])
        hosts = [f"name-{number}.example" for number in range(DOCUMENTS)]
        try:
            async with asyncio.TaskGroup() as group:
                reading = [
                    group.create_task(why_not(links, f"{host}:{port}"))
                    for host, port in zip(hosts, range(1, DOCUMENTS + 1), strict=True)
                ]
                await asyncio.to_thread(names.is_full.wait, PLENTY)
                feed = f"http://localhost:{server.url.rpartition(':')[2]}/feed"
                assert (await outside.get(feed)).body == b"<rss/>"
                assert len(names.asked) == THREADS
                assert not any(task.done() for task in reading)
                names.lets_go.set()
        finally:
            names.lets_go.set()
    assert [task.result() for task in reading] == [
        f"the name {host} does not resolve" for host in hosts
    ]
