"""What of a model's answer may be shown, whoever wrote the headline."""

import contextlib
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.card_state import Direction, Verdict
from catalyst_bot.enrichment.prompt import SCHEMA
from catalyst_bot.enrichment.verdict import UnusableAnswer, read_verdict
from catalyst_bot.llm.ladder import Unreadable, read_answer
from catalyst_bot.llm.schema import schema_of
from catalyst_bot.model import NewsItem
from tests.news import headline

TITLE = "Acme Corp reports record profit of $1,200 million, up 12.50%"
GOOD = {
    "direction": "bullish",
    "confidence": 0.85,
    "evidence": "record profit of $1,200 million",
    "reason": "Profit of 1200 million is 12.5% above last year.",
    "risk": "Currency.",
}


def answer(**changes: object) -> str:
    return json.dumps({**GOOD, **changes})


def verdict(
    text: str, *, item: NewsItem | None = None, sentiment: float | None = 0.8
) -> Verdict:
    read = read_answer(text, schema_of(SCHEMA))
    return read_verdict(read.value, item or headline(TITLE), sentiment)


def why_not(text: str) -> str:
    with pytest.raises((Unreadable, UnusableAnswer)) as caught:
        verdict(text)
    return str(caught.value)


def test_a_good_answer_becomes_a_grounded_verdict() -> None:
    assert verdict(answer()) == Verdict(
        direction=Direction.BULLISH,
        confidence=0.85,
        reason="Profit of 1200 million is 12.5% above last year.",
        risk="Currency.",
        evidence="record profit of $1,200 million",
        is_grounded=True,
        agrees=True,
    )


def test_a_quote_and_a_number_may_stand_in_the_document_that_was_shown() -> None:
    said = answer(evidence="backlog of $214 million", reason="The backlog is 214.")
    assert not verdict(said).is_grounded
    shown = "Item 8.01. It has a backlog of $214 million."
    read = read_answer(said, schema_of(SCHEMA))
    found = read_verdict(read.value, headline(TITLE), 0.8, document=shown)
    assert found.is_grounded


@pytest.mark.parametrize(
    "wrapped",
    [
        "```json\n{}\n```",
        "```\n{}\n```",
        "<think>Is it {good}?</think>\n{}",
        "<think>hm</think>```json\n{}\n```\n",
        "\n  {}  \n",
        "Sure! {}",
    ],
)
def test_the_usual_wrapping_is_taken_off(wrapped: str) -> None:
    assert verdict(wrapped.replace("{}", answer())).is_grounded


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("Bullish, I think.", "not JSON"),
        (answer()[:-20], "not JSON"),
        (answer() + answer(), "not JSON"),
        ("[" * 10_000, "not JSON"),
        ("[]", "not object"),
        ("null", "not object"),
        (answer(confidence=80), "confidence: against maximum 1"),
        (answer(confidence=-0.1), "confidence: against minimum 0"),
        (answer(confidence="0.8"), "confidence: not number"),
        (answer(confidence=True), "confidence: not number"),
        (answer(confidence=None), "confidence: not number"),
        (answer(confidence=float("nan")), "not JSON"),
        (answer(confidence=float("inf")), "not JSON"),
        (answer().replace("0.85", "1e999"), "confidence: not finite"),
        (answer(direction="up"), "direction: not one of the choices"),
        (answer(direction=1), "direction: not one of the choices"),
        (answer(reason=["Profit"]), "reason: not string"),
        (answer(reason=""), "reason: against minLength 1"),
        (answer(reason="https://evil.example"), "no reason given"),
        ('{"direction": "bullish"}', "confidence: missing"),
        (answer(reason="x" * 16_400), "above 16 KiB"),
        (answer(reason="x") + " " * (1 << 20), "above 16 KiB"),
        ("\ud800", "not JSON"),
    ],
)
def test_anything_else_is_refused_with_a_reason(text: str, why: str) -> None:
    assert why_not(text) == why


def test_sixteen_kibibytes_are_counted_in_bytes() -> None:
    assert why_not(answer(reason="x") + "é" * 8_200) == "above 16 KiB"


@pytest.mark.parametrize(
    ("evidence", "is_grounded"),
    [
        ("RECORD profit", True),
        ("  record   profit ", True),
        ("record loss", False),
        ("cord profit", False),
        ("profit record", False),
        ("", False),
        ("…", False),
        ("<@1>", False),
    ],
)
def test_the_evidence_must_be_a_quote(evidence: str, is_grounded: bool) -> None:
    assert verdict(answer(evidence=evidence)).is_grounded is is_grounded


def test_a_quote_may_come_from_the_summary() -> None:
    item = headline(TITLE, summary="Management raised its outlook.")
    found = verdict(answer(evidence="raised its outlook"), item=item)
    assert found.is_grounded


def test_a_quote_does_not_run_from_the_headline_into_the_summary() -> None:
    item = headline("Acme Corp falls", summary="Short sellers lose.")
    text = answer(evidence="falls Short sellers", reason="It falls.")
    assert not verdict(text, item=item).is_grounded


@pytest.mark.parametrize(
    ("reason", "risk", "is_grounded"),
    [
        ("Up 12.5 percent.", "", True),
        ("Up 12.50%.", "", True),
        ("Up 125 percent.", "", False),
        ("Up 12.6%.", "", False),
        ("A profit.", "It may fall by 30%.", False),
        ("Up １２.5%.", "", True),
        ("No number.", "None.", True),
    ],
)
def test_a_number_that_is_not_in_the_news_is_not_grounded(
    reason: str, risk: str, is_grounded: bool
) -> None:
    assert verdict(answer(reason=reason, risk=risk)).is_grounded is is_grounded


@pytest.mark.parametrize(
    ("direction", "sentiment", "agrees"),
    [
        ("bullish", 0.8, True),
        ("bullish", -0.8, False),
        ("bearish", -0.8, True),
        ("bearish", 0.8, False),
        ("bullish", 0.01, None),
        ("bullish", None, None),
        ("neutral", 0.8, None),
        ("mixed", -0.8, None),
    ],
)
def test_agreement_needs_a_side_on_both_sides(
    direction: str, sentiment: float | None, agrees: bool | None
) -> None:
    assert verdict(answer(direction=direction), sentiment=sentiment).agrees is agrees


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("see https://evil.example/x now", "see now"),
        ("see HTTP://evil.example", "see"),
        ("xhttp://evil.example", ""),
        ("see www.evil.example now", "see now"),
        ("join discord.gg/evil now", "join now"),
        ("steam://run/1 now", "now"),
        ("mailto:a@b.example now", "now"),
        ("hi <@123> <@&4> <#5> <:x:6> </cmd:7> <t:8:R> <id:home>", "hi"),
        ("hi <@123 and on", "hi 123 and on"),
        ("@everyone buy", "everyone buy"),
        ("@here buy", "here buy"),
        ("[text](buy)", "[text buy)"),
        ("ht\u200btps://evil.example now", "now"),
        ("ht<@1>tps://evil.example", "ht"),
        ("＠everyone ＜@1＞", "everyone"),
        ("a\u202eb\u2066c\u00add", "abcd"),
        ("two\nlines\r\n\x00\x1b[31mred", "two lines [31mred"),
        ("\u3164\u2800 x", "x"),
        ("tag \U000e0041 x", "tag x"),
        ("EPS < 0.5 and > 0.3", "EPS < 0.5 and > 0.3"),
        ("𝐁𝐮𝐲 ﬁne", "Buy fine"),
        ("AT&T's *plan* costs $5", "AT&T's *plan* costs $5"),
    ],
)
def test_links_mentions_and_invisible_marks_are_dropped(
    hostile: str, shown: str
) -> None:
    found = verdict(answer(risk=hostile, evidence=hostile))
    assert (found.risk, found.evidence) == (shown, shown)


def test_long_texts_are_cut() -> None:
    found = verdict(answer(reason="so " * 150, risk="so " * 100))
    assert len(found.reason) <= 280
    assert len(found.risk) <= 280


HOSTILE = ["<@1>", "http://", "x.y", "](", "@", "everyone", "here"]


@given(st.text(max_size=20), st.lists(st.sampled_from(HOSTILE), max_size=7))
def test_no_text_of_a_model_can_carry_a_link(noise: str, parts: list[str]) -> None:
    hostile = noise.join(parts) + noise
    shown = verdict(answer(reason=f"So: {hostile}", evidence=hostile, risk=hostile))
    for text in (shown.reason, shown.evidence, shown.risk):
        assert not re.search(r"://|<@|\]\(|@everyone|@here", text)
        assert not any(unicodedata.category(mark)[0] == "C" for mark in text)
        assert text == " ".join(text.split())


@given(st.text(max_size=300))
def test_whatever_the_answer_it_is_a_verdict_or_unusable(text: str) -> None:
    for hostile in (text, answer()[: len(text)] + text):
        with contextlib.suppress(Unreadable, UnusableAnswer):
            assert verdict(hostile).reason
