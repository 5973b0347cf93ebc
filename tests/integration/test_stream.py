"""The live stream over real sockets: what a page hears, misses and catches up on."""

import asyncio
import socket
from pathlib import Path

import pytest

from catalyst_bot.web.hub import STREAMS, WAITING, Hub, NoPlace, Stream
from tests.events import listening
from tests.house import House
from tests.news import headline, page
from tests.waiting import until
from tests.windows import Page, open_page

TOKEN = "t" * 32


async def post(house: House, *titles: str) -> None:
    await house.accept(page(*(headline(title) for title in titles)))
    await house.post()


async def test_the_state_comes_at_once_and_then_each_second(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen, listening(seen.client) as ear:
        for _ in range(2):
            heard = await ear.hear()
            assert heard is not None
            assert (heard.name, heard.data["channels"][0]["kind"]) == ("status", "page")


async def test_a_post_and_its_edit_are_one_alert(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen, listening(seen.client) as ear:
        await post(seen.house, "Acme Corp posts record profit")
        posted = await ear.next("alert")
        await seen.house.enrich()
        await seen.house.edit()
        edited = await ear.next("alert")
    assert (posted.id, edited.id) == ("b00t-1", "b00t-2")
    assert posted.data["id"] == edited.data["id"]
    assert (posted.data["phase"], posted.data["edits"]) == ("pending", 0)
    assert (edited.data["phase"], edited.data["edits"]) == ("analysed", 1)


async def test_an_analysis_that_is_only_stored_is_told_too(tmp_path: Path) -> None:
    async with (
        open_page(tmp_path, shows_analysis=False) as seen,
        listening(seen.client) as ear,
    ):
        await post(seen.house, "Acme Corp posts record profit")
        await ear.next("alert")
        await seen.house.enrich()
        assert (await ear.next("alert")).data["phase"] == "analysed"


async def test_a_page_that_comes_back_gets_what_it_missed(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        async with listening(seen.client) as ear:
            await post(seen.house, "Big record one")
            last = (await ear.next("alert")).id
        await post(seen.house, "Big record two")  # nobody listens
        await seen.house.enrich()
        await seen.house.edit()
        await post(seen.house, "Big record three")
        async with listening(seen.client, last=last) as ear:
            missed = [(await ear.next("alert")).data for _ in range(3)]
    assert [alert["title"] for alert in missed] == [
        "Big record one",
        "Big record two",
        "Big record three",
    ]
    assert [alert["phase"] for alert in missed] == ["analysed", "analysed", "pending"]


async def test_a_page_that_saw_no_alert_can_come_back_too(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        async with listening(seen.client) as ear:
            last = (await ear.next("status")).id
        await post(seen.house, "Big record one")
        async with listening(seen.client, last=last) as ear:
            assert (await ear.next("alert")).data["title"] == "Big record one"


@pytest.mark.parametrize("last", ["0ther-1", "b00t-999", "b00t-x", "x", "b00t-²"])
async def test_an_id_that_is_not_ours_resets_the_page(
    tmp_path: Path, last: str
) -> None:
    async with open_page(tmp_path) as seen:
        await post(seen.house, "Big record one")
        async with listening(seen.client, last=last.encode().decode("latin-1")) as ear:
            reset = await ear.next("reset")
    assert (reset.data, reset.id) == ({}, "b00t-1")


async def test_a_page_away_for_too_many_changes_is_reset(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        for _ in range(501):
            seen.hub.changed("feed:unknown")
        async with listening(seen.client, last="b00t-0") as ear:
            assert (await ear.next("reset")).id == "b00t-501"
        async with listening(seen.client, last="b00t-500") as ear:
            await post(seen.house, "Big record one")
            heard = await ear.hear()
            while heard is not None and heard.name == "status":
                heard = await ear.hear()
            assert heard is not None
            assert heard.name == "alert"


def test_a_slow_reader_is_reset_once_and_hears_what_follows() -> None:
    stream = Stream(number=0)
    for number in range(WAITING + 2):
        stream.alert(f"{number} ".encode(), reset=b"reset ")

    async def first() -> bytes:
        return await anext(stream.chunks())

    assert asyncio.run(first()) == f"reset {WAITING} {WAITING + 1} ".encode()


async def test_a_reader_that_has_stopped_holds_up_nobody(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        host, port = seen.client._base_url.host, seen.client._base_url.port  # type: ignore[union-attr]
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(deaf, (host, port))
            request = f"GET /events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
            await loop.sock_sendall(deaf, request)
            await until(lambda: len(seen.hub._streams) == 1)
            (stream,) = seen.hub._streams
            titles = [f"Big record {number}" for number in range(150)]
            await post(seen.house, *titles)
            keys = [stored.alert.key for stored in await seen.house.archive.latest(200)]
            async with listening(seen.client) as ear:
                while b"event: reset" not in b"".join(stream._waiting):
                    for key in keys:  # 250 kB; the sockets take some 4 MB
                        seen.hub.changed(key)
                    while (await ear.next("alert")).data["title"] != titles[0]:
                        pass
            heard = b""
            while b"event: reset" not in heard:
                heard += await loop.sock_recv(deaf, 65_536)
            assert heard.count(b"event: reset") == 1


async def test_every_page_beyond_fifty_is_refused(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        streams = [seen.hub.open() for _ in range(STREAMS)]
        async with seen.client.get("/events") as answer:
            assert answer.status == 503
            assert (await answer.json())["detail"] == "too many pages"
        seen.hub.leave(streams[0])
        async with listening(seen.client) as ear:
            assert await ear.hear()


async def test_a_page_that_leaves_makes_room(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        for _ in range(STREAMS - 1):
            seen.hub.open()
        async with listening(seen.client) as ear:
            await ear.hear()
            assert not has_room(seen)
        await until(lambda: has_room(seen))


def has_room(seen: Page) -> bool:
    try:
        seen.hub.leave(seen.hub.open())
    except NoPlace:
        return False
    return True


async def test_streams_end_at_once_when_the_daemon_stops(tmp_path: Path) -> None:
    async with open_page(tmp_path) as seen:
        async with listening(seen.client) as ear:
            await ear.hear()
            seen.hub.close()
            left = 0
            async with asyncio.timeout(20):
                while await ear.hear():
                    left += 1
            assert left <= 1  # a status may have been on its way
        async with seen.client.get("/events") as answer:
            assert answer.status == 503
            assert (await answer.json())["detail"] == "the daemon is about to end"


async def test_a_query_that_fails_resets_the_pages_and_ends_nothing() -> None:
    calls: list[object] = []

    async def broken(keys: object) -> dict[str, bytes]:
        calls.append(keys)
        raise RuntimeError("disk")

    told = list[None]()
    hub = Hub(
        alerts=broken, status=lambda: b"{}", boot="b", broke=lambda: told.append(None)
    )
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        running = group.create_task(hub.run())
        stream = hub.open()
        chunks = stream.chunks()
        await anext(chunks)
        for _ in range(2):
            hub.changed("key")
            chunk = await anext(chunks)
            while b"event: reset" not in chunk:
                chunk = await anext(chunks)
        running.cancel()
    assert len(calls) == len(told) == 2


async def test_beyond_this_machine_the_stream_needs_a_token(tmp_path: Path) -> None:
    async with (
        open_page(tmp_path, host="0.0.0.0", tokens=(TOKEN,)) as seen,  # noqa: S104
        listening(seen.client, token=TOKEN) as ear,
    ):
        assert await ear.hear()
        async with seen.client.get("/events") as answer:
            assert answer.status == 401
