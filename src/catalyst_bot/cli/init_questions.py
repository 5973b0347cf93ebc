"""What `init` asks: the answers, where each is kept, and how it is tested."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace

import aiohttp

from catalyst_bot.cli.dependencies import (
    Row,
    State,
    look_at_discord,
    look_at_model,
    look_at_server,
)
from catalyst_bot.configuration import names_contact
from catalyst_bot.errors import SettingsError
from catalyst_bot.model import SourceKind
from catalyst_bot.ops.env_file import EnvFile
from catalyst_bot.settings import Settings, load_settings
from catalyst_bot.settings_rows import setting_rows
from catalyst_bot.sources.switch import switched

NONE = "none"  # the answer that takes a setting away
NO_CONTACT = (
    "FEEDS_USER_AGENT: expected your name and an e-mail address or URL, "
    "as the SEC demands"
)
_MEANINGS = {row.name: row.meaning for row in setting_rows()}
_DEFAULTS = {row.name: row.default for row in setting_rows()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The two files as they shall be; nothing is written before the last answer."""

    env: EnvFile
    sources: str  # the text of sources.toml
    is_new: bool  # there is no env file yet: what is kept is written too

    def with_setting(self, name: str, value: str) -> "Draft":
        """Return the draft with one line of the env file changed or added."""
        env = self.env.with_value(name, value, comment=_MEANINGS[name])
        return replace(self, env=env)

    def settings(self, *names: str) -> Settings:
        """Return the settings that these lines of the draft amount to.

        Raises:
            SettingsError: one of them is not well-formed.
        """
        return load_settings({name: self.env.value(name) for name in names})

    def settings_of_token(self) -> Settings:
        """Return the settings with the bot's token, before its channel is known.

        Raises:
            SettingsError: the token is not well-formed.
        """
        token = self.env.value("DISCORD_BOT_TOKEN")
        anywhere = {"DISCORD_CHANNEL_ID": "0" * 18}
        return load_settings({"DISCORD_BOT_TOKEN": token, **anywhere})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One answer that `init` wants.

    `apply` puts an answer into the draft; it raises SettingsError when the answer is
    not well-formed, and so may `look`, which tests what is in the draft.
    """

    setting: str
    flag: str
    prompt: str
    about: str
    apply: Callable[[Draft, str], Draft]
    look: Callable[[Draft], Coroutine[None, None, Row]]
    is_secret: bool = False

    def current(self, draft: Draft) -> str:
        """Return what is in force without a new answer, "" for nothing."""
        return draft.env.value(self.setting) or _DEFAULTS[self.setting]

    def is_moot(self, draft: Draft) -> bool:
        """Tell that nothing is to be asked: no model shall read, the webhook posts."""
        if self.setting == "DISCORD_BOT_TOKEN":
            return bool(draft.env.value("DISCORD_WEBHOOK_URL")) and not _has_bot(draft)
        if self.setting == "DISCORD_CHANNEL_ID":
            return not _has_bot(draft)
        return self.setting == "LLM_MODEL_NAME" and _is_model_off(draft)


def _kept_in(name: str) -> Callable[[Draft, str], Draft]:
    def apply(draft: Draft, answer: str) -> Draft:
        return draft.with_setting(name, "" if answer == NONE else answer)

    return apply


def _apply_token(draft: Draft, answer: str) -> Draft:
    """Take the channel away with the token: one needs the other."""
    if answer != NONE:
        return draft.with_setting("DISCORD_BOT_TOKEN", answer)
    draft = draft.with_setting("DISCORD_BOT_TOKEN", "")
    if draft.env.value("DISCORD_CHANNEL_ID"):
        draft = draft.with_setting("DISCORD_CHANNEL_ID", "")
    return draft


def _apply_channel(draft: Draft, answer: str) -> Draft:
    if answer == NONE and _has_bot(draft):
        raise SettingsError(["DISCORD_CHANNEL_ID: the bot needs a channel"])
    return _kept_in("DISCORD_CHANNEL_ID")(draft, answer)


def _apply_server(draft: Draft, answer: str) -> Draft:
    if answer == NONE:
        return draft.with_setting("FEATURE_LLM", "0")
    if _is_model_off(draft):
        draft = draft.with_setting("FEATURE_LLM", "1")
    return draft.with_setting("LLM_ENDPOINT_URL", answer)


def _apply_contact(draft: Draft, answer: str) -> Draft:
    is_given = answer != NONE
    if is_given and not names_contact(answer):
        raise SettingsError([NO_CONTACT])
    try:
        sources = switched(draft.sources, SourceKind.EDGAR, enabled=is_given)
    except ValueError as error:
        raise SettingsError([f"sources.toml: {error}; change it by hand"]) from error
    draft = draft.with_setting("FEEDS_USER_AGENT", answer if is_given else "")
    return replace(draft, sources=sources)


async def _look_at_discord(draft: Draft) -> Row:
    webhook = ("DISCORD_WEBHOOK_URL", "DISCORD_WEBHOOK_URL_FILE", "DISCORD_API_BASE")
    settings = draft.settings(*webhook, "FEATURE_WEB")
    async with aiohttp.ClientSession(trust_env=False) as session:
        return await look_at_discord(settings, session)


async def _look_at_token(draft: Draft) -> Row:
    """Tell its form only: what the bot may do depends on the channel."""
    if not draft.env.value("DISCORD_BOT_TOKEN"):
        return Row(name="bot", state=State.OFF, detail="no bot: the webhook posts")
    if draft.env.value("DISCORD_CHANNEL_ID"):
        return await _look_at_bot(draft)
    draft.settings_of_token()
    return Row(name="bot", state=State.OK, detail="has the form of a bot's token")


async def _look_at_bot(draft: Draft) -> Row:
    names = ("DISCORD_BOT_TOKEN", "DISCORD_BOT_TOKEN_FILE", "DISCORD_CHANNEL_ID")
    settings = draft.settings(*names, "DISCORD_API_BASE", "FEATURE_WEB")
    async with aiohttp.ClientSession(trust_env=False) as session:
        return await look_at_discord(settings, session)


async def _look_at_server(draft: Draft) -> Row:
    return await look_at_server(draft.settings("LLM_ENDPOINT_URL", "FEATURE_LLM"))


async def _look_at_model(draft: Draft) -> Row:
    names = ("LLM_ENDPOINT_URL", "LLM_MODEL_NAME", "FEATURE_LLM")
    return await look_at_model(draft.settings(*names))


async def _look_at_contact(draft: Draft) -> Row:
    agent = draft.settings("FEEDS_USER_AGENT").feeds.user_agent
    if not agent:
        detail = "SEC EDGAR stays off: it wants to know who asks"
        return Row(name="contact", state=State.OFF, detail=detail)
    if not names_contact(agent):
        raise SettingsError([NO_CONTACT])
    detail = "has the form that SEC EDGAR demands"
    return Row(name="contact", state=State.OK, detail=detail)


async def _look_at_watchlist(draft: Draft) -> Row:
    symbols = draft.settings("ALERT_WATCHLIST").alerts.watchlist
    if not symbols:
        detail = "no symbol goes first"
        return Row(name="watchlist", state=State.OFF, detail=detail)
    detail = f"{len(symbols)} well-formed: {', '.join(symbols)}"
    return Row(name="watchlist", state=State.OK, detail=detail)


def half_a_bot(draft: Draft) -> list[str]:
    """Return what is missing of a bot, one line, nothing when it is whole or absent."""
    if _has_bot(draft) and not draft.env.value("DISCORD_CHANNEL_ID"):
        return ["--channel-id: the bot needs a channel"]
    return []


def _has_bot(draft: Draft) -> bool:
    names = ("DISCORD_BOT_TOKEN", "DISCORD_BOT_TOKEN_FILE")
    return any(draft.env.value(name) for name in names)


def _is_model_off(draft: Draft) -> bool:
    return draft.env.value("FEATURE_LLM") == "0"


QUESTIONS = (
    Question(
        setting="DISCORD_WEBHOOK_URL",
        flag="--webhook",
        prompt="Webhook URL",
        about="Where alerts go. In Discord: channel settings, Integrations, Webhooks.",
        apply=_kept_in("DISCORD_WEBHOOK_URL"),
        look=_look_at_discord,
        is_secret=True,
    ),
    Question(
        setting="DISCORD_BOT_TOKEN",
        flag="--bot-token",
        prompt="Bot token",
        about="A bot instead: no alert is seen twice (docs/delivery.md).",
        apply=_apply_token,
        look=_look_at_token,
        is_secret=True,
    ),
    Question(
        setting="DISCORD_CHANNEL_ID",
        flag="--channel-id",
        prompt="Channel id",
        about="Where the bot posts: right-click the channel, Copy Channel ID.",
        apply=_apply_channel,
        look=_look_at_bot,
    ),
    Question(
        setting="LLM_ENDPOINT_URL",
        flag="--llm-url",
        prompt="Ollama's URL",
        about="The model that reads each alert.",
        apply=_apply_server,
        look=_look_at_server,
    ),
    Question(
        setting="LLM_MODEL_NAME",
        flag="--model",
        prompt="Model",
        about="",
        apply=_kept_in("LLM_MODEL_NAME"),
        look=_look_at_model,
    ),
    Question(
        setting="FEEDS_USER_AGENT",
        flag="--contact",
        prompt="Contact",
        about="Your name and an e-mail address: with them SEC EDGAR is switched on.",
        apply=_apply_contact,
        look=_look_at_contact,
    ),
    Question(
        setting="ALERT_WATCHLIST",
        flag="--watchlist",
        prompt="Watchlist",
        about="Symbols, comma separated, whose alerts the model reads first.",
        apply=_kept_in("ALERT_WATCHLIST"),
        look=_look_at_watchlist,
    ),
)
