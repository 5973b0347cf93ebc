"""Everything the operator wrote, read at once: settings and the files of config/."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from catalyst_bot.delivery.channel_config import ChannelConfig
from catalyst_bot.errors import SettingsError
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.market.opening import Access
from catalyst_bot.model import SourceKind
from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.scoring.headline import (
    CATALYSTS,
    LEXICON,
    HeadlineScorer,
    shipped_scorer,
    version_of,
)
from catalyst_bot.settings import Settings, load_settings
from catalyst_bot.sources.alpaca_wire import AlpacaKeys
from catalyst_bot.sources.catalogue import SourceConfig, load_sources
from catalyst_bot.storage.database import database_path

SOURCES = "sources.toml"
NO_CONTACT = (
    "FEEDS_USER_AGENT: an edgar source is enabled; expected your name and an e-mail "
    "address or URL, as the SEC demands"
)
NO_KEYS = (
    "ALPACA_KEY_ID, ALPACA_SECRET_KEY: an alpaca source is enabled; expected both, "
    "Alpaca tells nobody else its news"
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
    if settings is None or sources is None or scorer is None:
        raise SettingsError(faults)
    configuration = Configuration(
        settings=settings,
        sources=sources,
        sources_file=sources_file,
        scorer=scorer,
        config_dir=config_dir,
    )
    check_sources(configuration)
    return configuration


def read_settings(env_file: Path | None) -> Settings:
    """Read the settings alone, for commands that poll nothing.

    Raises:
        SettingsError: with every fault.
    """
    beside = Path(".env")
    chosen = env_file or (beside if beside.is_file() else None)
    return load_settings(os.environ, env_file=chosen)


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


def check_sources(configuration: Configuration) -> None:
    """Some sources must know who asks: the SEC blocks whoever does not say.

    Raises:
        SettingsError: a source is enabled that must not be asked with these settings.
    """
    settings = configuration.settings
    kinds = {source.kind for source in configuration.enabled}
    faults = []
    if SourceKind.EDGAR in kinds and not names_contact(settings.feeds.user_agent):
        faults.append(NO_CONTACT)
    if SourceKind.ALPACA in kinds and not settings.market.has_alpaca_keys:
        faults.append(NO_KEYS)
    if faults:
        raise SettingsError(faults)


def _version(lexicon: Path, catalysts: Path) -> str:
    try:
        return version_of(lexicon, catalysts)
    except OSError:  # reading them tells what is wrong
        return ""
