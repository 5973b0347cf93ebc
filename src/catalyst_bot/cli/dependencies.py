"""Looks at what the bot needs from others: for `doctor`, and for `init` as it asks."""

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum

import aiohttp

from catalyst_bot import __version__
from catalyst_bot.assembly.outlet import default_channel
from catalyst_bot.cli.channels import takes
from catalyst_bot.configuration import Configuration
from catalyst_bot.delivery.destination import BotChannel, Webhook
from catalyst_bot.delivery.permissions import look_up_access
from catalyst_bot.delivery.probe import probe_webhook
from catalyst_bot.delivery.wire import agent_of
from catalyst_bot.errors import DeliveryError, StorageError
from catalyst_bot.llm.cache_redis import open_redis_tier
from catalyst_bot.llm.cache_tier import TierFault
from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.llm.providers.offers import (
    Cloud,
    Local,
    build_local,
    build_provider,
)
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.llm_chain import local_of, offers_of
from catalyst_bot.settings import Settings
from catalyst_bot.storage.answers import answers_path, open_answers
from catalyst_bot.text import counted

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
    for config in default_channel(settings):
        return await look_at_place(config.place, session)
    hint = "set DISCORD_WEBHOOK_URL or DISCORD_BOT_TOKEN to post to a channel"
    place = "are shown on the live page" if settings.features.web else "are printed"
    return Row(name="Discord", state=State.OFF, detail=f"alerts {place}", hint=hint)


async def look_at_channels(
    configuration: Configuration, session: aiohttp.ClientSession
) -> list[Row]:
    """Tell of each channel of channels.toml whether it can be written to."""
    if not configuration.channels:
        return [await look_at_discord(configuration.settings, session)]
    async with asyncio.TaskGroup() as group:
        looks = [
            group.create_task(look_at_place(config.place, session))
            for config in configuration.channels
        ]
    return [
        replace(
            await look,
            name=f"channel {config.name}",
            detail=f"{(await look).detail}; {takes(config)}",
        )
        for look, config in zip(looks, configuration.channels, strict=True)
    ]


async def look_at_place(
    place: Webhook | BotChannel, session: aiohttp.ClientSession
) -> Row:
    """Tell whether a webhook exists, or what the bot may do in a channel."""
    if isinstance(place, BotChannel):
        return await _look_at_bot(place, session)
    agent = agent_of(__version__)
    try:
        await probe_webhook(place, session=session, agent=agent, timeout=PATIENCE)
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


LLM_OFF = Row(name="LLM", state=State.OFF, detail="FEATURE_LLM=0")


async def look_at_server(settings: Settings) -> Row:
    """Tell whether our own server answers, and which models it has."""
    if not settings.features.llm:
        return LLM_OFF
    offer = local_of(settings)
    try:
        async with open_wire() as wire:
            names = await build_local(offer, wire=wire).installed(timeout=PATIENCE)
    except LLMError as error:
        return _unwell(offer, error)
    detail = f"the server answers; installed: {', '.join(names) or 'nothing'}"
    return Row(name="LLM", state=State.OK, detail=detail)


async def look_at_providers(settings: Settings) -> list[Row]:
    """Tell of each listed provider whether it answers and has the model."""
    if not settings.features.llm:
        return [LLM_OFF]
    async with asyncio.TaskGroup() as group:
        looks = [group.create_task(_look_at(offer)) for offer in offers_of(settings)]
    return [await look for look in looks]


async def look_at_model(settings: Settings) -> Row:
    """Tell whether our own server answers and has the model."""
    return await _look_at(local_of(settings)) if settings.features.llm else LLM_OFF


async def look_at_cache(settings: Settings) -> Row:
    """Tell what is kept of answers; what is wrong here costs time and no alert."""
    cache, name = settings.cache, "LLM cache"
    if not cache.enabled:
        return Row(name=name, state=State.OFF, detail="LLM_CACHE_ENABLED=0")
    try:
        detail = await _kept(settings)
        if cache.url is not None:
            async with (
                asyncio.timeout(PATIENCE),
                open_redis_tier(cache.url.reveal()) as redis,
            ):
                await redis.get(b"doctor")
            detail += ", and a Redis"
    except (StorageError, TierFault, TimeoutError) as error:
        hint = "the model is asked more often; look at the file, or at LLM_CACHE_URL"
        why = str(error) or f"no answer in {PATIENCE:g} s"
        return Row(name=name, state=State.WARNING, detail=why, hint=hint)
    return Row(name=name, state=State.OK, detail=detail)


async def _kept(settings: Settings) -> str:
    path = answers_path(settings.storage.database_url)
    if not path.exists():
        return "nothing kept yet"
    async with open_answers(path, max_entries=settings.cache.max_entries) as answers:
        extent = await answers.extent()
    return f"{counted(extent.entries, 'answer')}, {extent.size >> 10} KiB in {path}"


async def _look_at(offer: Local | Cloud) -> Row:
    async with open_wire() as wire:
        try:
            await build_provider(offer, wire=wire).check(timeout=PATIENCE)
        except LLMError as error:
            return _unwell(offer, error)
    known = "installed" if isinstance(offer, Local) else "known there"
    detail = f"{offer.model} is {known}"
    return Row(name=_name_of(offer), state=State.OK, detail=detail)


def _unwell(offer: Local | Cloud, error: LLMError) -> Row:
    where = offer.endpoint_url if isinstance(offer, Local) else offer.base
    detail = f"{where}: {error.detail}"
    if isinstance(offer, Local) and error.kind is LLMErrorKind.MODEL_MISSING:
        detail = f"{offer.model} is not installed"
    hint = _hint_of(offer, error)
    return Row(name=_name_of(offer), state=State.WARNING, detail=detail, hint=hint)


def _name_of(offer: Local | Cloud) -> str:
    return "LLM" if isinstance(offer, Local) else f"LLM {offer.name}"


def _hint_of(offer: Local | Cloud, error: LLMError) -> str:
    """Return what to do about a provider that would not answer."""
    if isinstance(offer, Cloud):
        prefix = offer.name.upper()
        if error.kind is LLMErrorKind.AUTH:
            return f"set {prefix}_API_KEY to a key that is valid there"
        if error.kind is LLMErrorKind.MODEL_MISSING:
            return f"set {prefix}_MODEL to a model that it has"
        return f"check the network and {prefix}_BASE_URL"
    if error.kind is LLMErrorKind.MODEL_MISSING:
        return f"ollama pull {offer.model}, or set LLM_MODEL_NAME"
    return "start it (ollama serve), or set FEATURE_LLM=0"
