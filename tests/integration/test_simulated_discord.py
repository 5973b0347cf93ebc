"""The simulated Discord, as a raw HTTP client meets it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from tests import discord_schema

AGENT = {"User-Agent": "DiscordBot (https://catalyst.example, 1.0)"}
QUIET = {"parse": list[str]()}


def card(title: str = "ACME ▲ Acme wins", *, analysis: str = "⏳ Pending") -> Any:
    field = {"name": "AI analysis", "value": analysis, "inline": False}
    return {"embeds": [{"title": title, "fields": [field]}], "allowed_mentions": QUIET}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any
    headers: dict[str, str]


class Client:
    """Posts and edits as the product does, with nothing of the product in it."""

    def __init__(self, session: aiohttp.ClientSession, discord: FakeDiscord) -> None:
        self.session, self.discord = session, discord

    async def post(self, payload: Any, query: str = "wait=true") -> Reply:
        return await self.send("POST", f"{self.discord.webhook_url}?{query}", payload)

    async def edit(self, message: str, payload: Any, query: str = "") -> Reply:
        url = f"{self.discord.webhook_url}/messages/{message}?{query}"
        return await self.send("PATCH", url, payload)

    async def posted(self, payload: Any | None = None) -> str:
        reply = await self.post(payload or card())
        assert reply.status == 200, reply.body
        return str(reply.body["id"])

    async def send(self, method: str, url: str, payload: Any) -> Reply:
        async with self.session.request(method, url, json=payload) as response:
            is_json = response.content_type == "application/json"
            body = await response.json() if is_json else await response.text()
            return Reply(response.status, body, dict(response.headers))


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord().open() as server:
        yield server


@pytest.fixture
async def client(discord: FakeDiscord) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession(headers=AGENT) as session:
        yield Client(session, discord)


async def test_a_card_is_posted_and_edited_and_every_version_is_kept(
    discord: FakeDiscord, client: Client
) -> None:
    message_id = await client.posted()
    reply = await client.edit(message_id, card(analysis="Bullish, high — record."))
    assert reply.status == 200
    assert reply.body["edited_timestamp"]
    message = discord.find("Acme wins")
    assert message.id == message_id
    assert [version.method for version in message.history] == ["POST", "PATCH"]
    seen = [version.field("AI analysis") for version in message.history]
    assert seen == ["⏳ Pending", "Bullish, high — record."]
    assert message.field("AI analysis") == seen[-1]
    assert len(discord.posts) == len(discord.edits) == 1


async def test_a_message_can_be_waited_for(
    discord: FakeDiscord, client: Client
) -> None:
    discord.latency = 0.02
    async with asyncio.TaskGroup() as group:
        group.create_task(client.posted())
        await discord.wait_for(lambda: len(discord.messages) == 1)
    with pytest.raises(TimeoutError):
        await discord.wait_for(lambda: False, timeout=0.01)


async def test_without_wait_a_post_gets_no_id(
    discord: FakeDiscord, client: Client
) -> None:
    reply = await client.post(card(), query="")
    assert (reply.status, reply.body) == (204, "")
    assert len(discord.messages) == 1


async def test_components_are_dropped_unless_asked_for(
    discord: FakeDiscord, client: Client
) -> None:
    button = {"type": 2, "style": 5, "label": "Article", "url": "https://a.example/x"}
    payload = {**card(), "components": [{"type": 1, "components": [button]}]}
    dropped = await client.post(payload)
    kept = await client.post(payload, query="wait=true&with_components=true")
    assert (dropped.body["components"], len(kept.body["components"])) == ([], 1)


async def test_a_thread_is_named_as_the_channel_of_its_message(client: Client) -> None:
    reply = await client.post(card(), query="wait=true&thread_id=77")
    assert reply.body["channel_id"] == "77"


async def test_an_unfit_payload_is_refused_with_the_path_to_its_fault(
    discord: FakeDiscord, client: Client
) -> None:
    reply = await client.post(card(title="x" * 257))
    assert (reply.status, reply.body["code"]) == (400, 50035)
    errors = reply.body["errors"]["embeds"]["0"]["title"]["_errors"]
    assert errors[0]["code"] == "BASE_TYPE_MAX_LENGTH"
    assert discord.refusals
    assert not discord.messages


async def test_an_empty_message_is_refused(client: Client) -> None:
    reply = await client.post({"content": " ", "allowed_mentions": QUIET})
    assert (reply.status, reply.body["code"]) == (400, 50006)


async def test_an_edit_may_not_empty_a_message(client: Client) -> None:
    message_id = await client.posted()
    reply = await client.edit(message_id, {"embeds": [], "allowed_mentions": QUIET})
    assert (reply.status, reply.body["code"]) == (400, 50006)


async def test_a_body_that_is_no_json_is_refused(
    discord: FakeDiscord, client: Client
) -> None:
    call = client.session.post(discord.webhook_url, data=b"{")
    async with call as response:
        assert response.status == 400


async def test_lax_mentions_and_ringing_phones_are_recorded(
    discord: FakeDiscord, client: Client
) -> None:
    await client.posted({"content": "@everyone <@&5>"})
    roles = {"parse": [], "roles": ["5"]}
    await client.posted({"content": "@here <@&5> <@6>", "allowed_mentions": roles})
    assert len(discord.lax_mentions) == 1
    assert discord.pings == ["@everyone", "<@&5>", "<@&5>"]


@pytest.mark.parametrize(
    ("knob", "status", "code"),
    [("webhook_gone", 404, 10015), ("token", 401, 50027), ("agent", 403, 40333)],
)
async def test_a_dead_or_foreign_webhook_is_refused(
    discord: FakeDiscord, client: Client, knob: str, status: int, code: int
) -> None:
    url, headers = discord.webhook_url, AGENT
    if knob == "webhook_gone":
        discord.webhook_gone = True
    elif knob == "token":
        url += "y"
    else:
        headers = {"User-Agent": "aiohttp"}
    async with client.session.post(url, json=card(), headers=headers) as response:
        assert response.status == status
        assert (await response.json())["code"] == code


async def test_a_deleted_message_is_unknown(
    discord: FakeDiscord, client: Client
) -> None:
    message_id = await client.posted()
    discord.delete(message_id)
    reply = await client.edit(message_id, card())
    assert (reply.status, reply.body["code"]) == (404, 10008)


async def test_a_message_of_an_hour_ago_can_not_be_edited(
    discord: FakeDiscord, client: Client
) -> None:
    message_id = await client.posted()
    discord.age = 3601
    reply = await client.edit(message_id, card())
    assert (reply.status, reply.body["code"]) == (429, 30046)


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
    discord.limits = {"execute": (1, 0.05)}
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
        async with asyncio.timeout(0.05):
            await client.post(card())
    assert bool(discord.messages) is is_processed


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
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await client.post(card())
    await discord.wait_for(lambda: len(discord.messages) == 1)


async def test_a_webhook_and_a_message_can_be_looked_up(
    discord: FakeDiscord, client: Client
) -> None:
    message_id = await client.posted()
    shown = await client.send("GET", discord.webhook_url, None)
    assert shown.body["channel_id"] == discord.channel_id
    url = f"{discord.base}/webhooks/{discord.webhook_id}/{discord.webhook_token}"
    found = await client.send("GET", f"{url}/messages/{message_id}", None)
    assert found.body["embeds"][0]["title"] == "ACME ▲ Acme wins"
    assert (await client.send("GET", f"{url}/messages/1", None)).status == 404


@pytest.mark.skipif(bool(discord_schema.skip), reason=discord_schema.skip)
async def test_what_it_accepts_is_valid_for_discords_own_schema(
    discord: FakeDiscord, client: Client
) -> None:
    message_id = await client.posted()
    await client.edit(message_id, card(analysis="⏱ Timed out after 10 s"))
    for write in discord.writes:
        kind = "create" if write.version.method == "POST" else "edit"
        assert discord_schema.violations(kind, write.version.payload) == []


def test_what_is_opened_by_nobody_says_so() -> None:
    with pytest.raises(LookupError):
        FakeDiscord().find("Acme")
