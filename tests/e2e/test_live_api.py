"""The whole product as its own page sees it: with Discord beside it, and without."""

import asyncio

import aiohttp

from tests.e2e.stage import TITLE, is_final, open_stage, release
from tests.events import Ear, Heard, listening
from tests.processes import ROOT

SLOW = 2.0  # seconds: the page is told of the post before the verdict is there


async def card_of(ear: Ear, *, phase: str) -> Heard:
    """Wait until the page is told of the alert in this phase."""
    async with asyncio.timeout(40):
        while True:
            heard = await ear.next("alert")
            if heard.data["phase"] == phase:
                assert heard.data["title"] == TITLE
                return heard


async def test_without_a_webhook_the_page_is_the_channel() -> None:
    async with open_stage(env={"DISCORD_WEBHOOK_URL": ""}) as stage:
        stage.world.llm.latency = SLOW
        async with (
            stage.running() as app,
            aiohttp.ClientSession(app.url) as client,
            listening(client) as ear,
        ):
            status = await ear.next("status")
            assert status.data["channels"][0]["kind"] == "page"
            await stage.primed()
            stage.publish(release())
            posted = await card_of(ear, phase="pending")
            read = await card_of(ear, phase="analysed")
            assert posted.data["id"] == read.data["id"]
            assert 0 <= posted.data["posted_ms"] < read.data["verdict_ms"]
            async with client.get("/api/alerts") as answer:
                (alert,) = (await answer.json())["alerts"]
            assert alert == read.data
            async with client.get(f"/api/alerts/{alert['id']}") as answer:
                route = (await answer.json())["why"]["route"]
            assert route[0]["message_id"] == alert["id"]
            async with client.get("/readyz") as answer:
                assert answer.status == 200
        assert not stage.world.discord.messages


async def test_with_a_webhook_the_page_shows_what_discord_got() -> None:
    async with open_stage() as stage:
        stage.world.llm.latency = SLOW
        async with (
            stage.running() as app,
            aiohttp.ClientSession(app.url) as client,
            listening(client) as ear,
        ):
            await stage.primed()
            stage.publish(release())
            read = await card_of(ear, phase="analysed")
            message = await stage.card(TITLE, until=is_final)
            assert read.data["card"] == message.history[-1].payload
            assert read.data["edits"] == len(message.edits) == 1
            status = await ear.next("status")
            assert status.data["channels"][0]["kind"] == "discord"
            assert 0 <= status.data["channels"][0]["posts_left"] <= 20
            assert status.data["llm"]["providers"][0]["provider"] == "ollama"


async def test_a_stop_does_not_wait_for_open_pages() -> None:
    async with open_stage() as stage, aiohttp.ClientSession() as client:
        async with stage.running() as app:
            ear = Ear(await client.get(f"{app.url}/events"))
            await ear.hear()
        while await ear.hear():  # it ended soundly, it was not cut off
            pass


async def test_every_route_belongs_to_a_capability() -> None:
    page = (ROOT / "docs" / "capabilities.md").read_text(encoding="utf-8")
    async with (
        open_stage() as stage,
        stage.running() as app,
        aiohttp.ClientSession(app.url) as client,
        client.get("/openapi.json") as answer,
    ):
        described = (await answer.json())["paths"]
    routes = {
        f"`{method.upper()} {path}`"
        for path, methods in described.items()
        for method in methods
    }
    assert "`POST /api/score`" in routes
    assert {route for route in routes if route not in page} == set()
