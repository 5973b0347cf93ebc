"""A bot's posts: no alert twice where Discord or its history can tell."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from catalyst_bot.clock import SystemClock
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.channel import DiscordChannel
from catalyst_bot.delivery.destination import BotChannel
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.opening import (
    Outfit,
    build_channel,
    open_discord_session,
)
from catalyst_bot.delivery.recall import Fate
from catalyst_bot.errors import DestinationDead, InDoubt, MessageGone, NotSent, Refused
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret
from catalyst_bot.simulation.beside import beside
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from tests.alerts import PENDING, alert_of, analysed, shown
from tests.news import headline
from tests.waiting import until

BATCH = tuple(shown(key=f"feed:{number}", analysis=PENDING) for number in range(3))
KEYS = tuple(card.alert.key for card in BATCH)
LONG_AGO = 200.0  # seconds: the nonce may be forgotten


@dataclass(frozen=True, kw_only=True)
class Desk:
    discord: FakeDiscord
    channel: DiscordChannel
    health: Health

    @property
    def fault(self) -> str:
        return self.health.destinations["bot"]


@asynccontextmanager
async def open_desk(*lacks: str, token: str = "") -> AsyncIterator[Desk]:
    discord, metrics, health = FakeDiscord(), Metrics(), Health()
    discord.guild.lacks.update(lacks)
    async with discord.open(), open_discord_session() as session:
        outfit = Outfit(
            session=session,
            clock=SystemClock(),
            metrics=metrics,
            health=health,
            version="1.0",
            guards=Guards(per_minute=0),
        )
        place = BotChannel(
            base=discord.base,
            id=discord.channel_id,
            token=Secret(token or discord.bot_token),
        )
        cards = Cards(disclaimer="", metrics=metrics)
        channel = build_channel(place, name="bot", cards=cards, outfit=outfit)
        async with beside(channel.watch(), name="watch"):
            yield Desk(discord=discord, channel=channel, health=health)


async def test_a_bots_post_and_its_edit_are_what_discord_takes() -> None:
    async with open_desk() as desk:
        (ref,) = await desk.channel.post([shown(analysis=PENDING)])
        await desk.channel.edit(ref, [shown(analysis=analysed())])
        (message,) = desk.discord.messages.values()
        assert message.webhook_id == ""
        assert message.field("AI analysis").startswith("Bullish")
        post = message.history[0].payload
        assert (len(post["nonce"]), post["enforce_nonce"]) == (25, True)
        assert desk.discord.refusals == []
        assert desk.discord.lax_mentions == []


async def test_a_post_that_is_repeated_in_time_makes_no_second_message() -> None:
    async with open_desk() as desk:
        desk.discord.faults = [Fault(kind=FaultKind.LOST_REPLY, method="POST")]
        with pytest.raises(InDoubt):
            await desk.channel.post(BATCH)
        recall = await desk.channel.recall(KEYS, since=time.time() - 90)
        assert recall.fate is Fate.NONCE
        refs = await desk.channel.post(BATCH, is_repeated=True)
        (message,) = desk.discord.messages.values()
        assert [(ref.message_id, ref.position, ref.cards) for ref in refs] == [
            (message.id, number, 3) for number in range(3)
        ]
        assert desk.discord.repeats == [message.id]


async def test_a_message_that_a_moderator_deleted_is_not_posted_again() -> None:
    async with open_desk() as desk:
        (ref,) = await desk.channel.post([shown()])
        desk.discord.delete(ref.message_id)
        with pytest.raises(MessageGone):
            await desk.channel.post([shown()], is_repeated=True)
        assert desk.discord.messages == {}


async def test_an_old_post_in_doubt_is_found_in_the_channel() -> None:
    async with open_desk() as desk:
        await desk.channel.post([shown(key="feed:another")])
        refs = await desk.channel.post(BATCH)
        recall = await desk.channel.recall(KEYS, since=time.time() - LONG_AGO)
        assert recall.fate is Fate.ADOPTED
        assert recall.refs == refs
        assert abs(recall.posted - time.time()) < 5


async def test_what_is_not_in_the_channel_was_not_posted() -> None:
    async with open_desk() as desk:
        await desk.channel.post(BATCH)
        other = [*KEYS[:2], "feed:never posted"]
        recall = await desk.channel.recall(other, since=time.time() - LONG_AGO)
        assert recall.fate is Fate.ABSENT


async def test_another_authors_message_with_our_id_is_not_ours() -> None:
    async with open_desk() as desk:
        (ref,) = await desk.channel.post([shown()])
        message = desk.discord.messages[ref.message_id]
        desk.discord.messages[ref.message_id] = replace(message, author_id="666")
        keys = [alert_of().key]
        recall = await desk.channel.recall(keys, since=time.time() - LONG_AGO)
        assert recall.fate is Fate.ABSENT


async def test_without_the_right_to_read_nobody_can_tell() -> None:
    async with open_desk("READ_MESSAGE_HISTORY") as desk:
        await desk.channel.post(BATCH)
        recall = await desk.channel.recall(KEYS, since=time.time() - LONG_AGO)
        assert recall.fate is Fate.UNKNOWN


async def test_a_history_too_long_to_read_says_nothing() -> None:
    async with open_desk() as desk:
        for number in range(100):
            await desk.channel.room()
            await desk.channel.post([shown(key=f"feed:other {number}")])
        await desk.channel.room()
        recall = await desk.channel.recall(KEYS, since=time.time() - LONG_AGO)
        assert recall.fate is Fate.UNKNOWN


async def test_a_history_that_cannot_be_read_now_is_read_later() -> None:
    async with open_desk() as desk:
        await until(lambda: len(desk.discord.requests) == 4)
        desk.discord.outage = Fault(kind=FaultKind.STATUS, status=503)
        with pytest.raises(NotSent):
            await desk.channel.recall(KEYS, since=time.time() - LONG_AGO)


async def test_before_discord_told_the_permissions_a_post_in_doubt_waits() -> None:
    async with open_desk() as desk:
        desk.discord.outage = Fault(kind=FaultKind.DROP)
        with pytest.raises(NotSent):
            await desk.channel.recall(KEYS, since=time.time() - LONG_AGO)
        desk.discord.outage = None
        async with asyncio.timeout(20):
            while True:
                try:
                    recall = await desk.channel.recall(
                        KEYS, since=time.time() - LONG_AGO
                    )
                    break
                except NotSent:
                    continue
        assert recall.fate is Fate.ABSENT


@pytest.mark.parametrize("name", ["SEND_MESSAGES", "EMBED_LINKS"])
async def test_a_permission_that_hides_cards_is_named(name: str) -> None:
    async with open_desk(name) as desk:
        await until(lambda: bool(desk.fault))
        assert name in desk.fault
        desk.discord.guild.lacks.clear()
        await until(lambda: not desk.fault)


async def test_an_odd_answer_about_permissions_ends_nothing() -> None:
    async with open_desk("EMBED_LINKS") as desk:
        guild = desk.discord.guild
        guild.overwrites = ["everyone"]
        await until(lambda: len(desk.discord.requests) > 8)
        guild.overwrites = []
        await until(lambda: "EMBED_LINKS" in desk.fault)


async def test_a_missing_right_to_read_is_a_notice_and_no_fault() -> None:
    async with open_desk("READ_MESSAGE_HISTORY") as desk:
        await until(lambda: "permissions bot" in desk.health.notices)
        assert "READ_MESSAGE_HISTORY" in desk.health.notices["permissions bot"]
        assert desk.fault == ""


@pytest.mark.parametrize("how", ["revoked", "gone", "unseen"])
async def test_a_dead_bot_is_told_and_left_alone(how: str) -> None:
    async with open_desk() as desk:
        await until(lambda: len(desk.discord.requests) == 4)
        desk.discord.token_revoked = how == "revoked"
        desk.discord.guild.channel_gone = how == "gone"
        if how == "unseen":
            desk.discord.guild.lacks.add("VIEW_CHANNEL")
        for _ in range(20):
            with pytest.raises(DestinationDead):
                await desk.channel.post([shown()])
        assert len(desk.discord.requests) == 5
        assert desk.fault


async def test_a_wrong_token_is_told_at_the_start_and_never_shown() -> None:
    token = "wrong-token.wrong.wrong-wrong-wrong-wrong"
    async with open_desk(token=token) as desk:
        await until(lambda: bool(desk.fault))
        assert "401" in desk.fault
        assert token not in desk.fault


async def test_a_message_of_another_author_is_refused_and_kills_nothing() -> None:
    async with open_desk() as desk:
        (ref,) = await desk.channel.post([shown(analysis=PENDING)])
        desk.discord.faults = [
            Fault(kind=FaultKind.STATUS, method="PATCH", status=403, code=50005)
        ]
        with pytest.raises(Refused):
            await desk.channel.edit(ref, [shown(analysis=analysed())])
        await desk.channel.post([shown(headline("Another"), key="feed:another")])


async def test_each_card_of_a_batch_is_edited_in_its_place() -> None:
    async with open_desk() as desk:
        refs = await desk.channel.post(BATCH)
        second = shown(key="feed:1", analysis=analysed())
        states = (BATCH[0], second, BATCH[2])
        is_new = await desk.channel.edit(refs[0], states)
        assert is_new == (False, True, False)
        (message,) = desk.discord.messages.values()
        told = [message.field("AI analysis", embed=n)[:7] for n in range(3)]
        assert told == ["⏳ Pendi", "Bullish", "⏳ Pendi"]
        assert await desk.channel.edit(refs[1], states) == (False, False, False)
        assert len(desk.discord.edits) == 1
