"""The limits and the bad days of the simulated Discord, as a raw client meets them."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from tests.discord_client import Client, card, open_client


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord().open() as server:
        yield server


@pytest.fixture
async def client(discord: FakeDiscord) -> AsyncIterator[Client]:
    async with open_client(discord) as opened:
        yield opened


async def test_a_bucket_counts_down_and_then_limits(
    discord: FakeDiscord, client: Client
) -> None:
    discord.limits = {"execute": (2, 60.0), "edit": (5, 60.0)}
    replies = [await client.post(card()) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    left = [reply.headers["X-RateLimit-Remaining"] for reply in replies]
    assert left == ["1", "0", "0"]
    limited = replies[-1]
    assert limited.headers["X-RateLimit-Scope"] == "user"
    assert 0 < limited.body["retry_after"] <= 60
    assert limited.headers["Via"]
    edit = await client.edit(replies[0].body["id"], card())
    assert edit.headers["X-RateLimit-Remaining"] == "4"
    posted = replies[0].headers["X-RateLimit-Bucket"]
    assert edit.headers["X-RateLimit-Bucket"] != posted
    assert [request.status for request in discord.requests] == [200, 200, 429, 200]


async def test_a_window_ends_and_the_next_one_is_full(
    discord: FakeDiscord, client: Client
) -> None:
    discord.limits = {"execute": (1, 0.5)}
    await client.posted()
    limited = await client.post(card())
    await asyncio.sleep(float(limited.body["retry_after"]) + 0.01)
    assert (await client.post(card())).status == 200


async def test_both_routes_can_share_a_bucket(
    discord: FakeDiscord, client: Client
) -> None:
    discord.limits = {"execute": (2, 60.0)}
    discord.shared_bucket = True
    first = await client.post(card())
    edit = await client.edit(first.body["id"], card())
    assert edit.headers["X-RateLimit-Remaining"] == "0"
    name = "X-RateLimit-Bucket"
    assert edit.headers[name] == first.headers[name]
    assert (await client.post(card())).status == 429


async def test_the_limit_of_the_channel_stands_in_no_header(
    discord: FakeDiscord, client: Client
) -> None:
    discord.limits = {"execute": (5, 60.0)}
    discord.channel_limit = (1, 60.0)
    await client.posted()
    reply = await client.post(card())
    assert (reply.status, reply.body["code"]) == (429, 20028)
    assert reply.headers["X-RateLimit-Remaining"] == "3"


async def test_a_fault_strikes_one_request_of_its_method(
    discord: FakeDiscord, client: Client
) -> None:
    discord.faults = [Fault(kind=FaultKind.STATUS, method="PATCH", status=502)]
    message_id = await client.posted()
    assert (await client.edit(message_id, card())).status == 502
    assert (await client.edit(message_id, card())).status == 200


async def test_an_outage_lasts_until_it_is_lifted(
    discord: FakeDiscord, client: Client
) -> None:
    discord.outage = Fault(kind=FaultKind.STATUS, status=503)
    assert [(await client.post(card())).status for _ in range(2)] == [503, 503]
    discord.outage = None
    assert (await client.post(card())).status == 200


@pytest.mark.parametrize(
    ("fault", "is_stored"),
    [
        (Fault(kind=FaultKind.DROP), False),
        (Fault(kind=FaultKind.LOST_REPLY), True),
        (Fault(kind=FaultKind.HALF_ANSWER), True),
    ],
)
async def test_a_broken_connection_tells_nothing_of_what_was_done(
    discord: FakeDiscord, client: Client, fault: Fault, is_stored: bool
) -> None:
    discord.faults = [fault]
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        await client.post(card())
    assert bool(discord.messages) is is_stored


@pytest.mark.parametrize("is_processed", [True, False])
async def test_a_hanging_discord_never_answers_and_closes_cleanly(
    discord: FakeDiscord, client: Client, is_processed: bool
) -> None:
    discord.faults = [Fault(kind=FaultKind.HANG, is_processed=is_processed)]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await client.post(card())
    assert bool(discord.messages) is is_processed


async def test_closing_ends_what_still_hangs_for_clients_that_left() -> None:
    before, discord, gate = asyncio.all_tasks(), FakeDiscord(), asyncio.Event()

    async def hold(_method: str, stage: str) -> None:
        try:
            await gate.wait()
        finally:
            await asyncio.sleep(0)  # an ending that takes its time
            ended.append(stage)

    ended: list[str] = []
    discord.on_request = hold
    async with discord.open(), open_client(discord) as client:
        leaving = asyncio.ensure_future(client.post(card()))
        await discord.wait_for(lambda: bool(discord.requests))
        leaving.cancel()
        await asyncio.wait([leaving])
    assert ended == ["received"]
    await asyncio.sleep(0)  # aiohttp's own task of the connection sees the end
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (Fault(kind=FaultKind.HTML_429, retry_after=7), 429, "text/html"),
        (Fault(kind=FaultKind.NOT_JSON), 200, "text/html"),
        (Fault(kind=FaultKind.RATE_LIMITED, scope="global"), 429, "application/json"),
    ],
)
async def test_answers_that_discord_or_its_doorman_really_give(
    discord: FakeDiscord, client: Client, fault: Fault, status: int, kind: str
) -> None:
    discord.faults = [fault]
    reply = await client.post(card())
    assert reply.status == status
    assert reply.headers["Content-Type"].startswith(kind)
    if fault.scope == "global":
        assert reply.headers["X-RateLimit-Global"] == "true"
        assert reply.body["global"] is True
    if fault.kind is FaultKind.HTML_429:
        assert reply.headers["Retry-After"] == "7"


async def test_a_saved_post_may_still_be_answered_by_an_error(
    discord: FakeDiscord, client: Client
) -> None:
    discord.faults = [Fault(kind=FaultKind.STATUS, status=502, is_processed=True)]
    assert (await client.post(card())).status == 502
    assert len(discord.messages) == 1


async def test_the_hook_sees_both_stages_and_may_drop_the_connection(
    discord: FakeDiscord, client: Client
) -> None:
    stages: list[tuple[str, str, int]] = []

    def note(method: str, stage: str) -> None:
        stages.append((method, stage, len(discord.messages)))
        if len(stages) == 3:
            raise ConnectionResetError

    discord.on_request = note
    await client.posted()
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.post(card())
    first = [("POST", "received", 0), ("POST", "processed", 1)]
    assert stages == [*first, ("POST", "received", 1)]
    assert len(discord.messages) == 1


async def test_the_hook_may_wait_and_the_request_waits_with_it(
    discord: FakeDiscord, client: Client
) -> None:
    gate = asyncio.Event()

    async def hold(_method: str, stage: str) -> None:
        if stage == "processed":
            await gate.wait()

    discord.on_request = hold
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(client.posted())
        await discord.wait_for(lambda: bool(discord.messages))
        assert not posting.done()
        gate.set()


async def test_latency_is_spent_before_and_after_the_work(
    discord: FakeDiscord, client: Client
) -> None:
    discord.latency = 0.04
    await client.posted()
    (request,), (write,) = discord.requests, discord.writes
    assert write.version.at - request.arrived >= 0.02
    assert request.answered - write.version.at >= 0.02


async def test_connections_are_refused_and_accepted_again(
    discord: FakeDiscord, client: Client
) -> None:
    await client.posted()
    await discord.stop_listening()
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.post(card())
    await discord.start_listening()
    assert (await client.post(card())).status == 200
    assert discord.connections == 2


async def test_a_client_that_left_does_not_undo_its_post(
    discord: FakeDiscord, client: Client
) -> None:
    discord.latency = 0.04
    leaving = asyncio.ensure_future(client.post(card()))
    await discord.wait_for(lambda: bool(discord.requests))
    leaving.cancel()
    await asyncio.wait([leaving])
    await discord.wait_for(lambda: len(discord.messages) == 1)
