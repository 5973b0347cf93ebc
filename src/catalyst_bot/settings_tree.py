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
from catalyst_bot.ops import forms
from catalyst_bot.ops.logs import LogFormat
from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.tokens import ApiToken
from catalyst_bot.settings_clouds import CLOUD_GROUPS
from catalyst_bot.settings_features import Features
from catalyst_bot.settings_fields import Group, flag, seconds, setting, whole
from catalyst_bot.settings_llm import Cache, Llm
from catalyst_bot.settings_market import Market
from catalyst_bot.settings_reading import Reading

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


def _ping_url(text: str) -> Secret:
    return Secret(forms.web_url(text))


class Discord(Group):
    """Where alerts go."""

    webhook_url: Annotated[Secret | None, BeforeValidator(_webhook)] = setting(
        "DISCORD_WEBHOOK_URL",
        None,
        "The channel to post to; without it alerts are shown on the live page. "
        "DISCORD_WEBHOOK_URL_<NAME>: one that channels.toml names.",
        form="https://discord.com/api/webhooks/<id>/<token>",
        is_secret=True,
    )
    bot_token: Annotated[Secret | None, BeforeValidator(_bot_token)] = setting(
        "DISCORD_BOT_TOKEN",
        None,
        "Post as this bot instead of by the webhook; it needs DISCORD_CHANNEL_ID.",
        form="the token of the bot's page at discord.com/developers",
        is_secret=True,
    )
    channel_id: str = setting(
        "DISCORD_CHANNEL_ID",
        "",
        "The channel in which the bot posts.",
        form="17 to 20 digits",
        pattern=r"^\d{17,20}$",
    )
    channel_posts_per_minute: int = whole(
        "DISCORD_CHANNEL_POSTS_PER_MINUTE",
        30,
        (0, 600),
        "Messages a minute in a channel, 5 of them for breaking alerts; 0 = no limit.",
    )
    api_base: Annotated[str, AfterValidator(_api_base)] = setting(
        "DISCORD_API_BASE",
        DEFAULT_API_BASE,
        "Discord's API; another address is for tests.",
        form="https://…, or http:// on this machine",
    )
    ambiguous_post: Literal["repost", "skip"] = setting(
        "DISCORD_AMBIGUOUS_POST",
        "repost",
        "A post that a crash left in doubt is posted again, marked resent, or skipped.",
        form="repost or skip",
    )


class Storage(Group):
    """What is kept, and how long."""

    database_url: Annotated[str, AfterValidator(forms.sqlite_url)] = setting(
        "DATABASE_URL",
        "sqlite:///var/catalyst.db",
        "The database file; a fourth slash makes the path absolute.",
        form="sqlite:///<path>",
    )
    retention_days: int = whole(
        "RETENTION_DAYS",
        90,
        (1, 3650),
        "Alerts and rejections older than this are deleted.",
    )
    backup_dir: str = setting(
        "BACKUP_DIR",
        "",
        "Where copies of the database are kept; empty: `backups` beside it.",
        form="a path",
    )
    backup_keep: int = whole(
        "BACKUP_KEEP",
        7,
        (0, 3650),
        "A copy is made each night, and so many are kept; 0 makes none.",
    )


class Alerts(Group):
    """Which headlines become alerts, and what a card says."""

    min_score: float = setting(
        "ALERT_MIN_SCORE",
        0.3,
        "The weakest sentiment, bullish or bearish, that is worth an alert.",
        form="a number from 0 to 1",
        is_reloadable=True,
        ge=0,
        le=1,
    )
    max_age: float = seconds(
        "ALERT_MAX_AGE_SECS", 900, (1, 86_400), "News older than this is not posted."
    )
    catch_up_after: float = seconds(
        "CATCH_UP_AFTER_SECS",
        120,
        (0, 86_400),
        "After an outage longer than this the newest alerts go first, and one line "
        "tells what was missed; 0 = never.",
    )
    watchlist: Annotated[tuple[str, ...], BeforeValidator(forms.symbols)] = setting(
        "ALERT_WATCHLIST",
        (),
        "Symbols that the model reads first, and whose prices are kept warm.",
        form="comma separated symbols such as ABCD, EF.B, TSXV:GHI",
        is_reloadable=True,
    )
    disclaimer: str = setting(
        "CARD_DISCLAIMER",
        "not investment advice",
        "Stands in the footer of every card.",
        form="a text of at most 200 characters",
        max_length=200,
    )


class Feeds(Group):
    """How the sources are asked."""

    user_agent: Annotated[str, AfterValidator(forms.header)] = setting(
        "FEEDS_USER_AGENT",
        "",
        "How we name ourselves to the sources; EDGAR demands a name and an e-mail.",
        form="at most 200 printable ASCII characters",
        max_length=200,
    )
    allow_private_hosts: bool = flag(
        "FEEDS_ALLOW_PRIVATE_HOSTS",
        False,
        "Let sources have addresses in private networks.",
    )


class Http(Group):
    """The HTTP server."""

    host: Annotated[str, AfterValidator(forms.host)] = setting(
        "HTTP_HOST",
        "127.0.0.1",
        "The address to serve on; beyond this machine only with API_TOKENS.",
        form="a host name or an address",
    )
    port: int = whole(
        "HTTP_PORT", 8787, (0, 65_535), "The port to serve on; 0 takes a free one."
    )
    tokens: Annotated[tuple[ApiToken, ...], BeforeValidator(forms.tokens)] = setting(
        "API_TOKENS",
        (),
        "Tokens that open the HTTP server to other machines; read: or score: before "
        "one narrows what it may do.",
        form=f"comma separated, each of {forms.SHORTEST_TOKEN} or more characters",
        is_secret=True,
    )
    requests_per_minute: int = whole(
        "HTTP_REQUESTS_PER_MINUTE",
        600,
        (10, 100_000),
        "Requests that one token, or one address without a token, may make.",
    )


class Signs(Group):
    """How others see that the daemon lives."""

    status_message: float = seconds(
        "STATUS_MESSAGE_SECS",
        0,
        (0, 3600),
        "How often a message in the channel that says how the bot is is edited; "
        "300 is a good value, 0 = no such message.",
    )
    ping_url: Annotated[Secret | None, BeforeValidator(_ping_url)] = setting(
        "HEARTBEAT_PING_URL",
        None,
        "Fetched each minute while the bot is ready: a dead-man service alarms when "
        "it is not.",
        form="https://…, or http:// on this machine",
        is_secret=True,
    )


class Log(Group):
    """What is logged, and how."""

    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)
    ] = setting(
        "LOG_LEVEL",
        "INFO",
        "The least severe records that are logged.",
        form="DEBUG, INFO, WARNING or ERROR",
    )
    format: Annotated[LogFormat, BeforeValidator(str.lower)] = setting(
        "LOG_FORMAT",
        LogFormat.AUTO,
        "How a record is written; auto is console on a terminal, else logfmt.",
        form="auto, console, logfmt or json",
    )


GROUPS: tuple[tuple[str, type[Group]], ...] = (
    ("discord", Discord),
    ("storage", Storage),
    ("llm", Llm),
    *CLOUD_GROUPS,
    ("cache", Cache),
    ("features", Features),
    ("alerts", Alerts),
    ("feeds", Feeds),
    ("market", Market),
    ("reading", Reading),
    ("http", Http),
    ("signs", Signs),
    ("log", Log),
)
