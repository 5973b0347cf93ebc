"""What the bot says of itself waits for everything else that goes to Discord."""

import asyncio

import pytest

from catalyst_bot.delivery.memory import NoMemory
from catalyst_bot.delivery.notices import Notices
from catalyst_bot.errors import DestinationDead, MessageGone
from tests.writing import Desk, open_desk

ALERT = {"content": "an alert", "allowed_mentions": {"parse": []}}
LIMITED = {"execute": (5, 5.0), "edit": (5, 5.0)}


def notices(desk: Desk) -> Notices:
    return Notices(writer=desk.writer, memory=NoMemory())


def contents(desk: Desk) -> list[str]:
    return [str(request.payload.get("content")) for request in desk.discord.requests]


async def test_a_touched_window_is_left_to_the_alerts() -> None:
    async with open_desk() as desk:
        desk.discord.limits = dict(LIMITED)
        said = await notices(desk).say("hello", kind="status", key="1")
        await desk.writer.create(ALERT)
        async with asyncio.timeout(40), asyncio.TaskGroup() as group:
            group.create_task(notices(desk).say("later", kind="status", key="2"))
            await asyncio.sleep(0)
            for _ in range(3):
                await desk.writer.room()
                await desk.writer.create(ALERT)
        assert contents(desk) == ["hello", *["an alert"] * 4, "later"]
        assert said in desk.discord.messages
        assert desk.discord.answered(429) == []


async def test_a_request_under_way_comes_first() -> None:
    async with open_desk() as desk:
        said = await notices(desk).say("hello", kind="status", key="1")
        desk.discord.latency = 1.0
        async with asyncio.timeout(40), asyncio.TaskGroup() as group:
            group.create_task(desk.writer.create(ALERT))
            await asyncio.sleep(0)
            group.create_task(notices(desk).rewrite(said, "hello again"))
            await desk.discord.wait_for(lambda: len(desk.discord.requests) == 2)
            await desk.writer.create(ALERT)
        assert contents(desk)[-1] == "hello again"


async def test_a_message_of_ours_can_be_taken_away_once() -> None:
    async with open_desk() as desk:
        said = await notices(desk).say("hello", kind="status", key="1")
        await notices(desk).withdraw(said)
        assert said not in desk.discord.messages
        with pytest.raises(MessageGone):
            await notices(desk).withdraw(said)


async def test_a_dead_webhook_is_not_asked_again() -> None:
    async with open_desk() as desk:
        desk.discord.webhook_gone = True
        with pytest.raises(DestinationDead):
            await notices(desk).say("hello", kind="status", key="1")
        with pytest.raises(DestinationDead):
            await notices(desk).say("hello", kind="status", key="1")
        assert len(desk.discord.requests) == 1
