"""Places that are gone, networks and names that do not answer: what ends, what not."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import aiohttp
import pytest

from catalyst_bot.simulation.chaos import Chaos
from catalyst_bot.simulation.discord_records import Fault, FaultKind, Recorded
from catalyst_bot.simulation.world import Listed
from tests.e2e.stage import (
    TITLE,
    Stage,
    approval,
    as_bot,
    is_final,
    open_stage,
    release,
)
from tests.faults.ground import Ground, open_ground, total
from tests.waiting import until

STALE = 6.0  # seconds after which news is not posted any more
FAR_AWAY = "https://discord.invalid/api/v10"  # RFC 2606: no name server knows it


def posts(stage: Stage) -> list[Recorded]:
    return [r for r in stage.world.discord.requests if r.method == "POST"]


async def turn_all(ground: Ground, fault: Chaos) -> None:
    for proxy in ground.proxies.values():
        await proxy.turn(fault)


async def test_a_network_that_is_away_ends_what_is_stale_and_nothing_else() -> None:
    async with open_ground(env={"ALERT_MAX_AGE_SECS": str(STALE)}) as ground:
        stage = ground.stage
        await ground.proxies["discord"].turn(Chaos.REFUSE)
        stage.publish(*(approval(n) for n in range(3)))
        await until(lambda: ground.total("jobs_pending") == 3)
        await turn_all(ground, Chaos.REFUSE)
        stage.publish(*(approval(n) for n in range(3, 8)))
        await until(lambda: ground.total("feed_failures_total") > 0)
        await asyncio.sleep(STALE)  # the outage itself
        assert ground.total("jobs_pending") <= 3
        await turn_all(ground, Chaos.NONE)
        await until(lambda: 'alerts_total{result="expired"} 3.0' in text_of(ground))
        await until(lambda: 'rejected_total{reason="stale"} 5.0' in text_of(ground))
        stage.publish(release(age=0))
        await stage.card(TITLE, until=is_final)
        assert len(ground.cards) == 1


def text_of(ground: Ground) -> str:
    return ground.app.metrics.render().decode()


async def test_a_name_that_does_not_resolve_keeps_the_alert_until_it_does() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        stage.env |= as_bot(discord) | {"DISCORD_API_BASE": FAR_AWAY}
        async with stage.running() as app:
            await stage.primed()
            stage.publish(release())
            await until(
                lambda: b'{method="POST",status="none"}' in app.metrics.render()
            )
            assert sum(entry.pending for entry in await app.ledger.backlog()) == 1
        stage.env |= as_bot(discord)
        async with stage.running() as app:
            await stage.card(TITLE, until=lambda _: True)
            assert total(app, "posts_in_doubt_total") == 0
        assert [post.status for post in posts(stage)] == [200]


async def test_a_feed_whose_name_does_not_resolve_says_so_alone() -> None:
    listed = (Listed(name="wire"), Listed(name="away", url="http://wire.invalid/"))
    env = {"FEATURE_LLM": "0"}
    async with open_stage(listed=listed, env=env) as stage, stage.running() as app:
        foretold = {"wire": "", "away": "the name wire.invalid does not resolve"}
        await until(lambda: {s.name: s.reason for s in app.health.sources} == foretold)
        stage.publish(release())
        await stage.posted(1)


def refused(status: int, code: int) -> Fault:
    return Fault(kind=FaultKind.STATUS, status=status, code=code)


DEAD: Mapping[str, tuple[Fault, bool]] = {
    "the webhook is gone": (refused(404, 10015), False),
    "the webhook's token is wrong": (refused(401, 50027), False),
    "the webhook may not write": (refused(403, 50013), False),
    "the bot's token was revoked": (refused(401, 0), True),
    "the bot may not write": (refused(403, 50001), True),
    "the bot's channel is gone": (refused(404, 10003), True),
}


@pytest.mark.parametrize("name", DEAD)
async def test_a_place_is_left_alone_and_named_when(name: str) -> None:
    fault, is_bot = DEAD[name]
    env = {"FEATURE_LLM": "0", "LLM_LATE_SECS": "0"}
    async with open_ground(is_bot=is_bot, env=env) as ground:
        stage, discord = ground.stage, ground.stage.world.discord
        ground.publish(1)
        await stage.posted(1)
        discord.outage = fault
        ground.publish(10)
        destinations = ground.app.health.destinations
        await until(lambda: any(destinations.values()))
        died = min(r.answered for r in discord.answered(fault.status))
        assert str(fault.status) in next(iter(destinations.values()))
        status, ready = await get(f"{ground.app.url}/readyz")
        assert (status, ready["ready"]) == (503, False)
        ground.publish(10)
        await until(lambda: ground.total("jobs_pending") == 20)  # none of them is lost
        after = [r for r in posts(stage) if r.arrived > died]
        assert len(after) < 5


async def test_a_deleted_message_ends_the_edits_of_its_alert_only() -> None:
    async with open_ground() as ground:
        stage, discord = ground.stage, ground.stage.world.discord
        goes_on = asyncio.Event()

        async def hold(_prompt: str, _stage: str) -> None:
            await goes_on.wait()

        stage.world.llm.on_request = hold
        ground.publish(3)
        await stage.posted(3)
        gone = next(iter(discord.messages))
        discord.delete(gone)
        goes_on.set()
        await discord.wait_for(
            lambda: len(ground.cards) == 2 and all(map(is_final, ground.cards)), 40
        )
        await until(lambda: not ground.total("jobs_pending"))
        refused_edits = [r for r in discord.answered(404) if gone in r.path]
        assert len(refused_edits) == 1
        assert len(posts(stage)) == 3


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_discords_wait_is_kept_and_nothing_is_refused_twice(scope: str) -> None:
    async with open_ground(env={"FEATURE_LLM": "0"}) as ground:
        stage, discord = ground.stage, ground.stage.world.discord
        ground.publish(1)
        await stage.posted(1)
        fault = Fault(kind=FaultKind.RATE_LIMITED, retry_after=2.5, scope=scope)
        discord.faults = [replace(fault, method="POST")]
        ground.publish(3)
        await stage.posted(4)
        (limited,) = discord.answered(429)
        again = next(
            post
            for post in posts(stage)
            if post.arrived > limited.arrived and title_of(post) == title_of(limited)
        )
        assert again.arrived - limited.answered >= 2.4
        assert not discord.answered(429)[1:]


def title_of(post: Recorded) -> str:
    return str(post.payload["embeds"][0]["title"])


async def get(url: str) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.json()


async def test_a_webhook_repeats_nothing_until_discord_answers_again() -> None:
    async with open_ground(env={"FEATURE_LLM": "0"}) as ground:
        stage, discord = ground.stage, ground.stage.world.discord
        await ground.proxies["discord"].turn(Chaos.LOST_REPLY)
        ground.publish(3)
        # One asks for the guild; in 1, 2 and 4 s or so each was one more copy.
        knocks = 4
        await discord.wait_for(
            lambda: len([r for r in discord.requests if r.method == "GET"]) >= knocks,
            40,
        )
        assert len(posts(stage)) == 3
        await ground.proxies["discord"].turn(Chaos.NONE)
        await until(lambda: not ground.total("jobs_pending"))
        outcome = await ground.outcome()
        assert (outcome.lost, outcome.duplicates) == (0, 3)
