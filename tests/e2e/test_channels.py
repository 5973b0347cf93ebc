"""One fetch, one score, one reading, and many channels, each with rules of its own."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp

from catalyst_bot.delivery.rules import NEW_YORK
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.feed_shapes import globenewswire
from catalyst_bot.simulation.world import Listed
from tests.e2e.stage import (
    FIELD,
    Stage,
    add_webhook,
    approval,
    in_channel,
    is_final,
    open_stage,
    release,
    write_channels,
)
from tests.e2e.test_commands import command
from tests.e2e.typed import typed
from tests.waiting import LONGEST, until

BOT = ""  # instead of the URL of a webhook
ROLE = "1600000000000000001"
WATCHED = "Alderbrook raises full-year guidance on record profit"
OTHER = "Birchmoor raises full-year guidance on record profit"


def titles(messages: Sequence[Message]) -> list[str]:
    return [
        message.title.partition(" ■ ")[0].partition(" ▲ ")[2] for message in messages
    ]


async def titles_in(url: str, channel: str) -> list[str]:
    """Return the headlines that the API shows of a channel."""
    async with (
        aiohttp.ClientSession(base_url=url) as client,
        client.get("/api/alerts", params={"channel": channel}) as reply,
    ):
        return [one["title"] for one in (await reply.json())["alerts"]]


def are_final(messages: Sequence[Message], count: int) -> bool:
    return len(messages) == count and all(map(is_final, messages))


def asked(stage: Stage, title: str) -> int:
    """Return how often the model was asked about a headline."""
    return sum(title in prompt.prompt for prompt in stage.world.llm.prompts)


async def final(stage: Stage, url: str, count: int) -> list[Message]:
    """Wait until a webhook, or the BOT, has `count` cards, each with its verdict."""
    discord = stage.world.discord
    await discord.wait_for(
        lambda: are_final(in_channel(discord, url), count), timeout=40
    )
    return in_channel(discord, url)


async def test_every_channel_gets_what_its_rules_take_and_each_edit() -> None:
    async with open_stage() as stage:
        discord = stage.world.discord
        small = add_webhook(discord)
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
        stage.env["DISCORD_WEBHOOK_URL_DEAD"] = add_webhook(discord)
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
        late = add_webhook(discord)
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
        few = add_webhook(discord)
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
        assert len(in_channel(discord, few)) == 1


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
            assert await titles_in(app.url, "one") == [OTHER]
            assert await titles_in(app.url, "two") == []
        assert {one["title"]: one["channels"] for one in shown} == {
            WATCHED: [],
            OTHER: ["one"],
        }
        assert (asked(stage, WATCHED), asked(stage, OTHER)) == (0, 1)


async def test_each_alert_begins_a_thread_in_a_forum_and_is_edited_there() -> None:
    async with open_stage() as stage:
        discord = stage.world.discord
        forum = add_webhook(discord, is_forum=True)
        stage.env["DISCORD_WEBHOOK_URL_FORUM"] = forum
        write_channels(stage.folder, 'name = "forum"\nwebhook = "FORUM"\nforum = true')
        async with stage.running():
            await stage.primed()
            stage.publish(release(WATCHED))
            (card,) = await final(stage, forum, 1)
        assert card.history[0].payload["thread_name"] == WATCHED
        assert card.field(FIELD).startswith("Bullish")


async def test_a_forum_that_is_not_called_one_is_named_with_what_to_do() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage:
        stage.env["DISCORD_WEBHOOK_URL_FORUM"] = add_webhook(
            stage.world.discord, is_forum=True
        )
        write_channels(stage.folder, 'name = "forum"\nwebhook = "FORUM"')
        async with stage.running() as app:
            await stage.primed()
            stage.publish(approval(1))
            async with aiohttp.ClientSession(base_url=app.url) as client:
                wanted = "set forum = true"
                async with asyncio.timeout(LONGEST):
                    while wanted not in await destinations(client):  # noqa: ASYNC110
                        await asyncio.sleep(0.05)


async def destinations(client: aiohttp.ClientSession) -> str:
    """Return what an operator is told of the destinations."""
    async with client.get("/readyz") as reply:
        return str((await reply.json())["checks"]["destination"]["detail"])


async def one_day(stage: Stage, number: int, *, posted: int) -> None:
    """Start, publish one alert more, stop when there are so many messages."""
    async with stage.running() as app:
        await stage.primed()
        stage.publish(approval(number))
        await stage.posted(posted)
        await until(lambda: "404" in app.health.destinations["dead"])
        text = app.metrics.render().decode()
        assert 'alerts_held_total{channel="quiet",why="quiet hours"} 1.0' in text


async def test_a_quiet_and_a_dead_channel_stay_so_over_a_restart() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        quiet, dead, small = (add_webhook(discord) for _ in range(3))
        stage.env |= {
            "DISCORD_WEBHOOK_URL_QUIET": quiet,
            "DISCORD_WEBHOOK_URL_DEAD": dead,
            "DISCORD_WEBHOOK_URL_SMALL": small,
        }
        discord.webhooks.by_id[dead.split("/")[-2]].gone = True
        around = [datetime.now(NEW_YORK) + timedelta(hours=hours) for hours in (-2, 2)]
        hours = "-".join(f"{moment:%H:%M}" for moment in around)
        write_channels(
            stage.folder,
            'name = "dead"\nwebhook = "DEAD"',
            f'name = "quiet"\nwebhook = "QUIET"\nquiet_hours = "{hours}"',
            'name = "small"\nwebhook = "SMALL"\nstyle = "compact"\n'
            'pattern = "number 2"',
            'name = "all"\nwebhook = "DISCORD_WEBHOOK_URL"',
        )
        await one_day(stage, 1, posted=1)
        await one_day(stage, 2, posted=3)
        assert len(in_channel(discord, discord.webhook_url)) == 2
        (compact,) = in_channel(discord, small)
        assert "number 2" in compact.title
        assert in_channel(discord, quiet) == []


async def test_one_source_more_brings_a_story_to_who_reads_only_that() -> None:
    listed = (Listed(name="wire"), Listed(name="other"))
    async with open_stage(listed=listed, env={"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        second = add_webhook(discord)
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
            assert in_channel(discord, second) == []
            stage.world.feeds.publish("other", globenewswire([release(WATCHED)]))
            await stage.posted(2)
        assert titles(in_channel(discord, second)) == [WATCHED]


async def test_why_and_doctor_show_where_alerts_went_and_what_channels_take() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        few = add_webhook(discord)
        stage.env["DISCORD_WEBHOOK_URL_FEW"] = few
        write_channels(
            stage.folder,
            'name = "all"\nwebhook = "DISCORD_WEBHOOK_URL"',
            'name = "few"\nwebhook = "FEW"\nlimit = 1\ncatalysts = ["fda_approval"]',
        )
        async with stage.running():
            await stage.primed()
            stage.publish(approval(1))
            await stage.posted(2)
            stage.publish(approval(2))
            await stage.posted(3)
        env = stage.world.environment(stage.folder) | stage.env
        _, out, _ = await command("why", "ALDB", "--json", folder=stage.folder, **env)
        shown = {tuple(one["held_back"].items()) for one in json.loads(out)["alerts"]}
        assert shown == {(), (("few", "limit"),)}
        here = ("--config-dir", str(stage.folder))
        discord.webhooks.by_id[few.split("/")[-2]].gone = True
        code, out, _ = await command(
            "doctor", "--json", *here, folder=stage.folder, **env
        )
        rows = {row["name"]: row for row in json.loads(out)}
        assert code == 1
        assert rows["channel all"]["detail"].endswith("takes everything; full cards")
        assert "at most 1 in 3600 s" in rows["channel few"]["detail"]
        assert rows["channel few"]["state"] == "fault"
        assert few.split("/")[-1] not in out


async def test_an_operator_tries_a_rule_on_a_headline(tmp_path: Path) -> None:
    token = "t" * 60
    url = f"https://discord.com/api/webhooks/{'1' * 18}/{token}"
    write_channels(
        tmp_path,
        f'name = "open"\nwebhook = "{url}"',
        f'name = "strict"\nwebhook = "{url}"\ntickers = ["XYZ"]\nmin_score = 0.99',
        f'name = "night"\nwebhook = "{url}"\nquiet_hours = "22:00-06:00"'
        '\n[[watch]]\nquery = "FDA approvals"\nchannel = "strict"'
        '\n[[watch]]\nquery = "FDA recall"',
    )
    words = ("channels", "Acme (NYSE: ACME) announces FDA approval")
    late = ("--at", "2026-11-20 23:00", "--config-dir", str(tmp_path))
    code, out, _ = await command(*words, *late, "--json", folder=tmp_path)
    answer = json.loads(out)
    found = {one["name"]: one for one in answer["channels"]}
    assert (code, answer["alert"], answer["tickers"]) == (0, True, ["ACME"])
    assert found["open"]["takes"]
    assert [miss.partition(":")[0] for miss in found["strict"]["misses"]] == [
        "tickers",
        "min_score",
    ]
    assert found["night"]["held"] == "quiet hours"
    watches = [
        (one["channel"], one["relevance"], one["takes"]) for one in answer["watches"]
    ]
    assert watches == [("strict", 1.0, True), ("open", 0.5, False)]
    _, out, _ = await command(*words, *late, folder=tmp_path)
    assert "held back: quiet hours" in out
    assert "asks the model: relevance 0.50" in out
    _, out, _ = await command("channels", *late[2:], folder=tmp_path)
    assert "tickers XYZ" in out
    assert "watches 'FDA recall' from 0.7" in out
    assert token not in out


async def test_where_the_page_is_the_channel_its_watches_are_listed(
    tmp_path: Path,
) -> None:
    watch = '[[watch]]\nquery = "deals of [ACME] and [/b]"\n'
    (tmp_path / "channels.toml").write_text(watch, encoding="utf-8")
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/catalyst.db"}
    listed = await typed("channels", "--config-dir", str(tmp_path), env=env)
    assert listed.exit_code == 0, listed.output
    assert "the live page" in listed.output
    assert "watches 'deals of [ACME] and [/b]' from 0.7" in listed.output


async def test_a_wrong_rule_ends_the_start_with_78_and_all_faults(
    tmp_path: Path,
) -> None:
    write_channels(
        tmp_path,
        'name = "one"\nwebhook = "NOWHERE"\nsessions = ["night"]',
        'name = "one"\nchannel_id = "7"\ncatalysts = ["fda_aproval"]',
    )
    code, _, err = await command(
        *("run", "--config-dir", str(tmp_path)), folder=tmp_path, ALERT_MIN_SCORE="2"
    )
    assert code == 78
    where = f"{tmp_path / 'channels.toml'}: entry"
    assert f"{where} 1 ('one'): sessions: 'night' is not a session" in err
    assert "did you mean 'fda_approval'?" in err
    assert f"{where} 2 ('one'): name: already used by entry 1" in err
    assert "ALERT_MIN_SCORE" in err
