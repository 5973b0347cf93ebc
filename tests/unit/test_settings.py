"""Where a setting comes from, what is refused, and that no fault tells a secret."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from catalyst_bot.errors import SettingsError
from catalyst_bot.ops.secret import Secret
from catalyst_bot.settings import load_settings
from catalyst_bot.settings_rows import setting_rows

WEBHOOK = "https://discord.com/api/webhooks/123456789012345678/" + "Ab_-" * 17
OTHER_WEBHOOK = "https://discord.com/api/webhooks/223456789012345678/" + "Cd_-" * 17
TOKEN = "t" * 32


def env_file(folder: Path, text: str, *, mode: int = 0o600) -> Path:
    path = folder / ".env"
    path.write_text(text)
    path.chmod(mode)
    return path


def faults_of(environ: dict[str, str], *, file: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, env_file=file)
    return caught.value.faults


def test_nothing_set_is_a_working_daemon_with_the_documented_defaults() -> None:
    settings = load_settings({})
    assert settings.discord.webhook_url is None
    assert settings.http.port == 8787
    assert settings.llm.enrich_deadline == 10
    assert settings.warnings == ()


def test_each_documented_default_is_itself_an_accepted_value() -> None:
    defaults = {row.name: row.default for row in setting_rows() if row.default}
    settings = load_settings(defaults)
    assert settings.llm == load_settings({}).llm
    assert settings.alerts == load_settings({}).alerts


def test_the_env_file_is_read_and_the_environment_overrides_it(tmp_path: Path) -> None:
    file = env_file(tmp_path, "HTTP_PORT=1111\nALERT_MIN_SCORE=0.5 # strong ones\n")
    settings = load_settings({"HTTP_PORT": "2222"}, env_file=file)
    assert settings.http.port == 2222
    assert settings.alerts.min_score == 0.5
    origins = {shown.name: shown.origin for shown in settings.shown()}
    assert origins["HTTP_PORT"] == "environment"
    assert origins["ALERT_MIN_SCORE"] == ".env"
    assert origins["LOG_LEVEL"] == "default"


def test_a_secret_is_looked_up_as_credential_then_file_then_environment(
    tmp_path: Path,
) -> None:
    (tmp_path / "discord_webhook_url").write_text(f"{WEBHOOK}\n")
    pointed = tmp_path / "pointed"
    pointed.write_text(OTHER_WEBHOOK)
    environ = {
        "CREDENTIALS_DIRECTORY": str(tmp_path),
        "DISCORD_WEBHOOK_URL_FILE": str(pointed),
        "DISCORD_WEBHOOK_URL": WEBHOOK.replace("Ab", "Ef"),
    }
    assert load_settings(environ).discord.webhook_url == Secret(WEBHOOK)
    del environ["CREDENTIALS_DIRECTORY"]
    assert load_settings(environ).discord.webhook_url == Secret(OTHER_WEBHOOK)
    del environ["DISCORD_WEBHOOK_URL_FILE"]
    loaded = load_settings(environ).discord.webhook_url
    assert loaded == Secret(environ["DISCORD_WEBHOOK_URL"])


def test_a_credential_directory_without_our_secret_hides_nothing(
    tmp_path: Path,
) -> None:
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "DISCORD_WEBHOOK_URL": WEBHOOK}
    assert load_settings(environ).discord.webhook_url == Secret(WEBHOOK)


def test_a_credential_that_is_out_of_reach_is_a_fault_not_another_secret(
    tmp_path: Path,
) -> None:
    """As in a directory closed to us; root is let in there, so it is a loop here."""
    (tmp_path / "discord_webhook_url").symlink_to("discord_webhook_url")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "DISCORD_WEBHOOK_URL": WEBHOOK}
    (fault,) = faults_of(environ)
    assert fault.startswith(f"DISCORD_WEBHOOK_URL: {tmp_path}/discord_webhook_url")
    assert "cannot be reached" in fault


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe secret"])
def test_a_secret_file_that_cannot_be_used_is_a_fault(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "webhook"
    if content is not None:
        path.write_bytes(content)
    (fault,) = faults_of({"DISCORD_WEBHOOK_URL_FILE": str(path)})
    assert fault.startswith(f"DISCORD_WEBHOOK_URL_FILE: {path}")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    file = env_file(tmp_path, "HTTP_PORT=http\nLLM_TIMEOUT_SECS=0\nnot a line\n")
    faults = "\n".join(faults_of({"LOG_LEVEL": "LOUD", "FEATURE_LLM": "2"}, file=file))
    for name in ("HTTP_PORT", "LLM_TIMEOUT_SECS", "line 3", "LOG_LEVEL", "FEATURE_LLM"):
        assert name in faults
    assert "a whole number from 0 to 65535" in faults


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "postgresql://localhost/catalyst"),
        ("DATABASE_URL", "sqlite:///"),
        ("RETENTION_DAYS", "0"),
        ("LLM_ENDPOINT_URL", "localhost:11434"),
        ("LLM_ENDPOINT_URL", "http://localhost:11434"),
        ("LLM_MODEL_NAME", "two words"),
        ("LLM_TIMEOUT_SECS", "nan"),
        ("LLM_LATE_SECS", "inf"),
        ("LLM_MAX_CONCURRENT", "0"),
        ("LLM_MAX_RETRIES", "2.5"),
        ("DISCORD_API_BASE", "http://discord.example/api"),
        ("DISCORD_API_BASE", "discord.com"),
        ("DISCORD_AMBIGUOUS_POST", "maybe"),
        ("DISCORD_WEBHOOK_URL", "https://example.com/hook"),
        ("FEATURE_WEB", "perhaps"),
        ("ALERT_MIN_SCORE", "1.1"),
        ("ALERT_MAX_AGE_SECS", "0"),
        ("ALERT_WATCHLIST", "ACME,no symbol"),
        ("FEEDS_USER_AGENT", "catalyst\x07bot"),
        ("HTTP_HOST", "http://localhost"),
        ("HTTP_PORT", "65536"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_the_accepted_form(
    name: str, text: str
) -> None:
    (fault,) = faults_of({name: text})
    form = next(row.form for row in setting_rows() if row.name == name)
    assert fault.startswith(f"{name}: ")
    assert fault.endswith(form)


@pytest.mark.parametrize("base", ["http://127.0.0.1:9/api/v10/", "http://localhost:9"])
def test_a_simulated_discord_on_this_machine_needs_no_tls(base: str) -> None:
    settings = load_settings({"DISCORD_API_BASE": base})
    assert settings.discord.api_base == base.rstrip("/")


def test_a_typing_error_in_the_env_file_is_a_fault_with_a_hint(tmp_path: Path) -> None:
    file = env_file(tmp_path, "LLM_TIMEOUT_SEC=5\nUNRELATED=1\n")
    (fault,) = faults_of({}, file=file)
    assert "did you mean LLM_TIMEOUT_SECS?" in fault


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CONFLICT_WINDOW", "CONFLICT_WINDOW_HOURS"),
        ("WATCH_TRESHOLD", "WATCH_THRESHOLD"),
        ("SEARCH_SOURCE_TIMEOUT", "SEARCH_SOURCE_TIMEOUT_SECS"),
        ("READ_CHUNK_CHAR", "READ_CHUNK_CHARS"),
    ],
)
def test_a_typing_error_in_what_is_read_is_told(typed: str, meant: str) -> None:
    (warning,) = load_settings({typed: "1"}).warnings
    assert f"did you mean {meant}?" in warning


def test_a_typing_error_in_the_environment_is_a_warning() -> None:
    settings = load_settings({"DISCORD_WEBHOK_URL": WEBHOOK, "HOME": "/"})
    (warning,) = settings.warnings
    assert "did you mean DISCORD_WEBHOOK_URL?" in warning
    assert WEBHOOK not in warning


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_secret_in_an_env_file_that_others_can_read_is_warned_of(
    tmp_path: Path, mode: int
) -> None:
    file = env_file(tmp_path, f"DISCORD_WEBHOOK_URL={WEBHOOK}\n", mode=mode)
    (warning,) = load_settings({}, env_file=file).warnings
    assert "DISCORD_WEBHOOK_URL" in warning
    assert "chmod 600" in warning
    file.chmod(0o600)
    assert load_settings({}, env_file=file).warnings == ()
    # A service with a user of its own must be able to read it: no secret, no warning.
    harmless = env_file(tmp_path, "HTTP_PORT=1\n", mode=mode)
    assert load_settings({}, env_file=harmless).warnings == ()


def test_an_env_file_that_is_not_there_or_no_text_is_a_fault(tmp_path: Path) -> None:
    assert "cannot be read" in faults_of({}, file=tmp_path / "none.env")[0]
    file = tmp_path / "latin.env"
    file.write_bytes(b"CARD_DISCLAIMER=\xe9\xe8\n")
    assert "not UTF-8" in faults_of({}, file=file)[0]


def test_an_empty_value_means_the_default() -> None:
    assert load_settings({"HTTP_PORT": "  ", "LOG_LEVEL": ""}).http.port == 8787


def test_what_is_read_again_before_a_chunk_is_shorter_than_the_chunk() -> None:
    (fault,) = faults_of({"READ_CHUNK_CHARS": "1000", "READ_OVERLAP_CHARS": "1000"})
    assert fault.startswith("READ_OVERLAP_CHARS: 1000 must be less than")
    load_settings({"READ_CHUNK_CHARS": "1000", "READ_OVERLAP_CHARS": "999"})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "bot.example"])  # noqa: S104
def test_serving_other_machines_needs_a_token(host: str) -> None:
    (fault,) = faults_of({"HTTP_HOST": host})
    assert fault.startswith("API_TOKENS: ")
    assert load_settings({"HTTP_HOST": host, "API_TOKENS": TOKEN}).http.host == host
    load_settings({"HTTP_HOST": host, "FEATURE_WEB": "0"})


def test_every_token_must_be_long() -> None:
    (fault,) = faults_of({"API_TOKENS": f"{TOKEN},short-one"})
    assert "short-one" not in fault
    both = load_settings({"API_TOKENS": f"{TOKEN}, {TOKEN}x"}).http.tokens
    assert [token.secret.reveal() for token in both] == [TOKEN, TOKEN + "x"]


@given(secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8))
def test_no_fault_tells_a_secret(secret: str) -> None:
    secret = f"canary{secret}"
    faults = faults_of({"DISCORD_WEBHOOK_URL": secret, "API_TOKENS": secret[:31]})
    assert all("canary" not in fault for fault in faults)


def test_a_short_secret_is_not_told_either() -> None:
    faults = faults_of({"DISCORD_WEBHOOK_URL": "hunter2", "API_TOKENS": "hunter2"})
    assert all("hunter2" not in fault for fault in faults)


def test_a_secret_in_the_wrong_setting_is_not_told_either() -> None:
    (fault,) = faults_of({"HTTP_PORT": WEBHOOK})
    assert "Ab_-" not in fault


def test_printing_the_settings_shows_no_secret() -> None:
    settings = load_settings({"DISCORD_WEBHOOK_URL": WEBHOOK, "API_TOKENS": TOKEN})
    texts = [repr(settings), str(settings), f"{settings}", repr(settings.shown())]
    assert all("Ab_-" not in text and TOKEN not in text for text in texts)
    assert {secret.reveal() for secret in settings.secrets} == {WEBHOOK, TOKEN}


def test_watched_symbols_are_written_as_in_alerts() -> None:
    settings = load_settings({"ALERT_WATCHLIST": "acme, $brk.b ,TSXV:CUU,,ACME"})
    assert settings.alerts.watchlist == ("ACME", "BRK-B", "TSXV:CUU")
    shown = {row.name: row.value for row in settings.shown()}
    assert shown["ALERT_WATCHLIST"] == "ACME,BRK-B,TSXV:CUU"


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"QUOTE_PROVIDERS": "alpaca"}, "ALPACA_KEY_ID, ALPACA_SECRET_KEY"),
        (
            {"QUOTE_PROVIDERS": "alpaca", "ALPACA_KEY_ID": "k" * 20},
            "ALPACA_KEY_ID, ALPACA_SECRET_KEY",
        ),
        ({"QUOTE_PROVIDERS": "nasdaq, Finnhub"}, "FINNHUB_API_KEY"),
    ],
)
def test_a_provider_of_prices_without_its_key_is_a_fault(
    environ: dict[str, str], missing: str
) -> None:
    (fault,) = faults_of(environ)
    assert fault.startswith(missing)
    load_settings({**environ, "FEATURE_MARKET_DATA": "0"})


def test_providers_are_asked_in_the_order_in_which_they_stand() -> None:
    settings = load_settings(
        {"QUOTE_PROVIDERS": "finnhub,nasdaq,finnhub", "FINNHUB_API_KEY": "f" * 20}
    )
    assert settings.market.providers == ("finnhub", "nasdaq")
    assert {secret.reveal() for secret in settings.secrets} == {"f" * 20}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUOTE_PROVIDERS", "yahoo"),
        ("QUOTE_PROVIDERS", ","),
        ("NASDAQ_BASE_URL", "http://prices.example"),
        ("ALPACA_BASE_URL", "ftp://prices.example"),
        ("FINNHUB_BASE_URL", "https://user@prices.example"),
        ("ALPACA_KEY_ID", "two words here"),
        ("FINNHUB_API_KEY", "short"),
    ],
)
def test_what_leads_to_prices_is_checked(name: str, value: str) -> None:
    (fault,) = faults_of({name: value})
    assert fault.startswith(name)


def test_the_tree_is_frozen() -> None:
    settings = load_settings({})
    with pytest.raises(ValidationError):
        settings.http.port = 1


KEY = "fictitious-key-of-a-test"


def test_the_providers_are_asked_in_the_order_in_which_they_stand() -> None:
    environ = {"LLM_PROVIDERS": "Gemini, ollama", "GEMINI_API_KEY": KEY}
    settings = load_settings(environ)
    assert settings.llm.providers == ("gemini", "ollama")
    assert list(settings.clouds) == ["gemini"]
    assert settings.warnings == ()


def test_a_key_alone_lets_no_text_go_to_a_cloud() -> None:
    settings = load_settings({"OPENAI_API_KEY": KEY})
    assert not settings.clouds
    assert Secret(KEY) in settings.secrets


def test_a_provider_without_a_key_is_left_out_with_one_line() -> None:
    settings = load_settings({"LLM_PROVIDERS": "ollama,anthropic"})
    assert not settings.clouds
    assert settings.warnings == (
        "LLM_PROVIDERS: anthropic is left out, ANTHROPIC_API_KEY is not set",
    )


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        ({"LLM_PROVIDERS": "ollama,gemni"}, "gemni is no provider"),
        ({"LLM_PROVIDERS": "ollama,ollama"}, "ollama stands there twice"),
        ({"LLM_PROVIDERS": ","}, "no provider"),
        ({"LLM_PROVIDERS": "gemini"}, "GEMINI_API_KEY: required"),
        ({"GEMINI_API_KEY": "two words"}, "GEMINI_API_KEY: the value is not accepted"),
        ({"OPENAI_BASE_URL": "example.com"}, "OPENAI_BASE_URL: 'example.com'"),
        ({"ANTHROPIC_MODEL": "a b"}, "expected a name without spaces"),
        ({"OPENAI_DAILY_TOKENS": "-1"}, "expected a whole number from 0"),
        ({"OPENAI_DAILY_USD": "inf"}, "expected US dollars"),
        (
            {
                "LLM_PROVIDERS": "openai",
                "OPENAI_API_KEY": KEY,
                "OPENAI_DAILY_USD": "2.5",
            },
            "OPENAI_USD_PER_MTOK_IN, OPENAI_USD_PER_MTOK_OUT: one is required",
        ),
    ],
)
def test_a_chain_that_cannot_be_meant_is_refused(
    environ: dict[str, str], fault: str
) -> None:
    faults = faults_of(environ)
    assert len(faults) == 1
    assert fault in faults[0]


BOT = "MTA5ODc2NTQzMjEwOTg3NjU0." + "Gabcde." + "x" * 38


def test_a_channel_needs_its_bot() -> None:
    (fault,) = faults_of({"DISCORD_CHANNEL_ID": "1" * 18})
    assert fault.startswith("DISCORD_BOT_TOKEN: ")
    (fault,) = faults_of({"DISCORD_BOT_TOKEN": BOT, "DISCORD_CHANNEL_ID": "#alerts"})
    assert "17 to 20 digits" in fault


def test_a_bot_beside_a_webhook_is_told_and_is_a_secret() -> None:
    bot = {"DISCORD_BOT_TOKEN": BOT, "DISCORD_CHANNEL_ID": "1" * 18}
    settings = load_settings({**bot, "DISCORD_WEBHOOK_URL": WEBHOOK})
    assert any("the bot posts" in warning for warning in settings.warnings)
    assert {secret.reveal() for secret in settings.secrets} == {WEBHOOK, BOT}
    assert BOT not in str(settings.shown())


def test_what_is_no_bots_token_is_refused_and_not_shown() -> None:
    (fault,) = faults_of({"DISCORD_BOT_TOKEN": "s3cr3t of another kind"})
    assert "s3cr3t" not in fault


def test_a_prefix_narrows_what_a_token_may_do() -> None:
    text = f"{TOKEN}, read:{TOKEN}, Score:{TOKEN}, admin:{TOKEN}, other:{TOKEN}"
    found = load_settings({"API_TOKENS": text}).http.tokens
    assert [token.scope.name for token in found] == [
        "ADMIN",
        "READ",
        "SCORE",
        "ADMIN",
        "ADMIN",
    ]
    assert [token.secret.reveal() for token in found[1:]] == [
        TOKEN,
        TOKEN,
        TOKEN,
        f"other:{TOKEN}",
    ]
    (fault,) = faults_of({"API_TOKENS": f"read:{TOKEN[:-1]}"})
    assert TOKEN[:-1] not in fault


def test_webhooks_have_names_that_the_operator_makes_up(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(WEBHOOK + "\n", encoding="utf-8")
    names = ("DISCORD_WEBHOOK_URL", "DISCORD_WEBHOOK_URL_SMALL")
    environ = {names[0]: WEBHOOK, f"{names[1]}_FILE": str(secret)}
    settings = load_settings(environ)
    assert {
        name: url.reveal() for name, url in settings.webhooks.items()
    } == dict.fromkeys(names, WEBHOOK)
    assert settings.warnings == ()


def test_a_webhook_of_ones_own_name_may_be_a_credential(tmp_path: Path) -> None:
    (tmp_path / "discord_webhook_url_small").write_text(WEBHOOK, encoding="utf-8")
    settings = load_settings({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert settings.webhooks["DISCORD_WEBHOOK_URL_SMALL"].reveal() == WEBHOOK
    assert [secret.reveal() for secret in settings.secrets] == [WEBHOOK]


def test_a_named_webhook_that_is_none_is_refused_and_not_shown() -> None:
    (fault,) = faults_of({"DISCORD_WEBHOOK_URL_SMALL": "https://evil.example/s3cr3t"})
    assert fault.startswith("DISCORD_WEBHOOK_URL_SMALL: ")
    assert "s3cr3t" not in fault
