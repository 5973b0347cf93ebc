"""The message that says how the bot is, as a subscriber finds it in the channel."""

import re
from collections.abc import Callable

import pytest

from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Fault, FaultKind, Message
from catalyst_bot.simulation.llm_records import Mode
from tests.crash.process import open_bot
from tests.e2e.stage import (
    TITLE,
    add_webhook,
    as_bot,
    in_channel,
    is_final,
    open_stage,
    release,
    write_channels,
)
from tests.servers import http, raw_server
from tests.waiting import until

ENV = {"STATUS_MESSAGE_SECS": "1"}
SILENT = 1 << 12
TOO_OLD = Fault(kind=FaultKind.STATUS, method="PATCH", status=429, code=30046)


def status_messages(discord: FakeDiscord) -> list[Message]:
    return [message for message in discord.messages.values() if not message.embeds]


async def says(
    discord: FakeDiscord, claim: Callable[[Message], bool], *, timeout: float = 50
) -> Message:
    """Wait until there is one status message and it satisfies `claim`."""

    def is_there() -> bool:
        found = status_messages(discord)
        return len(found) == 1 and claim(found[0])

    await discord.wait_for(is_there, timeout=timeout)
    return status_messages(discord)[0]


@pytest.mark.parametrize("is_bot", [False, True])
async def test_one_silent_message_is_edited_again_and_again(is_bot: bool) -> None:
    async with open_stage(env=dict(ENV)) as stage:
        discord = stage.world.discord
        stage.env |= as_bot(discord) if is_bot else {}
        async with stage.running():
            await stage.primed()
            stage.publish(release())
            await stage.card(TITLE, until=is_final)
            shown = await says(
                discord,
                lambda message: len(message.edits) >= 3 and "ago" in message.content,
            )
        form = r"OK · last item \d+ s ago · backlog \d · LLM up · next update <t:\d+:R>"
        last_lively = [
            str(version.payload["content"])
            for version in shown.history
            if "Stopped" not in str(version.payload["content"])
        ][-1]
        assert re.fullmatch(form, last_lively)
        assert shown.flags & SILENT
        assert discord.refusals == []
        assert discord.lax_mentions == []
        assert status_messages(discord)[0].content.startswith("Stopped <t:")


async def test_a_restarted_bot_goes_on_with_the_same_message() -> None:
    async with open_bot(FEATURE_LLM="0", STATUS_MESSAGE_SECS="1") as bot:
        await bot.start()
        first = await says(bot.world.discord, lambda m: bool(m.edits))
        bot.kill()
        await bot.died()
        edits = len(status_messages(bot.world.discord)[0].edits)
        await bot.start()
        again = await says(bot.world.discord, lambda m: len(m.edits) > edits)
        assert again.id == first.id
        assert await bot.stop() == 0
        stopped = await says(
            bot.world.discord, lambda m: m.content.startswith("Stopped <t:")
        )
        assert stopped.id == first.id


async def test_a_dead_bot_is_seen_by_an_update_that_is_overdue() -> None:
    async with open_bot(FEATURE_LLM="0", STATUS_MESSAGE_SECS="2") as bot:
        await bot.start()
        await says(bot.world.discord, lambda m: bool(m.edits))
        bot.kill()
        await bot.died()
        (left,) = status_messages(bot.world.discord)
        assert "Stopped" not in left.content
        assert re.search(r"next update <t:\d+:R>", left.content)


async def test_a_deleted_message_is_posted_anew() -> None:
    async with open_stage(env=ENV | {"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        async with stage.running():
            first = await says(discord, lambda m: m.content.startswith("OK"))
            discord.delete(first.id)
            second = await says(discord, lambda m: m.id != first.id)
            await says(discord, lambda m: m.id == second.id and len(m.edits) > 1)


@pytest.mark.parametrize("is_bot", [False, True])
async def test_a_message_too_old_to_edit_is_replaced(is_bot: bool) -> None:
    async with open_stage(env=ENV | {"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        stage.env |= as_bot(discord) if is_bot else {}
        async with stage.running():
            first = await says(discord, lambda m: bool(m.edits))
            discord.faults.append(TOO_OLD)
            second = await says(discord, lambda m: m.id != first.id)
            assert second.flags & SILENT
            assert first.id not in discord.messages


async def test_what_is_degraded_stands_there_in_words_until_it_is_well() -> None:
    async with open_stage(env=ENV | {"LLM_BREAKER_FAIL_MAX": "1"}) as stage:
        discord, wire = stage.world.discord, stage.world.feeds["wire"]
        stage.world.llm.mode = Mode.HTTP_500
        async with stage.running():
            await stage.primed()
            await says(discord, lambda m: m.content.startswith("OK"))
            stage.publish(release())
            await says(discord, lambda m: "LLM down" in m.content)
            sick = await says(discord, lambda m: "circuit open, HTTP 500" in m.content)
            assert sick.content.startswith("Degraded · ")
            wire.status = 503
            await says(discord, lambda m: "source wire: no answer for" in m.content)
            wire.status = 200
            await says(discord, lambda m: "source wire" not in m.content)


async def test_a_dead_man_service_is_pinged_and_its_url_is_shown_to_nobody() -> None:
    token = "0123456789abcdef0123"
    async with raw_server() as service, open_bot(FEATURE_LLM="0") as bot:
        service.answers[f"/ping/{token}"] = http("200 OK", b"OK")
        bot.env |= {
            "HEARTBEAT_PING_URL": f"{service.url}/ping/{token}",
            "LOG_LEVEL": "DEBUG",
        }
        await bot.start()
        await until(lambda: bool(service.requests))
        assert service.requests[0].startswith(f"GET /ping/{token} HTTP/1.1")
        assert await bot.stop() == 0
        assert token not in (bot.folder / "log-1").read_text()


async def test_each_channel_has_its_message_and_hears_that_another_is_dead() -> None:
    async with open_stage(env=ENV | {"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        other = add_webhook(discord)
        stage.env |= {"DISCORD_WEBHOOK_URL_OTHER": other}
        write_channels(
            stage.folder,
            'name = "all"\nwebhook = "DISCORD_WEBHOOK_URL"',
            'name = "other"\nwebhook = "OTHER"',
            'name = "same"\nwebhook = "OTHER"\ntickers = ["ALDB"]',
        )

        def told(url: str) -> list[str]:
            found = in_channel(discord, url)
            return [message.content for message in found if not message.embeds]

        async with stage.running():
            await discord.wait_for(
                lambda: (
                    [text[:2] for text in told(other)] == ["OK"]
                    and [text[:2] for text in told(discord.webhook_url)] == ["OK"]
                ),
                timeout=50,
            )
            discord.webhook_gone = True
            await discord.wait_for(
                lambda: any("all: Discord refuses us (404" in t for t in told(other)),
                timeout=50,
            )
        assert [text[:7] for text in told(other)] == ["Stopped"]


async def test_a_discord_that_hangs_does_not_hold_up_a_stop() -> None:
    async with open_bot(FEATURE_LLM="0", STATUS_MESSAGE_SECS="1") as bot:
        await bot.start()
        await says(bot.world.discord, lambda m: bool(m.edits))
        bot.world.discord.outage = Fault(kind=FaultKind.HANG)
        assert await bot.stop() == 0
        (left,) = status_messages(bot.world.discord)
        assert "Stopped" not in left.content
        assert "no word of the stop" in (bot.folder / "log-1").read_text()
