"""Whatever looks like a secret leaves no log line, reply or notice."""

import logging
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.ops.logs import LineFormatter, LogFormat
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.ops.secret import Secret

CANARY = "Xk3canary" * 4
FORMS = (LogFormat.CONSOLE, LogFormat.LOGFMT, LogFormat.JSON)


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://discord.com/api/webhooks/123456789012345678/{CANARY}?wait=true",
        f"Authorization: Bearer {CANARY}",
        f"{{'authorization': 'Bot {CANARY}'}}",
        f'{{"api_key": "{CANARY}"}}',
        f"https://api.example/v1?key={CANARY}&q=1",
        f"apikey={CANARY}",
        f"client_secret = '{CANARY}'",
        f"sk-{CANARY}",
        f"AIza{CANARY}",
        f"redis://default:{CANARY}@cache.example:6379/0",
        "MTA" + "canary" * 4 + ".GcanaI." + "canary" * 5,
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    shown = Redactor()(text)
    assert "canary" not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "text",
    [
        "ACME beats: EPS 0.45 vs 0.35, tokens=812 in 3.1 s",
        "key=feed:https://wire.example/a?id=7 posted",
        "poll of https://feeds.example:8080/rss?symbol=ACME failed: HTTP 503",
        "unauthorized: 401 from the authority",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert Redactor()(text) == text


@given(
    secret=st.text(
        st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cc"]),
        min_size=8,
        max_size=80,
    ),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
)
def test_a_loaded_secret_is_masked_wherever_it_stands(
    secret: str, before: str, after: str
) -> None:
    text = f"{before} {secret} {after} {quote(secret, safe='')}"
    shown = Redactor([Secret(secret)])(text)
    assert shown.count("***") >= 2
    assert secret not in shown.replace("***", "\0")


def test_the_token_of_a_secret_url_is_masked_without_its_url() -> None:
    redact = Redactor([Secret(f"https://discord.com/api/webhooks/1234/{CANARY}")])
    assert redact(f"no route to /{CANARY}/messages") == "no route to /***/messages"


def test_a_short_secret_does_not_mask_ordinary_words() -> None:
    assert Redactor([Secret("acme")])("acme rises") == "acme rises"


@pytest.mark.parametrize("form", FORMS)
@given(
    secret=st.text(min_size=8, max_size=40).filter(lambda text: text.strip() == text)
)
def test_no_log_line_shows_a_secret(form: LogFormat, secret: str) -> None:
    canary = f"can{secret}ary"
    formatter = LineFormatter(form=form, redact=Redactor([Secret(canary)]))
    record = logging.makeLogRecord({"msg": f"posting to {canary}", "url": canary})
    record.exc_info = (ValueError, ValueError(canary), None)
    line = formatter.format(record)
    assert canary not in line
    assert line.count("***") >= 3


def test_the_secret_type_shows_itself_only_when_asked() -> None:
    secret = Secret(CANARY)
    assert f"{secret}|{secret!r}|{secret!s}|{[secret]}|{secret:>5}" == (
        "***|***|***|[***]|  ***"
    )
    assert secret.reveal() == CANARY
    assert secret == Secret(CANARY) != Secret("other")
