"""sources.toml: what is read, and that every fault is told with its place."""

import logging
from pathlib import Path

import pytest

from catalyst_bot.errors import SettingsError
from catalyst_bot.model import SourceKind
from catalyst_bot.sources.catalogue import load_sources

SHIPPED = Path(__file__).parents[2] / "config" / "sources.toml"
GOOD = """
[[source]]
name = "wire"
kind = "feed"
url = "https://news.example/rss"
interval_seconds = 15
enabled = true
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "sources.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults_of(folder: Path, text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_sources(write(folder, text))
    return caught.value.faults


def test_an_entry_has_defaults_for_what_few_need(tmp_path: Path) -> None:
    (config,) = load_sources(write(tmp_path, GOOD))
    assert (config.name, config.kind) == ("wire", SourceKind.FEED)
    assert (config.url, config.interval) == ("https://news.example/rss", 15.0)
    assert config.enabled
    assert not config.is_market
    assert config.zone.key == "UTC"


def test_a_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert len(load_sources(write(tmp_path, text))) == 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('name = ""', "name"),
        ("name = 7", "name"),
        ('name = "two\\nlines"', "name"),
        (f'name = "{"x" * 65}"', "name"),
        ('kind = "rss"', "kind"),
        ('rest_url = "https://data.example/news"', "rest_url"),
        ("kind = 1", "kind"),
        ('url = "ftp://news.example/rss"', "url"),
        ('url = "news.example/rss"', "url"),
        ('url = "https://"', "url"),
        ('url = "https://news.example:99999/"', "url"),
        ('url = " https://news.example/"', "url"),
        ("url = []", "url"),
        ("interval_seconds = 0.5", "interval_seconds"),
        ("interval_seconds = -1", "interval_seconds"),
        ("interval_seconds = nan", "interval_seconds"),
        ("interval_seconds = inf", "interval_seconds"),
        ("interval_seconds = true", "interval_seconds"),
        ('interval_seconds = "15"', "interval_seconds"),
        ('enabled = "yes"', "enabled"),
        ("enabled = 1", "enabled"),
        ("market = 0", "market"),
        ('timezone = "Mars/Olympus"', "timezone"),
        ('timezone = "../../etc/passwd"', "timezone"),
        ('timezone = "America"', "timezone"),
        ('timezone = ""', "timezone"),
        ("timezone = 5", "timezone"),
        ("weight = 1.5", "weight"),
        ("weight = true", "weight"),
        ("intervall = 5", "intervall"),
    ],
)
def test_a_bad_field_is_named_with_file_and_entry(
    tmp_path: Path, line: str, field: str
) -> None:
    kept = [text for text in GOOD.splitlines() if not text.startswith(f"{field} ")]
    (fault,) = faults_of(tmp_path, "\n".join([*kept, line]))
    assert fault.startswith(f"{tmp_path / 'sources.toml'}: entry 1")
    assert f": {field}: " in fault


@pytest.mark.parametrize(
    "field", ["name", "kind", "url", "interval_seconds", "enabled"]
)
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    kept = [text for text in GOOD.splitlines() if not text.startswith(f"{field} ")]
    (fault,) = faults_of(tmp_path, "\n".join(kept))
    assert f": {field}: " in fault


def test_all_faults_of_all_entries_are_told_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("15", "0").replace('"feed"', '"rss"')
    faults = faults_of(tmp_path, GOOD + bad + GOOD.replace("https", "gopher"))
    assert len(faults) == 5
    assert sum("entry 2 ('wire'): name: already used by entry 1" in f for f in faults)
    assert sum("entry 3 ('wire'): url:" in fault for fault in faults)


def test_a_fault_never_shows_the_address_which_may_hold_a_key(tmp_path: Path) -> None:
    text = GOOD.replace("https://news.example/rss", "htps://x.example/?token=hush")
    assert "hush" not in "\n".join(faults_of(tmp_path, text))


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, GOOD + "name = \n")
    assert "sources.toml: not TOML" in fault
    assert "line 8" in fault


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, b"# one\n# caf\xe9\n")
    assert "not UTF-8 (line 2)" in fault


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load_sources(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[source]\nname = "wire"\n', "under [[source]]"),
        ("source = [1, 2]\n", "under [[source]]"),
        ('source = "wire"\n', "under [[source]]"),
        ('[[sources]]\nname = "wire"\n', "unknown key 'sources'"),
    ],
)
def test_another_shape_of_file_is_explained(
    tmp_path: Path, text: str, words: str
) -> None:
    assert words in faults_of(tmp_path, text)[0]


@pytest.mark.parametrize("text", ["", GOOD.replace("true", "false")])
def test_nothing_enabled_is_a_warning_not_an_error(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        load_sources(write(tmp_path, text))
    assert "no source is enabled" in caplog.messages


STREAM = """
[[source]]
name = "stream"
kind = "alpaca"
url = "wss://stream.example/news"
rest_url = "https://data.example/news"
interval_seconds = 30
enabled = true
"""


def test_a_stream_names_where_to_ask_for_what_it_missed(tmp_path: Path) -> None:
    (config,) = load_sources(write(tmp_path, STREAM))
    assert config.is_stream
    assert config.urls == ("wss://stream.example/news", "https://data.example/news")


@pytest.mark.parametrize(
    ("was", "becomes", "field"),
    [
        ("wss://stream", "https://stream", "url"),
        ("wss://stream.example", "ws://stream.example", "url"),
        ("https://data", "wss://data", "rest_url"),
        ("https://data.example", "http://data.example", "rest_url"),
        ('rest_url = "https://data.example/news"', "", "rest_url"),
    ],
)
def test_an_address_that_would_show_the_keys_is_refused(
    tmp_path: Path, was: str, becomes: str, field: str
) -> None:
    (fault,) = faults_of(tmp_path, STREAM.replace(was, becomes))
    assert f": {field}: " in fault


def test_keys_may_travel_in_clear_text_on_this_machine(tmp_path: Path) -> None:
    text = STREAM.replace("wss://stream.example", "ws://127.0.0.1:9")
    text = text.replace("https://data.example", "http://localhost:9")
    assert len(load_sources(write(tmp_path, text))) == 1


def test_the_shipped_file_needs_no_key_and_no_contact() -> None:
    sources = {config.name: config for config in load_sources(SHIPPED)}
    off = {name for name, config in sources.items() if not config.enabled}
    assert off == {"Business Wire", "Newsfile", "SEC 8-K", "Alpaca News"}
    assert {name for name, config in sources.items() if config.is_market} == {
        "Federal Reserve",
        "BLS",
        "BEA",
    }
    assert sources["SEC 8-K"].kind is SourceKind.EDGAR
    assert sources["Nasdaq Halts"].kind is SourceKind.HALTS
