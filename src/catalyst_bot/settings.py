"""Read the settings once, check them together, report every fault at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from catalyst_bot.delivery.destination import parse_webhook
from catalyst_bot.errors import SettingsError
from catalyst_bot.ops.environment import Found, find_values
from catalyst_bot.ops.loopback import is_loopback
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.ops.secret import MASK, Secret
from catalyst_bot.settings_clouds import LOCAL, CloudGroup
from catalyst_bot.settings_features import Features
from catalyst_bot.settings_fields import Group
from catalyst_bot.settings_llm import Cache, Llm
from catalyst_bot.settings_market import Market, missing_keys
from catalyst_bot.settings_reading import Reading
from catalyst_bot.settings_rows import (
    SettingRow,
    declared_settings,
    setting_rows,
    text_of,
)
from catalyst_bot.settings_tree import (
    GROUPS,
    Alerts,
    Discord,
    Feeds,
    Http,
    Log,
    Signs,
    Storage,
)
from catalyst_bot.text import clip

WEBHOOKS = "DISCORD_WEBHOOK_URL_"  # what follows is a name that channels.toml uses
BOT_POSTS = "DISCORD_WEBHOOK_URL is not used: the bot posts (DISCORD_BOT_TOKEN)"
PREFIXES = (
    *("CATALYST_", "LLM_", "DISCORD_", "FEATURE_", "ALERT_", "FEEDS_"),
    *("CONFLICT_", "WATCH_", "SEARCH_", "READ_"),
)
SHOWN = 60  # characters of a wrong value that a fault repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    """One setting as it is in force; a secret is shown as ***."""

    name: str
    value: str
    origin: str  # credential, NAME_FILE, environment, .env or default
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The frozen tree; `warnings` are for the log, one line each.

    `webhooks` are DISCORD_WEBHOOK_URL and those beginning so, by the names of the
    settings; `beside` are secrets that stand in files of the configuration.
    """

    discord: Discord
    storage: Storage
    llm: Llm
    openai: CloudGroup
    gemini: CloudGroup
    anthropic: CloudGroup
    cache: Cache
    features: Features
    alerts: Alerts
    feeds: Feeds
    market: Market
    reading: Reading
    http: Http
    signs: Signs
    log: Log
    warnings: tuple[str, ...]
    origins: Mapping[str, str]
    webhooks: Mapping[str, Secret] = field(default_factory=dict)
    beside: tuple[Secret, ...] = ()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Return every secret that was loaded, for the redaction."""
        one_each = (
            self.discord.webhook_url,
            self.discord.bot_token,
            self.cache.url,
            self.signs.ping_url,
            self.openai.key,
            self.gemini.key,
            self.anthropic.key,
        )
        return (
            *(secret for secret in one_each if secret),
            *self.webhooks.values(),
            *self.beside,
            *self.market.keys,
            *(token.secret for token in self.http.tokens),
        )

    @property
    def clouds(self) -> Mapping[str, CloudGroup]:
        """Return the clouds that are listed and have a key."""
        groups = {
            "openai": self.openai,
            "gemini": self.gemini,
            "anthropic": self.anthropic,
        }
        listed = set(self.llm.providers)
        return {name: g for name, g in groups.items() if name in listed and g.key}

    def taking_up(self, read: "Settings") -> "Settings":
        """Return these settings with those of `read` that need no restart."""
        groups: dict[str, Any] = {}
        for group, name, row in declared_settings():
            if row.is_reloadable:
                value = getattr(getattr(read, group), name)
                old = groups.get(group, getattr(self, group))
                groups[group] = old.model_copy(update={name: value})
        return replace(self, **groups, webhooks=read.webhooks, beside=read.beside)

    def differing(self, read: "Settings") -> tuple[str, ...]:
        """Return the names of the settings that have another value in `read`."""
        return tuple(
            row.name
            for group, name, row in declared_settings()
            if getattr(getattr(self, group), name)
            != getattr(getattr(read, group), name)
        )

    def shown(self) -> tuple[ShownSetting, ...]:
        """Return all settings in force, in the order of the README."""
        return tuple(
            ShownSetting(
                name=row.name,
                value=_shown(getattr(getattr(self, group), field), row),
                origin=self.origins.get(row.name, "default"),
                meaning=row.meaning,
            )
            for group, field, row in declared_settings()
        )


def load_settings(
    environ: Mapping[str, str], *, env_file: Path | None = None
) -> Settings:
    """Return the settings of an environment and an env file, which must exist.

    Each is looked up as a systemd credential, in the file that `NAME_FILE` names (both
    for secrets only), in `environ`, in the env file; an empty text means the default.

    Raises:
        SettingsError: with all faults at once, the value of a secret never among them.
    """
    rows = setting_rows()
    findings = find_values(
        names=[row.name for row in rows],
        secrets={row.name for row in rows if row.is_secret},
        prefixes=PREFIXES,
        families=(WEBHOOKS,),
        environ=environ,
        env_file=env_file,
    )
    faults = list(findings.faults)
    webhooks = _webhooks(findings.values, faults)
    groups = {name: _build(kind, findings.values, faults) for name, kind in GROUPS}
    if faults:
        raise SettingsError(faults)
    settings = Settings(
        **groups,
        warnings=(*findings.warnings, *_advice(groups["discord"])),
        origins={name: found.origin for name, found in findings.values.items()},
        webhooks=webhooks,
    )
    if faults := list(_contradictions(settings)):
        raise SettingsError(faults)
    return replace(settings, warnings=(*settings.warnings, *_left_out(settings)))


def _build(kind: type[Group], values: Mapping[str, Found], faults: list[str]) -> Any:
    """Return the group, or None after adding what is wrong with it to `faults`."""
    names = {str(field.alias) for field in kind.model_fields.values()}
    texts = {name: values[name].text for name in names & values.keys()}
    try:
        return kind.model_validate(texts)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
    rows = {row.name: row for row in setting_rows()}
    for part in wrong:
        name = str(part["loc"][0])
        why = str(part["ctx"]["error"]) if part["type"] == "value_error" else ""
        faults.append(_fault(rows[name], texts[name], why))
    return None


def _webhooks(values: Mapping[str, Found], faults: list[str]) -> dict[str, Secret]:
    """Return all webhooks by the names of their settings."""
    found = {}
    for name, value in values.items():
        if not name.startswith(WEBHOOKS.removesuffix("_")):
            continue
        try:
            parse_webhook(value.text, name=name)
        except SettingsError as error:
            faults += error.faults if name.startswith(WEBHOOKS) else ()
        else:
            found[name] = Secret(value.text)
    return found


def _fault(row: SettingRow, text: str, why: str) -> str:
    # A secret pasted into the wrong setting is a secret still.
    redact = Redactor([Secret(text)] if row.is_secret else [])
    value = "the value" if row.is_secret else repr(clip(redact(text), SHOWN))
    reason = f" ({redact(why)})" if why else ""
    return f"{row.name}: {value} is not accepted{reason}; expected {row.form}"


def _contradictions(settings: Settings) -> Iterator[str]:
    """Yield what is right by itself and wrong together."""
    if settings.cache.url is not None and find_spec("redis") is None:
        yield "LLM_CACHE_URL: needs the redis client: pip install catalyst-bot[redis]"
    if settings.features.ask_code and find_spec("pydantic_monty") is None:
        yield "FEATURE_ASK_CODE: needs the sandbox: pip install catalyst-bot[sandbox]"
    reading = settings.reading
    if reading.overlap_chars >= reading.chunk_chars:
        yield (
            f"READ_OVERLAP_CHARS: {reading.overlap_chars} must be less than "
            f"READ_CHUNK_CHARS, which is {reading.chunk_chars}"
        )
    http = settings.http
    if settings.features.web and not is_loopback(http.host) and not http.tokens:
        yield (
            f"API_TOKENS: required because HTTP_HOST is {http.host}, "
            "which other machines can reach"
        )
    yield from _chain_faults(settings)
    discord = settings.discord
    if discord.channel_id and not discord.bot_token:
        yield "DISCORD_BOT_TOKEN: required because DISCORD_CHANNEL_ID is set"
    if settings.features.market_data:
        yield from missing_keys(settings.market)


def _chain_faults(settings: Settings) -> Iterator[str]:
    """Yield what keeps the listed providers from being asked as it is meant."""
    names = settings.llm.providers
    if settings.features.llm and LOCAL not in names and not settings.clouds:
        keys = " or ".join(f"{name.upper()}_API_KEY" for name in names)
        yield f"{keys}: required because LLM_PROVIDERS is {','.join(names)}"
    for name, cloud in settings.clouds.items():
        if cloud.daily_usd and not (cloud.usd_per_mtok_in or cloud.usd_per_mtok_out):
            price, cap = f"{name.upper()}_USD_PER_MTOK", f"{name.upper()}_DAILY_USD"
            yield (
                f"{price}_IN, {price}_OUT: one is required because {cap} is set, "
                "which counts nothing without a price"
            )


def _left_out(settings: Settings) -> Iterator[str]:
    """Yield a line for each provider that is listed and cannot be asked."""
    for name in settings.llm.providers:
        if name != LOCAL and name not in settings.clouds:
            key = f"{name.upper()}_API_KEY"
            yield f"LLM_PROVIDERS: {name} is left out, {key} is not set"


def _advice(discord: Discord | None) -> Iterator[str]:
    """Yield what is accepted and may surprise all the same."""
    if discord and discord.bot_token and discord.webhook_url:
        yield BOT_POSTS


def _shown(value: object, row: SettingRow) -> str:
    text = text_of(value)
    return MASK if text and row.is_secret else Redactor()(text)
