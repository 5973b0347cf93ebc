"""Reads channels.toml: where alerts go, and which; every fault is told at once."""

import re
from collections.abc import Collection
from pathlib import Path

from catalyst_bot.delivery.channel_config import ChannelConfig, Keys, Mention, Style
from catalyst_bot.delivery.channel_rules import RULES, EntryFields, read_admission
from catalyst_bot.delivery.destination import BotChannel, Webhook, parse_webhook
from catalyst_bot.errors import SettingsError
from catalyst_bot.ops.entries import read_entries, where_of
from catalyst_bot.ops.secret import Secret

DEFAULT_WEBHOOK = "DISCORD_WEBHOOK_URL"
LOCAL = ("page", "terminal")  # names of what is no channel of Discord
_PLACES = ("name", "webhook", "channel_id", "thread_id", "forum")
_LOOKS = ("style", "role_id", "role_min_score")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SETTING = re.compile(r"\w{1,60}", re.ASCII)


def load_channels(
    path: Path,
    *,
    keys: Keys | None,
    sources: Collection[str] | None,
    catalysts: Collection[str] | None,
) -> tuple[ChannelConfig, ...]:
    """Return the channels of the file in its order, () without an entry.

    Args:
        keys: what entries name; None: the settings have faults of their own, and only
            the form of the file is looked at.
        sources, catalysts: the names that rules may have; None: any.

    Raises:
        SettingsError: with every fault, each naming the file, the entry and the field.
    """
    faults: list[str] = []
    configs: list[ChannelConfig] = []
    taken: dict[str, int] = {}
    for number, fields in enumerate(read_channels(path), start=1):
        entry = _Entry(fields, where=where_of(path, number, fields))
        config = entry.read(keys, sources=sources, catalysts=catalysts)
        name = fields.get("name")
        if isinstance(name, str) and taken.setdefault(name, number) != number:
            entry.fault("name", f"already used by entry {taken[name]}")
        faults += entry.faults
        if config is not None:
            configs.append(config)
    if faults:
        raise SettingsError(faults)
    return tuple(configs)


def read_channels(path: Path) -> list[dict[str, object]]:
    """Return the [[channel]] entries as they stand there.

    Raises:
        SettingsError: the file cannot be read, or holds anything but its two tables.
    """
    return read_entries(path, table="channel", beside=("watch",))


class _Entry(EntryFields):
    """One entry while it is read."""

    def read(
        self,
        keys: Keys | None,
        *,
        sources: Collection[str] | None,
        catalysts: Collection[str] | None,
    ) -> ChannelConfig | None:
        """Return the channel, or None when there are faults, or no keys."""
        known = (*_PLACES, *RULES, *_LOOKS)
        for key in self.fields:
            if key not in known:
                self.fault(key, f"unknown key; known are {', '.join(known)}")
        watchlist = keys.watchlist if keys else frozenset({"ANY"})
        admission = read_admission(
            self, watchlist=watchlist, sources=sources, catalysts=catalysts
        )
        name, style, mention = self._name(), self._style(), self._mention()
        place = self._place(keys)
        if self.faults or place is None:
            return None
        is_literal = "://" in self.text("webhook")
        return ChannelConfig(
            name=name,
            place=place,
            admission=admission,
            style=style,
            mention=mention,
            secret=Secret(self.text("webhook")) if is_literal else None,
        )

    def _name(self) -> str:
        name = self.fields.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            self.fault("name", "expected small letters, digits, - and _, at most 40")
            return ""
        if name in LOCAL:
            self.fault("name", f"{name} is the name of what is not Discord")
        return name

    def _style(self) -> Style:
        text = self.text("style") or Style.FULL
        if text not in {*Style}:
            self.fault("style", f"expected {' or '.join(Style)}")
            return Style.FULL
        return Style(text)

    def _mention(self) -> Mention | None:
        score = self.number("role_min_score", default=0.0, least=0, most=1)
        role = self.snowflake("role_id")
        if not role:
            if "role_min_score" in self.fields:
                self.fault("role_min_score", "needs role_id")
            return None
        return Mention(role_id=role, min_score=score)

    def _place(self, keys: Keys | None) -> Webhook | BotChannel | None:
        before = len(self.faults)
        webhook, channel = self.text("webhook"), self.snowflake("channel_id")
        thread, is_forum = self.snowflake("thread_id"), self.flag("forum")
        if bool(webhook) == bool(channel):
            self.fault("webhook", "expected either webhook or channel_id")
            return None
        if channel and (thread or is_forum):
            field = "thread_id" if thread else "forum"
            self.fault(field, "only with a webhook; a bot writes to a thread by its id")
        if thread and is_forum:
            self.fault("forum", "not with thread_id: each alert begins a thread there")
        if keys is None or len(self.faults) > before:
            return None
        if channel:
            return self._bot(channel, keys)
        secret = self._secret(webhook, keys)
        return self._webhook(secret, keys, thread) if secret else None

    def _bot(self, channel: str, keys: Keys) -> BotChannel | None:
        if keys.bot_token is None:
            self.fault("channel_id", "the setting DISCORD_BOT_TOKEN is not set")
            return None
        return BotChannel(base=keys.api_base, id=channel, token=keys.bot_token)

    def _secret(self, webhook: str, keys: Keys) -> Secret | None:
        """Return the URL that stands in the field, or in the setting that it names."""
        if "://" in webhook:
            return Secret(webhook)
        if not _SETTING.fullmatch(webhook):
            self.fault("webhook", "expected a name such as SMALLCAPS, or a URL")
            return None
        name = webhook.upper()
        if not name.startswith(DEFAULT_WEBHOOK):
            name = f"{DEFAULT_WEBHOOK}_{name}"
        if name not in keys.webhooks:
            self.fault("webhook", f"the setting {name} is not set")
        return keys.webhooks.get(name)

    def _webhook(self, secret: Secret, keys: Keys, thread: str) -> Webhook | None:
        """Return the webhook; a fault never shows its URL."""
        try:
            webhook = parse_webhook(secret.reveal(), api_base=keys.api_base)
        except SettingsError:
            self.fault("webhook", "not the URL of a Discord webhook")
            return None
        return Webhook(
            base=webhook.base,
            id=webhook.id,
            token=webhook.token,
            thread_id=thread,
            is_forum=self.flag("forum"),
        )
