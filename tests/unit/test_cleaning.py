import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.delivery.clean import clean_feed, clean_model, clean_url

ZWSP = "\u200b"
LIVE = re.compile(
    r"@(?!\u200b)|<(?=[@#/:&!\w])(?!\u200b)|://|discord\.gg/\S|discord(app)?\.com/invite",
    re.IGNORECASE,
)
NASTY = st.lists(
    st.sampled_from(
        [
            "@everyone",
            "<@123>",
            "<t:1:R>",
            "</cmd:1>",
            "https://evil.example/x",
            "discord.gg/abc",
            "discord.g\u00adg/abc",
            "**b**",
            "[a](https://evil.example)",
            "](",
            "\\",
            "`",
            "~~",
            "||",
            "\u202e",
            "\ud800",
            "e\u0301\u0301",
            "\n",
            "\x00",
            "> ",
            "# ",
            "ａ＠ｂ",
        ]
    )
    | st.text(),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Acme beats, raises", "Acme beats, raises"),
        ("  two\n lines\t ", "two lines"),
        ("**bold** _it_ `c`", r"\*\*bold\*\* \_it\_ \`c\`"),
        ("hi @everyone", f"hi @{ZWSP}everyone"),
        ("<@123> <@&5> <#7>", f"<{ZWSP}@{ZWSP}123> <{ZWSP}@{ZWSP}&5> <{ZWSP}#7>"),
        ("<t:1:R> </buy:1>", f"<{ZWSP}t:1:R> <{ZWSP}/buy:1>"),
        ("see https://evil.example/x", f"see https:{ZWSP}//evil.example/x"),
        ("join discord.gg/abc now", r"join \[invite removed\] now"),
        ("https://www.discord.com/invite/abc", r"\[invite removed\]"),
        ("discord\u200b.gg/\u200babc", r"\[invite removed\]"),
        ("[a](x) **b** [c](y)", r"\[a\](x) \*\*b\*\* \[c\](y)"),
        ("> quote", r"\> quote"),
        ("# big", r"\# big"),
        ("evil \u202egnp.exe", "evil gnp.exe"),
        ("lone \ud83d half", "lone half"),
        ("\u3164\u200b\ufeff", ""),
        ("e\u0301", "é"),
        ("5 < 6 > 4", "5 < 6 > 4"),
    ],
)
def test_feed_text_shows_its_words_and_does_nothing(text: str, cleaned: str) -> None:
    assert clean_feed(text, limit=300) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Beat on units; see https://evil.example/x now", "Beat on units; see now"),
        ("ping <@123> and <#4>", "ping and"),
        ("[click](https://evil.example)", r"\[click"),
        ("read evil.example/login today", "read today"),
        ("www.evil.example rose", "rose"),
        ("ｗｗｗ．evil．example／x rose", "rose"),
        ("revenue of 1.5/2.0 bn", "revenue of 1.5/2.0 bn"),
    ],
)
def test_model_text_loses_every_address(text: str, cleaned: str) -> None:
    assert clean_model(text) == cleaned


def test_a_cut_ends_in_an_ellipsis_and_never_inside_an_escape() -> None:
    assert clean_feed("a" * 10, limit=10) == "a" * 10
    assert clean_feed("a" * 11, limit=10) == "a" * 9 + "…"
    assert clean_feed("aaaa*bbbb", limit=6) == "aaaa…"
    assert clean_feed("aaaq\u0301q\u0301b", limit=5) == "aaa…"


@given(NASTY, st.integers(min_value=20, max_value=400))
def test_no_text_stays_live_or_too_long(text: str, limit: int) -> None:
    for cleaned in (clean_feed(text, limit=limit), clean_model(text, limit=limit)):
        assert len(cleaned) <= limit
        assert not LIVE.search(cleaned)
        assert orjson.loads(orjson.dumps(cleaned)) == cleaned
        assert "\n" not in cleaned
        unescaped = re.sub(r"\\.", "", cleaned)
        assert not re.search(r"[\\*_~`|\[\]]", unescaped)


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example.com/a?b=c&d=%20e#f",
        "http://127.0.0.1:8080/story/1",
        "https://www.sec.gov/Archives/edgar/data/1/0001-26-000001-index.htm",
    ],
)
def test_an_ordinary_url_stays_as_it_is(url: str) -> None:
    assert clean_url(url, limit=512) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "/relative",
        "https://localhost/x",
        "https://user:secret@example.com/",
        "https://user@example.com/",
        "https://example.com/a b",
        "https://example.com/a\u3000b",
        'https://example.com/"x',
        "https://example.com/\\x",
        "https://example.com/\x07",
        "https://example.com:99999/",
        "https://[::1]/",
        "https://exam ple.com",
        "https://a..b/",
        "https://.com/",
        "ftp://example.com/",
        "https://example.com/" + "a" * 500,
        "https://example.com/" + "é" * 100,
        "https://example.com/\ud800",
    ],
)
def test_a_bad_url_is_dropped(url: str) -> None:
    assert clean_url(url, limit=512) == ""


def test_a_url_is_percent_encoded() -> None:
    assert clean_url("https://example.com/é|x", limit=512) == (
        "https://example.com/%C3%A9%7Cx"
    )
