import asyncio
import logging
from dataclasses import replace

import pytest

from catalyst_bot.card_state import Analysis, CardState, MessageRef, Shown
from catalyst_bot.delivery.card import Card
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.channel import DiscordChannel
from catalyst_bot.delivery.memory import NoMemory
from catalyst_bot.delivery.render import Renderer, render
from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.delivery.writer import Tokens
from catalyst_bot.errors import DestinationDead, MessageGone, Refused
from catalyst_bot.model import Alert
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from tests.alerts import EVERY_ANALYSIS, PENDING, alert_of, analysed
from tests.news import headline
from tests.writing import Desk, open_desk

REFUSED = Fault(kind=FaultKind.STATUS, status=400, code=50035)


class Single(DiscordChannel):
    """A channel whose messages have one card each."""

    async def show(self, alert: Alert, state: CardState) -> MessageRef:
        (ref,) = await self.post([Shown(alert=alert, state=state)])
        return ref

    async def change(self, ref: MessageRef, alert: Alert, state: CardState) -> bool:
        (is_new,) = await self.edit(ref, [Shown(alert=alert, state=state)])
        return is_new


def channel_at(desk: Desk, *, renderer: Renderer = render) -> Single:
    cards = Cards(
        disclaimer="not investment advice", metrics=desk.metrics, renderer=renderer
    )
    return Single(name="main", writer=desk.writer, cards=cards, memory=NoMemory())


def cursed(alert: Alert, state: CardState, *, disclaimer: str) -> Card:
    if "cursed" in alert.item.title:
        raise RuntimeError("this headline breaks the renderer")
    return render(alert, state, disclaimer=disclaimer)


@pytest.mark.parametrize("analysis", EVERY_ANALYSIS)
async def test_discord_takes_every_card_and_pings_nobody(analysis: Analysis) -> None:
    async with open_desk() as desk:
        channel, discord = channel_at(desk), desk.discord
        first = CardState(analysis=PENDING)
        ref = await channel.show(alert_of(), first)
        await channel.change(ref, alert_of(), replace(first, analysis=analysis))
        assert discord.refusals == []
        assert discord.lax_mentions == []
        assert discord.pings == []
        assert (ref.channel, ref.channel_id) == ("main", discord.channel_id)
        message = discord.messages[ref.message_id]
        assert message.footer.endswith(f"id:{alert_of().id}")
        assert len(message.components) == 1


async def test_a_card_becomes_its_verdict_in_the_same_message() -> None:
    async with open_desk() as desk:
        channel = channel_at(desk)
        ref = await channel.show(alert_of(), CardState(analysis=PENDING))
        await channel.change(ref, alert_of(), CardState(analysis=analysed()))
        (message,) = desk.discord.messages.values()
        before, after = message.history
        assert before.field("AI analysis").startswith("⏳ Pending")
        assert after.field("AI analysis").startswith("Bullish, high — ")


async def test_an_edit_that_changes_nothing_makes_no_request() -> None:
    async with open_desk() as desk:
        channel = channel_at(desk)
        ref = await channel.show(alert_of(), CardState(analysis=PENDING))
        await channel.change(ref, alert_of(), CardState(analysis=PENDING))
        for _ in range(2):
            await channel.change(ref, alert_of(), CardState(analysis=analysed()))
        assert len(desk.discord.edits) == 1


async def test_one_bad_headline_goes_out_plain(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_desk() as desk:
        channel = channel_at(desk, renderer=cursed)
        bad = alert_of(headline("A cursed headline"))
        state = CardState(analysis=PENDING)
        async with asyncio.TaskGroup() as group:
            group.create_task(channel.show(bad, state))
            group.create_task(channel.show(alert_of(), state))
        assert desk.discord.find("A cursed headline").embeds[0].get("fields") is None
        assert desk.discord.find("record profit").field("AI analysis")
        text = desk.metrics.render().decode()
        assert 'unexpected_errors_total{where="render"} 1.0' in text
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert record.exc_info


async def test_a_state_that_asks_for_it_is_posted_plain() -> None:
    async with open_desk() as desk:
        ref = await channel_at(desk).show(alert_of(), CardState(is_plain=True))
        assert "fields" not in desk.discord.messages[ref.message_id].embeds[0]


async def test_a_card_that_discord_refuses_is_posted_plain() -> None:
    async with open_desk() as desk:
        desk.discord.faults = [REFUSED]
        ref = await channel_at(desk).show(alert_of(), CardState(analysis=PENDING))
        message = desk.discord.messages[ref.message_id]
        assert message.title == "ACME ▲ Acme Corp reports record profit"
        assert message.components == ()
        assert message.field("AI analysis") == ""


async def test_a_card_refused_twice_is_given_up() -> None:
    async with open_desk() as desk:
        desk.discord.faults = [REFUSED, REFUSED]
        with pytest.raises(Refused):
            await channel_at(desk).show(alert_of(), CardState(analysis=PENDING))
        assert len(desk.discord.requests) == 2


async def test_a_refused_edit_leaves_no_card_pending() -> None:
    async with open_desk() as desk:
        channel = channel_at(desk)
        ref = await channel.show(alert_of(), CardState(analysis=PENDING))
        desk.discord.faults = [REFUSED]
        for _ in range(2):
            await channel.change(ref, alert_of(), CardState(analysis=analysed()))
        assert desk.discord.messages[ref.message_id].field("AI analysis") == ""
        assert len(desk.discord.requests) == 3


async def test_an_edit_needs_nothing_but_its_reference() -> None:
    async with open_desk() as desk:
        ref = await channel_at(desk).show(alert_of(), CardState(analysis=PENDING))
        restarted = channel_at(desk)
        await restarted.change(ref, alert_of(), CardState(analysis=analysed()))
        assert desk.discord.messages[ref.message_id].field("Model")
        desk.discord.delete(ref.message_id)
        with pytest.raises(MessageGone):
            await restarted.change(ref, alert_of(), CardState(analysis=PENDING))


async def test_room_comes_from_the_writer() -> None:
    async with open_desk() as desk:
        channel = channel_at(desk)
        assert await channel.room() == PostRoom(posts=5, urgent=5)
        assert await channel.edit_room() == 5


async def test_an_edit_tells_whether_there_was_anything_new() -> None:
    async with open_desk() as desk:
        channel = channel_at(desk)
        ref = await channel.show(alert_of(), CardState(analysis=PENDING))
        assert not await channel.change(ref, alert_of(), CardState(analysis=PENDING))
        assert await channel.change(ref, alert_of(), CardState(analysis=analysed()))


async def test_the_channel_tells_how_much_it_may_write_now() -> None:
    async with open_desk() as desk:
        channel = channel_at(desk)
        assert channel.tokens() == Tokens(posts=5, edits=5)  # until the first answer
        await channel.show(alert_of(), CardState())
        assert channel.tokens().posts == 20
        gone = Fault(kind=FaultKind.STATUS, status=404, code=10015)
        desk.discord.faults = [gone]
        with pytest.raises(DestinationDead):
            await channel.show(alert_of(), CardState())
        assert channel.tokens() == Tokens(posts=0, edits=0)
