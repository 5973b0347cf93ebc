"""Every setting of the daemon: its name, default, accepted form and meaning.

The table in README.md and `.env.example` are made of this file; `make check` compares.
Reading the values is the work of settings.py.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from catalyst_bot.delivery.destination import (
    DEFAULT_API_BASE,
    parse_api_base,
    parse_webhook,
)
from catalyst_bot.errors import SettingsError
from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.ops import forms
from catalyst_bot.ops.logs import LogFormat
from catalyst_bot.ops.secret import Secret
from catalyst_bot.settings_fields import Group
from catalyst_bot.settings_fields import flag as _flag
from catalyst_bot.settings_fields import seconds as _seconds
from catalyst_bot.settings_fields import setting as _setting
from catalyst_bot.settings_fields import whole as _whole
from catalyst_bot.settings_market import Market

_TOKEN = re.compile(r"[\w-]{6,}\.[\w-]{4,}\.[\w-]{20,}", re.ASCII)


def _webhook(text: str) -> Secret:
    try:
        parse_webhook(text)
    except SettingsError as error:
        raise ValueError("not the URL of a Discord webhook") from error
    return Secret(text)


def _bot_token(text: str) -> Secret:
    if not _TOKEN.fullmatch(text):
        raise ValueError("not the token of a bot")
    return Secret(text)


def _api_base(text: str) -> str:
    try:
        return parse_api_base(text)
    except SettingsError as error:
        raise ValueError("not the base of an API") from error


def _endpoint(text: str) -> str:
    endpoints_of(text)
    return text


class Discord(Group):
    """Where alerts go."""

    webhook_url: Annotated[Secret | None, BeforeValidator(_webhook)] = _setting(
        "DISCORD_WEBHOOK_URL",
        None,
        "The channel to post to; without it alerts are shown on the live page.",
        form="https://discord.com/api/webhooks/<id>/<token>",
        is_secret=True,
    )
    bot_token: Annotated[Secret | None, BeforeValidator(_bot_token)] = _setting(
        "DISCORD_BOT_TOKEN",
        None,
        "Post as this bot instead of by the webhook; it needs DISCORD_CHANNEL_ID.",
        form="the token of the bot's page at discord.com/developers",
        is_secret=True,
    )
    channel_id: str = _setting(
        "DISCORD_CHANNEL_ID",
        "",
        "The channel in which the bot posts.",
        form="17 to 20 digits",
        pattern=r"^\d{17,20}$",
    )
    channel_posts_per_minute: int = _whole(
        "DISCORD_CHANNEL_POSTS_PER_MINUTE",
        30,
        (0, 600),
        "Messages a minute in a channel, 5 of them for breaking alerts; 0 = no limit.",
    )
    api_base: Annotated[str, AfterValidator(_api_base)] = _setting(
        "DISCORD_API_BASE",
        DEFAULT_API_BASE,
        "Discord's API; another address is for tests.",
        form="https://…, or http:// on this machine",
    )
    ambiguous_post: Literal["repost", "skip"] = _setting(
        "DISCORD_AMBIGUOUS_POST",
        "repost",
        "A post that a crash left in doubt is posted again, marked resent, or skipped.",
        form="repost or skip",
    )


class Storage(Group):
    """What is kept, and how long."""

    database_url: Annotated[str, AfterValidator(forms.sqlite_url)] = _setting(
        "DATABASE_URL",
        "sqlite:///var/catalyst.db",
        "The database file; a fourth slash makes the path absolute.",
        form="sqlite:///<path>",
    )
    retention_days: int = _whole(
        "RETENTION_DAYS",
        90,
        (1, 3650),
        "Alerts and rejections older than this are deleted.",
    )


class Llm(Group):
    """The model that reads the news; all times in seconds."""

    endpoint_url: Annotated[str, AfterValidator(_endpoint)] = _setting(
        "LLM_ENDPOINT_URL",
        "http://localhost:11434/api/generate",
        "The Ollama server.",
        form="http(s)://<host>[:port]/api/generate",
    )
    model_name: str = _setting(
        "LLM_MODEL_NAME",
        "mistral",
        "The model to ask, as `ollama list` names it.",
        form="a name without spaces",
        pattern=r"^\S{1,200}$",
    )
    timeout: float = _seconds(
        "LLM_TIMEOUT_SECS", 15, (0.1, 600), "The longest that a late analysis may take."
    )
    max_concurrent: int = _whole(
        "LLM_MAX_CONCURRENT",
        5,
        (1, 100),
        "Requests at the model at the same time; the rest wait with us.",
    )
    max_retries: int = _whole(
        "LLM_MAX_RETRIES",
        3,
        (1, 10),
        "Attempts in all at one analysis, while the deadline allows.",
    )
    retry_delay: float = _seconds(
        "LLM_RETRY_DELAY",
        2.0,
        (0, 60),
        "The base of the wait between two attempts; it grows with each.",
    )
    enrich_deadline: float = _seconds(
        "LLM_ENRICH_DEADLINE_SECS",
        10,
        (0.1, 600),
        "From the post to the analysis, or to the reason why there is none.",
    )
    late: float = _seconds(
        "LLM_LATE_SECS",
        120,
        (0, 3600),
        "How long after the post a late analysis may still come; 0 = never.",
    )
    breaker_fail_max: int = _whole(
        "LLM_BREAKER_FAIL_MAX",
        5,
        (1, 100),
        "Failures in a row until the model is left alone.",
    )
    breaker_reset: float = _seconds(
        "LLM_BREAKER_RESET_SECS",
        60,
        (0.1, 3600),
        "The longest wait between two probes of a model that is left alone.",
    )


class Features(Group):
    """What the daemon is made of."""

    progressive_alerts: bool = _flag(
        "FEATURE_PROGRESSIVE_ALERTS",
        True,
        "Show the model's analysis in the card; without it, it is only stored.",
    )
    llm: bool = _flag("FEATURE_LLM", True, "Ask a model to read each alert.")
    web: bool = _flag(
        "FEATURE_WEB", True, "Serve the live page, the API, health and metrics."
    )
    market_data: bool = _flag(
        "FEATURE_MARKET_DATA", True, "Show what the stock trades at on its card."
    )


class Alerts(Group):
    """Which headlines become alerts, and what a card says."""

    min_score: float = _setting(
        "ALERT_MIN_SCORE",
        0.3,
        "The weakest sentiment, bullish or bearish, that is worth an alert.",
        form="a number from 0 to 1",
        ge=0,
        le=1,
    )
    max_age: float = _seconds(
        "ALERT_MAX_AGE_SECS", 900, (1, 86_400), "News older than this is not posted."
    )
    watchlist: Annotated[tuple[str, ...], BeforeValidator(forms.symbols)] = _setting(
        "ALERT_WATCHLIST",
        (),
        "Symbols that the model reads first, and whose prices are kept warm.",
        form="comma separated symbols such as ABCD, EF.B, TSXV:GHI",
    )
    disclaimer: str = _setting(
        "CARD_DISCLAIMER",
        "not investment advice",
        "Stands in the footer of every card.",
        form="a text of at most 200 characters",
        max_length=200,
    )


class Feeds(Group):
    """How the sources are asked."""

    user_agent: Annotated[str, AfterValidator(forms.header)] = _setting(
        "FEEDS_USER_AGENT",
        "",
        "How we name ourselves to the sources; EDGAR demands a name and an e-mail.",
        form="at most 200 printable ASCII characters",
        max_length=200,
    )
    allow_private_hosts: bool = _flag(
        "FEEDS_ALLOW_PRIVATE_HOSTS",
        False,
        "Let sources have addresses in private networks.",
    )


class Http(Group):
    """The HTTP server."""

    host: Annotated[str, AfterValidator(forms.host)] = _setting(
        "HTTP_HOST",
        "127.0.0.1",
        "The address to serve on; beyond this machine only with API_TOKENS.",
        form="a host name or an address",
    )
    port: int = _whole(
        "HTTP_PORT", 8787, (0, 65_535), "The port to serve on; 0 takes a free one."
    )
    tokens: Annotated[tuple[Secret, ...], BeforeValidator(forms.tokens)] = _setting(
        "API_TOKENS",
        (),
        "Tokens that open the HTTP server to other machines.",
        form=f"comma separated, each of {forms.SHORTEST_TOKEN} or more characters",
        is_secret=True,
    )


class Log(Group):
    """What is logged, and how."""

    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)
    ] = _setting(
        "LOG_LEVEL",
        "INFO",
        "The least severe records that are logged.",
        form="DEBUG, INFO, WARNING or ERROR",
    )
    format: Annotated[LogFormat, BeforeValidator(str.lower)] = _setting(
        "LOG_FORMAT",
        LogFormat.AUTO,
        "How a record is written; auto is console on a terminal, else logfmt.",
        form="auto, console, logfmt or json",
    )


GROUPS: tuple[tuple[str, type[Group]], ...] = (
    ("discord", Discord),
    ("storage", Storage),
    ("llm", Llm),
    ("features", Features),
    ("alerts", Alerts),
    ("feeds", Feeds),
    ("market", Market),
    ("http", Http),
    ("log", Log),
)
