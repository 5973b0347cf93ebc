"""Looks at what the bot needs from others: for `doctor`, and for `init` as it asks."""

from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from catalyst_bot import __version__
from catalyst_bot.delivery.destination import BotChannel, parse_webhook
from catalyst_bot.delivery.permissions import look_up_access
from catalyst_bot.delivery.probe import probe_webhook
from catalyst_bot.delivery.wire import agent_of
from catalyst_bot.errors import DeliveryError
from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.llm.model import LLMError
from catalyst_bot.llm.ollama import Ollama
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.settings import Settings

PATIENCE = 5.0  # seconds for each dependency


class State(StrEnum):
    """How a row stands; only FAULT makes `doctor` fail."""

    OK = "ok"
    OFF = "off"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that was looked at; `hint` says what to do when it is not well."""

    name: str
    state: State
    detail: str
    hint: str = ""


async def look_at_discord(settings: Settings, session: aiohttp.ClientSession) -> Row:
    """Tell whether the webhook exists, or what the bot may do; nothing is posted."""
    discord = settings.discord
    if discord.bot_token is not None:
        bot = BotChannel(
            base=discord.api_base, id=discord.channel_id, token=discord.bot_token
        )
        return await _look_at_bot(bot, session)
    secret = settings.discord.webhook_url
    if secret is None:
        hint = "set DISCORD_WEBHOOK_URL or DISCORD_BOT_TOKEN to post to a channel"
        place = "are shown on the live page" if settings.features.web else "are printed"
        return Row(name="Discord", state=State.OFF, detail=f"alerts {place}", hint=hint)
    webhook = parse_webhook(secret.reveal(), api_base=settings.discord.api_base)
    agent = agent_of(__version__)
    try:
        await probe_webhook(webhook, session=session, agent=agent, timeout=PATIENCE)
    except DeliveryError as error:
        hint = "make a new webhook in the channel's settings, or check the network"
        return Row(name="Discord", state=State.FAULT, detail=str(error), hint=hint)
    return Row(name="Discord", state=State.OK, detail="the webhook exists")


async def _look_at_bot(place: BotChannel, session: aiohttp.ClientSession) -> Row:
    """Tell who the bot is, where it posts and which permissions it lacks."""
    try:
        access = await look_up_access(
            place, session=session, agent=agent_of(__version__), timeout=PATIENCE
        )
    except DeliveryError as error:
        hint = "see the bot's page at discord.com/developers, and its invitation"
        return Row(name="Discord", state=State.FAULT, detail=str(error), hint=hint)
    where = f"bot {access.user_name} in #{access.channel_name}"
    if not access.missing:
        detail = f"{where}, with all permissions it needs"
        return Row(name="Discord", state=State.OK, detail=detail)
    return Row(
        name="Discord",
        state=State.FAULT if access.fault else State.WARNING,
        detail=f"{where}: {access.fault or access.warning}",
        hint=f"give its role in that channel: {', '.join(access.missing)}",
    )


async def look_at_server(settings: Settings) -> Row:
    """Tell whether the server of the model answers, and what is installed there."""
    if not settings.features.llm:
        return Row(name="LLM", state=State.OFF, detail="FEATURE_LLM=0")
    try:
        names = await _installed(settings)
    except LLMError as error:
        return _unreachable(settings, error)
    detail = f"the server answers; installed: {', '.join(names) or 'nothing'}"
    return Row(name="LLM", state=State.OK, detail=detail)


async def look_at_model(settings: Settings) -> Row:
    """Tell whether the server answers and has the model."""
    if not settings.features.llm:
        return Row(name="LLM", state=State.OFF, detail="FEATURE_LLM=0")
    try:
        names = await _installed(settings)
    except LLMError as error:
        return _unreachable(settings, error)
    wanted = settings.llm.model_name
    if wanted in names or f"{wanted}:latest" in names:
        return Row(name="LLM", state=State.OK, detail=f"{wanted} is installed")
    return Row(
        name="LLM",
        state=State.WARNING,
        detail=f"{wanted} is not installed; there are: {', '.join(names) or 'none'}",
        hint=f"ollama pull {wanted}, or set LLM_MODEL_NAME",
    )


async def _installed(settings: Settings) -> tuple[str, ...]:
    endpoints = endpoints_of(settings.llm.endpoint_url)
    async with open_wire() as wire:
        server = Ollama(wire, endpoints=endpoints, model=settings.llm.model_name)
        return await server.installed(timeout=PATIENCE)


def _unreachable(settings: Settings, error: LLMError) -> Row:
    return Row(
        name="LLM",
        state=State.WARNING,
        detail=f"{settings.llm.endpoint_url}: {error.detail}",
        hint="start it (ollama serve), or set FEATURE_LLM=0",
    )
