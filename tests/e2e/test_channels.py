"""One fetch, one score, one reading, and many channels, each with rules of its own."""

from collections.abc import Sequence
from pathlib import Path

import aiohttp

from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.feed_shapes import globenewswire
from catalyst_bot.simulation.world import Listed
from tests.e2e.stage import FIELD, Stage, approval, is_final, open_stage, release
from tests.waiting import until

BOT = ""  # instead of the URL of a webhook
ROLE = "1600000000000000001"
WATCHED = "Alderbrook raises full-year guidance on record profit"
OTHER = "Birchmoor raises full-year guidance on record profit"


def write_channels(folder: Path, *entries: str) -> None:
    text = "\n".join(f"[[channel]]\n{entry}" for entry in entries)
    (folder / "channels.toml").write_text(text, encoding="utf-8")


def titles(messages: Sequence[Message]) -> list[str]:
    return [
        message.title.partition(" ■ ")[0].partition(" ▲ ")[2] for message in messages
    ]


def are_final(messages: Sequence[Message], count: int) -> bool:
    return len(messages) == count and all(map(is_final, messages))


def asked(stage: Stage, title: str) -> int:
    """Return how often the model was asked about a headline."""
    return sum(title in prompt.prompt for prompt in stage.world.llm.prompts)


async def final(stage: Stage, url: str, count: int) -> list[Message]:
    """Wait until a webhook, or the BOT, has `count` cards, each with its verdict."""
    discord = stage.world.discord
    await discord.wait_for(
        lambda: are_final(discord.in_channel(url), count), timeout=40
    )
    return discord.in_channel(url)


async def test_every_channel_gets_what_its_rules_take_and_each_edit() -> None:
    async with open_stage() as stage:
        discord = stage.world.discord
        small = discord.add_webhook()
        stage.env |= {
            "DISCORD_WEBHOOK_URL_SMALL": small,
            "DISCORD_BOT_TOKEN": discord.bot_token,
            "DISCORD_CHANNEL_ID": discord.channel_id,
            "DISCORD_API_BASE": discord.base,
        }
        write_channels(
            stage.folder,
            'name = "all"\nwebhook = "DISCORD_WEBHOOK_URL"',
            'name = "small"\nwebhook = "SMALL"\ntickers = ["ALDB"]\nstyle = "compact"\n'
            f'role_id = "{ROLE}"\nrole_min_score = 0.1',
            f'name = "desk"\nchannel_id = "{discord.channel_id}"\ntickers = ["BIRM"]',
        )
        async with stage.running():
            await stage.primed()
            stage.publish(release(WATCHED), release(OTHER, ticker="BIRM"))
            everything = await final(stage, discord.webhook_url, 2)
            (compact,) = await final(stage, small, 1)
            (desk,) = await final(stage, BOT, 1)
        assert set(titles(everything)) == {WATCHED, OTHER}
        assert titles([compact]) == [WATCHED]
        assert [field["name"] for field in compact.embeds[0]["fields"]] == [FIELD]
        assert compact.components == ()
        assert titles([desk]) == [OTHER]
        assert desk.field(FIELD).startswith("Bullish")
        assert discord.pings == [f"<@&{ROLE}>"]
        assert compact.content.startswith(f"<@&{ROLE}> ")
        assert asked(stage, WATCHED) == asked(stage, OTHER) == 1
        assert discord.refusals == []


async def test_a_dead_channel_is_named_and_stops_no_other() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        stage.env["DISCORD_WEBHOOK_URL_DEAD"] = discord.add_webhook()
        discord.webhooks.by_id[
            stage.env["DISCORD_WEBHOOK_URL_DEAD"].split("/")[-2]
        ].gone = True
        write_channels(
            stage.folder,
            'name = "dead"\nwebhook = "DEAD"',
            'name = "well"\nwebhook = "DISCORD_WEBHOOK_URL"',
        )
        async with stage.running() as app:
            await stage.primed()
            stage.publish(approval(1))
            await stage.posted(1)
            await until(lambda: "404" in app.health.destinations["dead"])
            stage.publish(approval(2))
            await stage.posted(2)
            assert app.health.destinations["well"] == ""
            async with (
                aiohttp.ClientSession(base_url=app.url) as client,
                client.get("/readyz") as reply,
            ):
                shown = await reply.json()
        assert reply.status == 200
        assert "dead: Discord refuses us" in shown["checks"]["destination"]["detail"]
        assert len(discord.answered(404)) < 5


async def test_what_waits_for_a_channel_survives_a_restart_and_is_edited_there() -> (
    None
):
    async with open_stage() as stage:
        discord = stage.world.discord
        late = discord.add_webhook()
        stage.env["DISCORD_WEBHOOK_URL_LATE"] = late
        stage.env["LLM_ENRICH_DEADLINE_SECS"] = "60"
        write_channels(
            stage.folder,
            'name = "first"\nwebhook = "DISCORD_WEBHOOK_URL"',
            'name = "late"\nwebhook = "LATE"',
        )
        stage.world.llm.latency = 3.0
        async with stage.running():
            await stage.primed()
            stage.publish(release(WATCHED))
            await stage.posted(2)
        stage.world.llm.latency = 0.0
        async with stage.running():
            for url in (discord.webhook_url, late):
                (card,) = await final(stage, url, 1)
                assert card.field(FIELD).startswith("Bullish")


async def test_a_limit_holds_back_visibly_what_is_over_it() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        few = discord.add_webhook()
        stage.env["DISCORD_WEBHOOK_URL_FEW"] = few
        write_channels(
            stage.folder,
            'name = "all"\nwebhook = "DISCORD_WEBHOOK_URL"',
            'name = "few"\nwebhook = "FEW"\nlimit = 1',
        )
        async with stage.running() as app:
            await stage.primed()
            stage.publish(approval(1), approval(2), approval(3))
            await stage.posted(4)
            text = app.metrics.render().decode()
            assert 'alerts_held_total{channel="few",why="limit"} 2.0' in text
            async with (
                aiohttp.ClientSession(base_url=app.url) as client,
                client.get("/api/status") as reply,
            ):
                channels = (await reply.json())["channels"]
        assert [(one["name"], one["held"]) for one in channels] == [
            ("all", {}),
            ("few", {"limit": 2}),
        ]
        assert len(discord.in_channel(few)) == 1


async def test_what_no_channel_takes_is_on_the_page_and_asks_no_model() -> None:
    async with open_stage() as stage:
        write_channels(
            stage.folder,
            'name = "one"\nwebhook = "DISCORD_WEBHOOK_URL"\ntickers = ["BIRM"]',
        )
        async with stage.running() as app:
            await stage.primed()
            stage.publish(release(WATCHED), release(OTHER, ticker="BIRM"))
            await final(stage, stage.world.discord.webhook_url, 1)
            async with (
                aiohttp.ClientSession(base_url=app.url) as client,
                client.get("/api/alerts") as reply,
            ):
                shown = (await reply.json())["alerts"]
        assert {one["title"]: one["channels"] for one in shown} == {
            WATCHED: [],
            OTHER: ["one"],
        }
        assert (asked(stage, WATCHED), asked(stage, OTHER)) == (0, 1)


async def test_each_alert_begins_a_thread_in_a_forum_and_is_edited_there() -> None:
    async with open_stage() as stage:
        discord = stage.world.discord
        forum = discord.add_webhook(is_forum=True)
        stage.env["DISCORD_WEBHOOK_URL_FORUM"] = forum
        write_channels(stage.folder, 'name = "forum"\nwebhook = "FORUM"\nforum = true')
        async with stage.running():
            await stage.primed()
            stage.publish(release(WATCHED))
            (card,) = await final(stage, forum, 1)
        assert card.history[0].payload["thread_name"] == WATCHED
        assert card.field(FIELD).startswith("Bullish")


async def test_one_source_more_brings_a_story_to_who_reads_only_that() -> None:
    listed = (Listed(name="wire"), Listed(name="other"))
    async with open_stage(listed=listed, env={"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        second = discord.add_webhook()
        stage.env["DISCORD_WEBHOOK_URL_SECOND"] = second
        write_channels(
            stage.folder,
            'name = "all"\nwebhook = "DISCORD_WEBHOOK_URL"',
            'name = "second"\nwebhook = "SECOND"\nsources = ["other"]',
        )
        async with stage.running():
            await stage.primed()
            stage.publish(release(WATCHED))
            await stage.posted(1)
            assert discord.in_channel(second) == []
            stage.world.feeds.publish("other", globenewswire([release(WATCHED)]))
            await stage.posted(2)
        assert titles(discord.in_channel(second)) == [WATCHED]
