"""channels.toml: what is read, and that every fault is told with its place."""

from datetime import time
from pathlib import Path

import pytest

from catalyst_bot.configuration import load_configuration
from catalyst_bot.delivery.channel_config import ChannelConfig, Keys, Mention, Style
from catalyst_bot.delivery.channel_file import load_channels
from catalyst_bot.delivery.destination import BotChannel, Webhook
from catalyst_bot.delivery.rules import Limit, QuietHours
from catalyst_bot.delivery.watch_file import load_watches
from catalyst_bot.errors import SettingsError
from catalyst_bot.model import Session
from catalyst_bot.ops.secret import Secret

SHIPPED = Path(__file__).parents[2] / "config" / "channels.toml"
TOKEN = "t" * 60
URL = f"https://discord.com/api/webhooks/{'1' * 18}/{TOKEN}"
KEYS = Keys(
    webhooks={
        "DISCORD_WEBHOOK_URL": Secret(URL),
        "DISCORD_WEBHOOK_URL_SMALL": Secret(URL),
    },
    bot_token=Secret("bot.token." + "x" * 30),
    watchlist=frozenset({"ABCD", "EF-B"}),
)
HOOK = 'name = "small"\nwebhook = "SMALL"\n'
ID = "2" * 18


def write(folder: Path, *entries: str) -> Path:
    path = folder / "channels.toml"
    text = "\n".join(f"[[channel]]\n{entry}" for entry in entries)
    path.write_text(text, encoding="utf-8")
    return path


def load(
    folder: Path, *entries: str, keys: Keys | None = KEYS
) -> tuple[ChannelConfig, ...]:
    return load_channels(
        write(folder, *entries), keys=keys, sources={"wire"}, catalysts={"earnings"}
    )


def faults_of(folder: Path, *entries: str, keys: Keys | None = KEYS) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(folder, *entries, keys=keys)
    return caught.value.faults


def test_the_shipped_file_has_no_entry() -> None:
    assert load_channels(SHIPPED, keys=Keys(), sources=(), catalysts=()) == ()


def test_the_examples_of_the_shipped_file_are_right(tmp_path: Path) -> None:
    lines = SHIPPED.read_text(encoding="utf-8").split("\n# [[channel]]\n", 1)[1]
    text = "[[channel]]\n" + lines.replace("\n# ", "\n").removeprefix("# ")
    path = tmp_path / "channels.toml"
    path.write_text(text, encoding="utf-8")
    keys = Keys(
        webhooks={"DISCORD_WEBHOOK_URL_SMALLCAPS": Secret(URL)},
        bot_token=KEYS.bot_token,
        watchlist=KEYS.watchlist,
    )
    found = load_channels(path, keys=keys, sources=(), catalysts=())
    assert [one.name for one in found] == ["smallcaps", "watchlist"]
    assert [one.channel for one in load_watches(path, threshold=0.7)] == ["smallcaps"]


def test_all_fields_are_read(tmp_path: Path) -> None:
    (one,) = load(
        tmp_path,
        HOOK
        + f'thread_id = "{ID}"\n'
        + 'tickers = ["abcd", "BRK.B"]\nwatchlist = true\nexchanges = ["nyse"]\n'
        + 'sources = ["wire"]\ncatalysts = ["earnings"]\nmin_score = 0.5\n'
        + 'sessions = ["pre"]\npattern = "wins?"\nstyle = "compact"\n'
        + f'role_id = "{ID}"\nrole_min_score = 0.8\nlimit = 20\nlimit_seconds = 60\n'
        + 'quiet_hours = "22:00-06:30"\nquiet_breaking = true',
    )
    rules = one.admission.rules
    assert isinstance(one.place, Webhook)
    assert one.place.create_url.endswith(f"&thread_id={ID}")
    assert rules.tickers == {"ABCD", "BRK-B", "EF-B"}
    assert rules.exchanges == {"NYSE"}
    assert rules.sessions == {Session.PRE}
    assert (rules.min_score, *rules.sources, *rules.catalysts) == (
        *(0.5, "wire", "earnings"),
    )
    assert rules.pattern is not None
    assert one.style is Style.COMPACT
    assert one.mention == Mention(role_id=ID, min_score=0.8)
    assert one.admission.limit == Limit(count=20, seconds=60.0)
    assert one.admission.quiet == QuietHours(
        start=time(22), end=time(6, 30), breaking_passes=True
    )


def test_a_bot_writes_to_a_channel_by_its_id(tmp_path: Path) -> None:
    (one,) = load(tmp_path, f'name = "desk"\nchannel_id = "{ID}"')
    assert isinstance(one.place, BotChannel)
    assert one.place.id == ID


def test_a_url_in_the_file_is_a_secret(tmp_path: Path) -> None:
    (one,) = load(tmp_path, f'name = "desk"\nwebhook = "{URL}"')
    assert one.secret == Secret(URL)
    assert TOKEN not in repr(one)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('tickers = "ABCD"', "tickers"),
        ('tickers = ["no symbol"]', "tickers"),
        ("tickers = []", "tickers"),
        ("watchlist = 1", "watchlist"),
        ('exchanges = ["N.Y."]', "exchanges"),
        ('sources = ["wires"]', "sources"),
        ('catalysts = ["earning"]', "catalysts"),
        ("min_score = 1.5", "min_score"),
        ("min_score = true", "min_score"),
        ('sessions = ["night"]', "sessions"),
        ('pattern = "(?=a)"', "pattern"),
        ('style = "small"', "style"),
        ("role_id = 123", "role_id"),
        ("role_min_score = 0.5", "role_min_score"),
        ("limit = 0", "limit"),
        ("limit = 1.5", "limit"),
        ("limit_seconds = 60", "limit_seconds"),
        ('quiet_hours = "22-6"', "quiet_hours"),
        ('quiet_hours = "22:00-22:00"', "quiet_hours"),
        ("quiet_breaking = true", "quiet_breaking"),
        ('thread_id = "7"', "thread_id"),
        (f'thread_id = "{ID}"\nforum = true', "forum"),
        (f'channel_id = "{ID}"', "webhook"),
        ('colour = "red"', "colour"),
    ],
)
def test_a_wrong_rule_names_the_file_the_entry_and_the_field(
    tmp_path: Path, line: str, field: str
) -> None:
    (fault,) = faults_of(tmp_path, HOOK + line)
    assert fault.startswith(
        f"{tmp_path / 'channels.toml'}: entry 1 ('small'): {field}: "
    )


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('name = "one"\nwebhook = "OTHER"', "DISCORD_WEBHOOK_URL_OTHER is not set"),
        ('name = "one"', "either webhook or channel_id"),
        ('name = "one"\nwebhook = "https://evil.example/x"', "not the URL"),
        ('name = "one"\nwebhook = "a b"', "a name such as"),
        (f'name = "one"\nchannel_id = "{ID}"\nforum = true', "only with a webhook"),
        ('name = "One"\nwebhook = "SMALL"', "small letters"),
        ('name = "page"\nwebhook = "SMALL"', "not Discord"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_refused(
    tmp_path: Path, entry: str, fault: str
) -> None:
    (found,) = faults_of(tmp_path, entry)
    assert fault in found
    assert "evil" not in found


def test_a_bots_channel_needs_the_bot_and_a_watchlist_its_symbols(
    tmp_path: Path,
) -> None:
    entry = f'name = "desk"\nchannel_id = "{ID}"\nwatchlist = true'
    watchlist, bot = faults_of(tmp_path, entry, keys=Keys())
    assert "ALERT_WATCHLIST is empty" in watchlist
    assert "DISCORD_BOT_TOKEN is not set" in bot


def test_all_faults_of_all_entries_come_at_once(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, HOOK + "min_score = 2", HOOK + 'style = "x"')
    assert [fault.partition("): ")[2].partition(":")[0] for fault in faults] == [
        "min_score",
        "style",
        "name",
    ]


def test_without_settings_only_the_form_is_looked_at(tmp_path: Path) -> None:
    assert load(tmp_path, HOOK, keys=None) == ()
    assert len(faults_of(tmp_path, HOOK + "limit = 0", keys=None)) == 1


def test_a_bot_without_any_channel_is_a_fault_of_the_configuration(
    tmp_path: Path,
) -> None:
    env_file = tmp_path / ".env"
    token = "MTA5ODc2NTQzMjEwOTg3NjU0." + "Gabcde." + "x" * 38
    env_file.write_text(f"DISCORD_BOT_TOKEN={token}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="DISCORD_CHANNEL_ID"):
        load_configuration(env_file, None)
    write(tmp_path, f'name = "desk"\nchannel_id = "{ID}"')
    assert len(load_configuration(env_file, tmp_path).channels) == 1
