import asyncio
import socket
import zlib
from collections.abc import Mapping
from typing import Any

import pytest

from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.answer import BadBody
from catalyst_bot.delivery.writer import Posted, Times
from catalyst_bot.errors import (
    DeliveryError,
    DestinationDead,
    InDoubt,
    MessageGone,
    NotSent,
    Refused,
)
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from tests.servers import http, raw_server
from tests.writing import Desk, open_desk

CREATE = "/webhooks/1/t?wait=true&with_components=true"
LIMITED = {"execute": (5, 0.4), "edit": (5, 0.4)}


def body(text: str) -> Mapping[str, Any]:
    return {"content": text, "allowed_mentions": {"parse": []}}


async def known(desk: Desk, *, edits: bool = True) -> str:
    """Post and edit once, so that the buckets are known; return the message."""
    posted = await desk.writer.create(body("first"))
    if edits:
        await desk.writer.edit(posted.message_id, body("first, edited"))
    return posted.message_id


async def post_all(desk: Desk, texts: list[str]) -> None:
    """Post as the pipeline does: ask for room, then start as many at once."""
    waiting = list(texts)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        while waiting:
            room = (await desk.writer.room()).posts
            desk.writer.promise(min(room, len(waiting)))
            now, waiting = waiting[:room], waiting[room:]
            for text in now:
                group.create_task(desk.writer.create(body(text)))
            await asyncio.sleep(0)


async def edit_all(desk: Desk, message_id: str, count: int) -> None:
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(edit_in_turn(desk, message_id, f"edit {number}"))


async def edit_in_turn(desk: Desk, message_id: str, text: str) -> None:
    """Edit as the ledger does: what may not start now comes back later."""
    while True:
        await desk.writer.edit_room()
        try:
            await desk.writer.edit(message_id, body(text))
        except NotSent as error:
            await asyncio.sleep(error.retry_after)
        else:
            return


async def test_a_post_and_its_edit_arrive_as_discord_wants_them() -> None:
    async with open_desk() as desk:
        posted = await desk.writer.create(body("hello"))
        await desk.writer.edit(posted.message_id, body("hello again"))
        discord = desk.discord
        assert posted.channel_id == discord.channel_id
        assert discord.messages[posted.message_id].content == "hello again"
        post, edit = discord.requests
        assert post.query == {"wait": "true", "with_components": "true"}
        assert edit.query == {"with_components": "true"}
        assert post.agent == "DiscordBot (https://catalyst-bot.example, 1.0)"
        text = desk.metrics.render().decode()
        assert 'discord_requests_total{method="POST",status="200"} 1.0' in text
        assert 'discord_requests_total{method="PATCH",status="200"} 1.0' in text


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind=FaultKind.STATUS, status=500), InDoubt),
        (Fault(kind=FaultKind.STATUS, status=502, is_processed=True), InDoubt),
        (Fault(kind=FaultKind.DROP), InDoubt),
        (Fault(kind=FaultKind.LOST_REPLY), InDoubt),
        (Fault(kind=FaultKind.HANG), InDoubt),
        (Fault(kind=FaultKind.HALF_ANSWER), InDoubt),
        (Fault(kind=FaultKind.NOT_JSON), InDoubt),
        (Fault(kind=FaultKind.RATE_LIMITED, retry_after=0.3), NotSent),
        (Fault(kind=FaultKind.HTML_429, retry_after=0.3), NotSent),
        (Fault(kind=FaultKind.STATUS, status=403, code=40333), NotSent),
        (Fault(kind=FaultKind.STATUS, status=400, code=50035), BadBody),
        (Fault(kind=FaultKind.STATUS, status=413), Refused),
        (Fault(kind=FaultKind.STATUS, status=302), NotSent),
        (Fault(kind=FaultKind.STATUS, status=401, code=50027), DestinationDead),
        (Fault(kind=FaultKind.STATUS, status=403, code=50013), DestinationDead),
        (Fault(kind=FaultKind.STATUS, status=404, code=10015), DestinationDead),
        (Fault(kind=FaultKind.STATUS, status=404, code=10003), DestinationDead),
    ],
)
async def test_a_failed_post_tells_whether_it_may_have_arrived(
    fault: Fault, error: type[DeliveryError]
) -> None:
    async with open_desk() as desk:
        desk.discord.faults = [fault]
        with pytest.raises(DeliveryError) as caught:
            await desk.writer.create(body("hello"))
        assert type(caught.value) is error
        assert len(desk.discord.requests) == 1


async def test_a_refused_connection_is_surely_not_sent() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/webhooks/1/t"
        async with open_desk(url=url) as desk:
            with pytest.raises(NotSent):
                await desk.writer.create(body("hello"))
            with pytest.raises(NotSent):
                await desk.writer.edit("7", body("hello"))
            text = desk.metrics.render().decode()
            assert 'discord_requests_total{method="POST",status="none"} 1.0' in text


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", b"[]"),
        http("200 OK", b"{}"),
        http("200 OK", b'{"id": 7, "channel_id": null}'),
        http("200 OK", b'{"id":"7","channel_id":"' + b"8" * (1 << 20) + b'"}'),
        http("200 OK", zlib.compress(b"7" * (64 << 20)), Content_Encoding="deflate"),
        http("204 No Content"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"nonsense\r\n\r\n",
    ],
)
async def test_a_success_that_names_no_message_is_in_doubt(answer: bytes) -> None:
    async with raw_server() as server:
        server.answers[CREATE] = answer
        async with open_desk(url=f"{server.url}/webhooks/1/t", times=Times()) as desk:
            with pytest.raises(InDoubt):
                await desk.writer.create(body("hello"))


async def test_an_endless_answer_is_left_at_its_cap() -> None:
    async def endless(stream: asyncio.StreamWriter) -> None:
        stream.write(b"HTTP/1.1 200 OK\r\n\r\n{")
        while True:
            stream.write(b" " * 65536)
            await stream.drain()

    async with raw_server() as server:
        server.answers[CREATE] = endless
        async with open_desk(url=f"{server.url}/webhooks/1/t", times=Times()) as desk:
            with pytest.raises(InDoubt, match="without JSON"):
                await desk.writer.create(body("hello"))


async def test_a_redirect_is_not_followed() -> None:
    async with raw_server() as server:
        server.answers[CREATE] = http("302 Found", Location="/elsewhere")
        async with open_desk(url=f"{server.url}/webhooks/1/t") as desk:
            with pytest.raises(NotSent):
                await desk.writer.create(body("hello"))
        assert len(server.requests) == 1


async def test_no_place_in_the_pool_is_surely_not_sent() -> None:
    times = Times(connect=0.5, total=20.0)
    async with open_desk(times=times, connections=1) as desk:
        desk.discord.outage = Fault(kind=FaultKind.HANG)
        async with asyncio.TaskGroup() as group:
            hanging = group.create_task(desk.writer.create(body("hello")))
            await desk.discord.wait_for(lambda: len(desk.discord.requests) == 1)
            with pytest.raises(NotSent):
                await desk.writer.create(body("hello"))
            hanging.cancel()


async def test_an_answer_wakes_who_waits_for_room() -> None:
    async with open_desk(times=Times()) as desk:
        discord, goes_on = desk.discord, asyncio.Event()
        discord.limits = {"execute": (2, 60.0)}
        await known(desk, edits=False)

        async def hold(method: str, stage: str) -> None:
            await goes_on.wait()

        discord.on_request = hold
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            group.create_task(desk.writer.create(body("the last token")))
            await discord.wait_for(lambda: len(discord.requests) == 2)
            waiting = group.create_task(desk.writer.room())
            await asyncio.sleep(0)
            assert not waiting.done()
            discord.limits = {}  # as if Discord had raised the limit
            goes_on.set()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.STATUS, status=500),
        Fault(kind=FaultKind.DROP),
        Fault(kind=FaultKind.HALF_ANSWER),
        Fault(kind=FaultKind.NOT_JSON),
    ],
)
async def test_a_failed_edit_is_repeated(fault: Fault) -> None:
    async with open_desk() as desk:
        message_id = await known(desk)
        desk.discord.faults = [fault, fault]
        await desk.writer.edit(message_id, body("at last"))
        assert desk.discord.messages[message_id].content == "at last"


async def test_an_edit_gives_up_after_five_tries() -> None:
    async with open_desk(times=Times(first_retry=0.001)) as desk:
        message_id = await known(desk)
        desk.discord.outage = Fault(kind=FaultKind.STATUS, status=503)
        with pytest.raises(NotSent):
            await desk.writer.edit(message_id, body("never"))
        assert len(desk.discord.answered(503)) == 5


async def test_an_edit_ends_within_its_total_deadline() -> None:
    async with open_desk(times=Times(total=1.0)) as desk:
        message_id = await known(desk)
        desk.discord.outage = Fault(kind=FaultKind.HANG)
        with pytest.raises(NotSent):
            async with asyncio.timeout(20):
                await desk.writer.edit(message_id, body("never"))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind=FaultKind.STATUS, status=404, code=10008), MessageGone),
        (Fault(kind=FaultKind.STATUS, status=404), Refused),
        (Fault(kind=FaultKind.STATUS, status=400, code=50035), BadBody),
        (Fault(kind=FaultKind.STATUS, status=429, code=30046), Refused),
        (Fault(kind=FaultKind.STATUS, status=404, code=10015), DestinationDead),
        (Fault(kind=FaultKind.RATE_LIMITED, retry_after=0.3), NotSent),
    ],
)
async def test_an_edit_that_discord_declines_is_not_repeated(
    fault: Fault, error: type[DeliveryError]
) -> None:
    async with open_desk() as desk:
        message_id = await known(desk)
        desk.discord.faults = [fault]
        with pytest.raises(DeliveryError) as caught:
            await desk.writer.edit(message_id, body("new"))
        assert type(caught.value) is error
        assert len(desk.discord.requests) == 3


async def test_an_edit_of_an_old_message_stops_no_other_edit() -> None:
    async with open_desk() as desk:
        message_id = await known(desk)
        desk.discord.age = 3700.0
        with pytest.raises(Refused):
            await desk.writer.edit(message_id, body("too late"))
        desk.discord.age = 0.0
        await desk.writer.edit(message_id, body("in time"))


async def test_nothing_is_sent_to_a_dead_destination() -> None:
    async with open_desk() as desk:
        desk.discord.limits = {"execute": (1, 60.0)}
        message_id = await known(desk)
        desk.discord.webhook_gone = True
        with pytest.raises(DestinationDead):
            await desk.writer.edit(message_id, body("hello"))
        async with asyncio.timeout(20):
            for _ in range(20):
                assert (await desk.writer.room()).posts > 0
                assert await desk.writer.edit_room() > 0
                with pytest.raises(DestinationDead):
                    await desk.writer.create(body("hello"))
                with pytest.raises(DestinationDead):
                    await desk.writer.edit(message_id, body("hello"))
        assert len(desk.discord.answered(404)) == 1
        assert "10015" in desk.fault


async def test_a_writer_names_its_token_in_no_error_and_no_fault() -> None:
    async with open_desk() as desk:
        token = desk.discord.webhook_token
        desk.discord.faults = [
            Fault(kind=FaultKind.DROP),
            Fault(kind=FaultKind.STATUS, status=401),
        ]
        for _ in range(2):
            with pytest.raises(DeliveryError) as caught:
                await desk.writer.create(body("hello"))
            assert token not in str(caught.value)
        assert token not in desk.fault


async def test_a_rate_limit_pauses_its_route_only() -> None:
    async with open_desk() as desk:
        message_id = await known(desk)
        desk.discord.faults = [
            Fault(kind=FaultKind.RATE_LIMITED, method="PATCH", retry_after=30.0)
        ]
        for _ in range(3):
            with pytest.raises(NotSent) as caught:
                await desk.writer.edit(message_id, body("new"))
            assert 25 < caught.value.retry_after <= 30
        assert len(desk.discord.answered(429)) == 1
        await desk.writer.create(body("an alert"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.RATE_LIMITED, scope="global", retry_after=30.0),
        Fault(kind=FaultKind.HTML_429, retry_after=30.0),
    ],
)
async def test_a_global_limit_pauses_all_writers_of_the_process(fault: Fault) -> None:
    allowance = Allowance()
    async with (
        open_desk(allowance=allowance) as one,
        open_desk(allowance=allowance) as other,
    ):
        one.discord.faults = [fault]
        with pytest.raises(NotSent):
            await one.writer.create(body("hello"))
        with pytest.raises(NotSent) as caught:
            await other.writer.create(body("hello"))
        assert caught.value.retry_after > 25
        assert other.discord.requests == []


async def test_cloudflares_wall_shows_in_health_until_it_is_passed() -> None:
    async with open_desk() as desk:
        desk.discord.faults = [Fault(kind=FaultKind.HTML_429, retry_after=0.2)]
        with pytest.raises(NotSent):
            await desk.writer.create(body("hello"))
        assert "Cloudflare" in desk.fault
        async with asyncio.timeout(20):
            await desk.writer.room()
        assert desk.fault == ""
        await desk.writer.create(body("hello"))


async def test_too_many_invalid_answers_stop_writing() -> None:
    async with open_desk(allowance=Allowance(invalid_limit=2)) as desk:
        limited = Fault(kind=FaultKind.RATE_LIMITED, retry_after=0.05)
        desk.discord.faults = [limited, limited]
        for _ in range(2):
            async with asyncio.timeout(20):
                await desk.writer.room()
            with pytest.raises(NotSent):
                await desk.writer.create(body("hello"))
        with pytest.raises(NotSent) as caught:
            await desk.writer.create(body("hello"))
        assert caught.value.retry_after > 500
        assert "invalid" in desk.fault
        assert len(desk.discord.requests) == 2


async def test_a_burst_obeys_the_limit_without_one_429() -> None:
    async with open_desk(times=Times()) as desk:
        desk.discord.limits, desk.discord.latency = LIMITED, 0.02
        texts = [f"alert {number}" for number in range(17)]
        await post_all(desk, texts)
        assert sorted(m.content for m in desk.discord.messages.values()) == sorted(
            texts
        )
        assert desk.discord.answered(429) == []


async def test_a_post_passes_twenty_edits_that_were_there_before() -> None:
    async with open_desk(times=Times()) as desk:
        message_id = await known(desk)
        desk.discord.latency = 0.2
        async with asyncio.TaskGroup() as group:
            group.create_task(edit_all(desk, message_id, 20))
            await desk.discord.wait_for(lambda: len(desk.discord.requests) > 4)
            await post_all(desk, ["the alert"])
            arrived = [request.method for request in desk.discord.requests]
        assert arrived.index("POST", 1) <= 2 + 10  # behind those in flight only


async def test_a_post_starts_while_the_edit_bucket_is_empty() -> None:
    async with open_desk(times=Times()) as desk:
        desk.discord.limits = {"execute": (5, 60.0), "edit": (1, 60.0)}
        message_id = await known(desk)
        with pytest.raises(NotSent):
            await desk.writer.edit(message_id, body("no token"))
        async with asyncio.timeout(20):
            await post_all(desk, ["the alert"])


@pytest.mark.parametrize("latency", [0.0, 0.03])
async def test_a_shared_bucket_serves_posts_and_edits_without_one_429(
    latency: float,
) -> None:
    async with open_desk(times=Times()) as desk:
        desk.discord.limits, desk.discord.shared_bucket = LIMITED, True
        message_id = await known(desk)
        desk.discord.latency = latency
        async with asyncio.TaskGroup() as group:
            group.create_task(edit_all(desk, message_id, 8))
            group.create_task(post_all(desk, [f"alert {n}" for n in range(8)]))
        assert len(desk.discord.posts) == 9
        assert len(desk.discord.edits) == 9
        assert desk.discord.answered(429) == []


async def test_at_most_twenty_requests_are_under_way() -> None:
    async with open_desk(times=Times()) as desk:
        await known(desk, edits=False)
        desk.discord.outage = Fault(kind=FaultKind.HANG)
        assert (await desk.writer.room()).posts == 20
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(desk.writer.create(body(str(n)))) for n in range(20)
            ]
            await desk.discord.wait_for(lambda: len(desk.discord.requests) == 21)
            with pytest.raises(NotSent):
                await desk.writer.create(body("one too many"))
            for task in tasks:
                task.cancel()
        assert (await desk.writer.room()).posts > 0


async def test_a_cancelled_post_gives_its_place_back() -> None:
    async with open_desk(times=Times()) as desk:
        await known(desk, edits=False)
        desk.discord.outage = Fault(kind=FaultKind.HANG)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await desk.writer.create(body("hello"))
        desk.discord.outage = None
        posted = await desk.writer.create(body("hello"))
        assert isinstance(posted, Posted)


@pytest.mark.parametrize("hidden", [True, False])
async def test_a_limit_that_no_header_shows_pauses_the_posts_of_the_channel(
    hidden: bool,
) -> None:
    async with open_desk(per_minute=30) as desk:
        message_id = await known(desk)
        code = 20028 if hidden else 0
        desk.discord.limits = {} if hidden else {"execute": (50, 60.0)}
        desk.discord.faults = [
            Fault(
                kind=FaultKind.RATE_LIMITED, method="POST", retry_after=30.0, code=code
            )
        ]
        with pytest.raises(NotSent):
            await desk.writer.create(body("one too many"))
        with pytest.raises(NotSent) as caught:
            await desk.writer.create(body("breaking"), is_urgent=True)
        assert 25 < caught.value.retry_after <= 30
        await desk.writer.edit(message_id, body("edits go on"))
        assert len(desk.discord.answered(429)) == 1


async def test_a_shared_limit_pauses_its_bucket_and_counts_for_no_ban() -> None:
    allowance = Allowance(invalid_limit=1)
    async with open_desk(allowance=allowance) as desk:
        await known(desk)
        desk.discord.faults = [
            Fault(kind=FaultKind.RATE_LIMITED, scope="shared", retry_after=0.3)
        ]
        with pytest.raises(NotSent):
            await desk.writer.create(body("not yet"))
        assert desk.fault == ""
        async with asyncio.timeout(5):
            await desk.writer.room()
        await desk.writer.create(body("now"))


async def test_no_wait_is_longer_than_an_hour() -> None:
    async with open_desk() as desk:
        desk.discord.faults = [Fault(kind=FaultKind.RATE_LIMITED, retry_after=86_400.0)]
        with pytest.raises(NotSent) as caught:
            await desk.writer.create(body("hello"))
        assert caught.value.retry_after == 3600.0


async def test_the_channels_guard_holds_posts_back_and_lets_breaking_ones_go() -> None:
    async with open_desk(per_minute=10) as desk:
        await known(desk, edits=False)
        for number in range(4):
            await desk.writer.create(body(str(number)))
        assert desk.writer.free().posts == 0
        assert desk.writer.free().urgent == 5
        with pytest.raises(NotSent):
            await desk.writer.create(body("calm"))
        await desk.writer.create(body("breaking"), is_urgent=True)
        assert desk.discord.answered(429) == []


async def test_what_was_promised_is_not_planned_twice() -> None:
    async with open_desk() as desk:
        assert (await desk.writer.room()).posts == 5
        desk.writer.promise(3)
        assert desk.writer.free().posts == 2
        await desk.writer.create(body("one of the three"))
        assert desk.writer.free().posts == 18  # its answer lifted the limit
