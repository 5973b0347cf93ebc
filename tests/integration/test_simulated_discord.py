"""The simulated Discord on a good day, as a raw HTTP client meets it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from catalyst_bot.simulation.discord import FakeDiscord
from tests import discord_schema
from tests.discord_client import AGENT, QUIET, Client, card, open_client


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord().open() as server:
        yield server


@pytest.fixture
async def client(discord: FakeDiscord) -> AsyncIterator[Client]:
    async with open_client(discord) as opened:
        yield opened


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
