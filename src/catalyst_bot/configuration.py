"""Everything the operator wrote, read at once: settings and the files of config/."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalyst_bot.delivery.channel_config import ChannelConfig, Keys
from catalyst_bot.delivery.channel_file import load_channels
from catalyst_bot.delivery.destination import parse_webhook
from catalyst_bot.delivery.watch_file import load_watches
from catalyst_bot.errors import SettingsError
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.market.opening import Access
from catalyst_bot.model import SourceKind, Watch
from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.scoring.headline import (
    CATALYSTS,
    LEXICON,
    HeadlineScorer,
    shipped_scorer,
    version_of,
)
from catalyst_bot.settings import BOT_POSTS, Settings, load_settings
from catalyst_bot.sources.alpaca_wire import AlpacaKeys
from catalyst_bot.sources.catalogue import SourceConfig, load_sources
from catalyst_bot.storage.database import database_path

SOURCES, CHANNELS = "sources.toml", "channels.toml"
NO_CONTACT = (
    "FEEDS_USER_AGENT: an edgar source is enabled; expected your name and an e-mail "
    "address or URL, as the SEC demands"
)
NO_KEYS = (
    "ALPACA_KEY_ID, ALPACA_SECRET_KEY: an alpaca source is enabled; expected both, "
    "Alpaca tells nobody else its news"
)
NOT_NAMED = "DISCORD_WEBHOOK_URL is not used: no entry of channels.toml names it"
NO_CHANNEL = (
    "DISCORD_CHANNEL_ID: required because DISCORD_BOT_TOKEN is set and channels.toml "
    "has no entry"
)
_SYMBOLS = "symbols.json"
_CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings, the sources, and the scorer of the files that are in force."""

    settings: Settings
    sources: tuple[SourceConfig, ...]
    sources_file: Path
    channels: tuple[ChannelConfig, ...] = ()  # none: the one of the settings
    watches: tuple[Watch, ...] = ()
    scorer: HeadlineScorer = field(default_factory=shipped_scorer)
    config_dir: Path | None = None  # whose files replace the shipped ones

    @property
    def enabled(self) -> tuple[SourceConfig, ...]:
        """Return the sources that are polled."""
        return tuple(source for source in self.sources if source.enabled)


def load_configuration(
    env_file: Path | None,
    config_dir: Path | None,
    *,
    known: Configuration | None = None,
) -> Configuration:
    """Read settings and files; `.env` of the working directory when none is named.

    `known`: what was read before; its scorer serves on where the rules are the same.

    Raises:
        SettingsError: with the faults of all of them.
    """
    faults: list[str] = []
    settings, sources, scorer = None, None, None
    sources_file = config_file(SOURCES, config_dir)
    try:
        settings = read_settings(env_file)
    except SettingsError as error:
        faults += error.faults
    try:
        sources = load_sources(sources_file)
    except SettingsError as error:
        faults += error.faults
    try:
        scorer = load_scorer(config_dir, known=known.scorer if known else None)
    except SettingsError as error:
        faults += error.faults
    try:
        channels = load_channel_file(config_dir, settings, sources, scorer)
    except SettingsError as error:
        faults += error.faults
    try:
        watches = load_watch_file(config_dir, settings)
    except SettingsError as error:
        faults += [fault for fault in error.faults if fault not in faults]
    if faults or settings is None or sources is None or scorer is None:
        raise SettingsError(faults)
    configuration = Configuration(
        settings=_beside(settings, channels),
        channels=channels,
        watches=watches,
        sources=sources,
        sources_file=sources_file,
        scorer=scorer,
        config_dir=config_dir,
    )
    check_fit(configuration)
    return configuration


def read_settings(env_file: Path | None) -> Settings:
    """Read the settings alone, for commands that poll nothing.

    Raises:
        SettingsError: with every fault.
    """
    beside = Path(".env")
    chosen = env_file or (beside if beside.is_file() else None)
    return load_settings(os.environ, env_file=chosen)


def load_channel_file(
    config_dir: Path | None,
    settings: Settings | None,
    sources: Sequence[SourceConfig] | None,
    scorer: HeadlineScorer | None,
) -> tuple[ChannelConfig, ...]:
    """Return the channels of channels.toml, () for the one of the settings.

    What could not be read itself is None: then less is checked.

    Raises:
        SettingsError: with every fault of the file.
    """
    return load_channels(
        config_file(CHANNELS, config_dir),
        keys=keys_of(settings) if settings else None,
        sources={one.name for one in sources} if sources else None,
        catalysts=scorer.catalysts if scorer else None,
    )


def load_watch_file(
    config_dir: Path | None, settings: Settings | None
) -> tuple[Watch, ...]:
    """Return the standing queries of channels.toml.

    Raises:
        SettingsError: with every fault of them.
    """
    path = config_file(CHANNELS, config_dir)
    threshold = settings.reading.watch_threshold if settings else 1.0
    return load_watches(path, threshold=threshold)


def keys_of(settings: Settings) -> Keys:
    """Return what entries of channels.toml may name."""
    return Keys(
        webhooks=settings.webhooks,
        bot_token=settings.discord.bot_token,
        api_base=settings.discord.api_base,
        watchlist=frozenset(settings.alerts.watchlist),
    )


def load_scorer(
    config_dir: Path | None, *, known: HeadlineScorer | None = None
) -> HeadlineScorer:
    """Return the scorer of the lexicon and the catalyst rules that are in force.

    Raises:
        SettingsError: with the faults of both files.
    """
    lexicon = config_file(LEXICON, config_dir)
    catalysts = config_file(CATALYSTS, config_dir)
    if (lexicon, catalysts) == (shipped_file(LEXICON), shipped_file(CATALYSTS)):
        return shipped_scorer()
    if known is not None and known.version == _version(lexicon, catalysts):
        return known  # reading the rules takes a second of the processor
    return HeadlineScorer.load(lexicon, catalysts)


def config_file(name: str, config_dir: Path | None) -> Path:
    """Return the operator's file of that name, else the one the product ships."""
    if config_dir is not None and (config_dir / name).exists():
        return config_dir / name
    return shipped_file(name)


def symbol_store(settings: Settings) -> SymbolStore:
    """Return the table of symbols beside the database; it is not loaded yet."""
    database = database_path(settings.storage.database_url)
    shipped = config_file(_SYMBOLS, None)
    return SymbolStore(database.with_name(_SYMBOLS), shipped=shipped)


def alpaca_keys(settings: Settings) -> AlpacaKeys | None:
    """Return the keys of Alpaca's news, None unless both halves are there."""
    key_id, secret = settings.market.alpaca_key_id, settings.market.alpaca_secret_key
    if key_id is None or secret is None:
        return None
    return AlpacaKeys(key_id=key_id, secret=secret)


def price_access(settings: Settings) -> Access:
    """Return where the providers of prices are, and the keys that are there."""
    market, none = settings.market, Secret("")
    return Access(
        nasdaq_url=market.nasdaq_base_url,
        alpaca_url=market.alpaca_base_url,
        finnhub_url=market.finnhub_base_url,
        alpaca_key_id=market.alpaca_key_id or none,
        alpaca_secret=market.alpaca_secret_key or none,
        finnhub_key=market.finnhub_api_key or none,
    )


def names_contact(agent: str) -> bool:
    """Tell whether an e-mail address or a URL stands in it, as the SEC demands."""
    return bool(_CONTACT.search(agent))


def _beside(settings: Settings, channels: Sequence[ChannelConfig]) -> Settings:
    """Return the settings with what the channels mean for them."""
    if not channels:
        return settings
    default, warnings = settings.discord.webhook_url, list(settings.warnings)
    if BOT_POSTS in warnings:
        warnings.remove(BOT_POSTS)
    addresses = {one.place.address for one in channels}
    if default and _address(default, settings) not in addresses:
        warnings.append(NOT_NAMED)
    secrets = tuple(one.secret for one in channels if one.secret)
    return replace(settings, warnings=tuple(warnings), beside=secrets)


def _address(webhook: Secret, settings: Settings) -> str:
    base = settings.discord.api_base
    return parse_webhook(webhook.reveal(), api_base=base).address


def check_fit(configuration: Configuration) -> None:
    """Settings and files must fit: the SEC blocks whoever does not say who asks.

    Raises:
        SettingsError: a source is enabled that must not be asked with these settings,
            or a bot has no channel.
    """
    settings = configuration.settings
    kinds = {source.kind for source in configuration.enabled}
    faults = []
    if SourceKind.EDGAR in kinds and not names_contact(settings.feeds.user_agent):
        faults.append(NO_CONTACT)
    if SourceKind.ALPACA in kinds and not settings.market.has_alpaca_keys:
        faults.append(NO_KEYS)
    discord = settings.discord
    if discord.bot_token and not (discord.channel_id or configuration.channels):
        faults.append(NO_CHANNEL)
    if faults:
        raise SettingsError(faults)


def _version(lexicon: Path, catalysts: Path) -> str:
    try:
        return version_of(lexicon, catalysts)
    except OSError:  # reading them tells what is wrong
        return ""
