"""The whole daemon posting as a bot."""

from tests.e2e.stage import (
    FIELD,
    TITLE,
    approval,
    as_bot,
    is_final,
    open_stage,
    release,
)
from tests.waiting import until


async def test_a_bot_posts_edits_and_names_what_it_lacks() -> None:
    async with open_stage() as stage:
        discord = stage.world.discord
        stage.env |= as_bot(discord)
        discord.guild.lacks = {"EMBED_LINKS"}
        async with stage.running() as app:
            await stage.primed()
            await until(lambda: "EMBED_LINKS" in app.health.destinations["bot"])
            assert not app.health.ready().is_ready
            discord.guild.lacks = set()
            await until(lambda: app.health.destinations["bot"] == "")
            stage.publish(release())
            card = await stage.card(TITLE, until=is_final)
            assert card.webhook_id == ""
            assert card.field(FIELD).startswith("Bullish")
            assert len(discord.posts) == 1
            assert discord.refusals == []


async def test_sixty_alerts_at_once_share_messages_and_each_gets_its_verdict() -> None:
    env = {"LLM_MAX_CONCURRENT": "60", "LLM_ENRICH_DEADLINE_SECS": "20"}
    async with open_stage(env=env) as stage:
        discord = stage.world.discord
        discord.limits = {"execute": (5, 2.0), "edit": (5, 2.0)}
        async with stage.running():
            await stage.primed()
            stage.publish(*(approval(n) for n in range(60)))

            def verdicts() -> int:
                return sum(
                    message.field(FIELD, embed=number).startswith("Bullish")
                    for message in discord.messages.values()
                    for number in range(len(message.embeds))
                )

            await discord.wait_for(lambda: verdicts() == 60, timeout=40)
            assert len(discord.messages) < 20
            assert discord.answered(429) == []
            assert discord.refusals == []
