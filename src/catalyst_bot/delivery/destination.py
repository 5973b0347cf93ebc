"""Where requests go, by webhook or as a bot: parsed strictly, no token ever shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalyst_bot.errors import SettingsError
from catalyst_bot.ops.secret import Secret

DEFAULT_API_BASE = "https://discord.com/api/v10"
EPOCH_MS = 1_420_070_400_000  # the zero of Discord's ids: 2015-01-01

_LOOPBACK = r"https?://(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?"
_LOCAL = re.compile(
    rf"(?P<base>{_LOOPBACK}(?:/[\w.-]+)*?)/webhooks/(?P<id>[\w-]+)/(?P<token>[\w-]+)",
    re.ASCII,
)
# Anchored, and the host spelled out: discord.py's own pattern also accepts
# https://evil.example/discord.com/api/webhooks/….
_REAL = re.compile(
    r"https://(?:discord\.com|discordapp\.com|canary\.discord\.com|ptb\.discord\.com)"
    r"/api(?:/v\d+)?/webhooks/(?P<id>\d{17,20})/(?P<token>[\w-]{60,})",
    re.ASCII,
)
_BASE = re.compile(rf"(?:https://[\w.-]+(?::\d{{1,5}})?|{_LOOPBACK})(?:/[\w.-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One webhook; whoever has its token may write to the channel.

    `thread_id`: write to this thread of it. `is_forum`: its channel is a forum, where
    each message begins a thread of its own, and has that thread's id for its channel.
    """

    base: str
    id: str
    token: Secret
    thread_id: str = ""
    is_forum: bool = False

    @property
    def headers(self) -> Mapping[str, str]:
        """Return nothing: the token stands in the path."""
        return {}

    @property
    def create_url(self) -> str:
        """Return where new messages are posted.

        `wait=true`: without it Discord answers 204, without id, and hides failures.
        `with_components=true`: without it the buttons are dropped in silence.
        """
        return f"{self.address}?wait=true&with_components=true{_thread(self.thread_id)}"

    def edit_url(self, message_id: str, *, channel_id: str = "") -> str:
        """Return where one message is edited; `channel_id` is the one it stands in."""
        thread = _thread(channel_id if self.is_forum else self.thread_id)
        return f"{self.address}/messages/{message_id}?with_components=true{thread}"

    @property
    def address(self) -> str:
        """Return the webhook's own URL; the token stands in it."""
        return f"{self.base}/webhooks/{self.id}/{self.token.reveal()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotChannel:
    """One channel, written to by a bot; whoever has its token is the bot."""

    base: str
    id: str
    token: Secret

    @property
    def headers(self) -> Mapping[str, str]:
        """Return what says who writes."""
        return {"Authorization": f"Bot {self.token.reveal()}"}

    @property
    def create_url(self) -> str:
        """Return where new messages are posted."""
        return f"{self.address}/messages"

    @property
    def address(self) -> str:
        """Return the channel's own URL."""
        return f"{self.base}/channels/{self.id}"

    def edit_url(self, message_id: str, *, channel_id: str = "") -> str:
        """Return where one message is edited."""
        del channel_id  # it is ours
        return f"{self.create_url}/{message_id}"

    def history_url(self, *, after: int, limit: int) -> str:
        """Return where the messages after a snowflake are listed."""
        return f"{self.create_url}?after={after}&limit={limit}"


def _thread(thread_id: str) -> str:
    return f"&thread_id={thread_id}" if thread_id else ""


def snowflake(unix: float) -> int:
    """Return the smallest id that Discord gives at a time (API Reference)."""
    return max(0, int(unix * 1000) - EPOCH_MS) << 22


def made_at(snowflake: str) -> float:
    """Return when a message was made, in unix seconds, as its id says."""
    return ((int(snowflake) >> 22) + EPOCH_MS) / 1000


def is_earlier(snowflake: str, *, since: float, now: float) -> bool:
    """Tell whether a message is of a try at `since`, and not of this one at `now`.

    Its own time is nearer to the one or to the other: Discord's clock is not ours.
    """
    return made_at(snowflake) < (since + now) / 2


def parse_webhook(
    url: str, *, api_base: str = DEFAULT_API_BASE, name: str = "DISCORD_WEBHOOK_URL"
) -> Webhook:
    """Return the webhook of a URL; `name` is the setting that a fault names.

    A loopback URL keeps its own origin; requests to any other go to `api_base`.

    Raises:
        SettingsError: not the URL of a webhook; the text never shows the value.
    """
    text = url.strip()
    if local := _LOCAL.fullmatch(text):
        base = local["base"]
        return Webhook(base=base, id=local["id"], token=Secret(local["token"]))
    real = _REAL.fullmatch(text)
    if not real:
        form = "https://discord.com/api/webhooks/<17-20 digits>/<token of 60 or more>"
        raise SettingsError([f"{name}: not a Discord webhook URL; expected {form}"])
    base = parse_api_base(api_base)
    return Webhook(base=base, id=real["id"], token=Secret(real["token"]))


def parse_api_base(url: str, *, name: str = "DISCORD_API_BASE") -> str:
    """Return the base of Discord's API without its last slash.

    Raises:
        SettingsError: neither https nor a loopback address.
    """
    text = url.strip().rstrip("/")
    if not _BASE.fullmatch(text):
        raise SettingsError(
            [f"{name}: expected https://<host>/<path>; http only for 127.0.0.1"]
        )
    return text
