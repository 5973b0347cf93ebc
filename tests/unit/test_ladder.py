"""Reading a model's JSON: what is taken is what was written, or nothing is."""

import json
import random
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.enrichment.prompt import SCHEMA
from catalyst_bot.llm.ladder import (
    Reading,
    Rung,
    Unreadable,
    read_answer,
    read_cut_answer,
)
from catalyst_bot.llm.schema import Schema, schema_of
from tests.damage import a_verdict, damaged, written

NEEDED = ("direction", "confidence", "evidence", "reason")
VERDICT = {
    "direction": "bullish",
    "confidence": 0.85,
    "evidence": "record profit",
    "reason": "It earned more than ever.",
    "risk": "",
}
WHOLE = json.dumps(VERDICT)
SCORE = schema_of(
    '{"type": "object", "properties": {"score": {"type": "number", "minimum": -1, '
    '"maximum": 1}, "sure": {"type": "boolean"}}, "required": ["score"]}'
)


def verdict(text: str) -> Reading:
    return read_answer(text, schema_of(SCHEMA))


@pytest.mark.parametrize(
    ("text", "rung"),
    [
        (WHOLE, Rung.STRICT),
        (f" {WHOLE}\n", Rung.STRICT),
        (f"```json\n{WHOLE}\n```", Rung.CLEANED),
        (f"<think>is {{it}}?</think>{WHOLE}", Rung.CLEANED),
        ("\ufeff" + WHOLE, Rung.CLEANED),
        (WHOLE.replace("earned more", "earned\nmore"), Rung.LENIENT),
        (f"Here it is: {WHOLE} I'm sure.", Rung.EMBEDDED),
        (f"It's \"simple\": {WHOLE} That's 5'11\" of it.", Rung.EMBEDDED),
    ],
)
def test_the_first_rung_that_reads_the_answer_is_told(text: str, rung: Rung) -> None:
    read = verdict(text)
    assert read.rung is rung
    assert read.value["direction"] == "bullish"
    assert read.value["confidence"] == 0.85


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I believe that this is bullish.",
        WHOLE + WHOLE,
        f"{WHOLE} or {WHOLE.replace('bullish', 'bearish')}",
        f'{WHOLE} {{"direction": "bear',
        WHOLE[:-1],
        WHOLE[1:],
        WHOLE.replace("0.85", "NaN"),
        WHOLE.replace("0.85", "63E+49503282"),
        WHOLE.replace("0.85", "85"),
        WHOLE.replace("0.85", '"0.85"'),
        WHOLE.replace("0.85", "true"),
        WHOLE.replace("0.85", "9" * 5000),
        WHOLE.replace("bullish", "very bullish"),
        WHOLE.replace('"risk": ""', '"risk": "\\ud800"'),
        WHOLE.replace('"risk": ""', '"risk": "", "more": 1'),
        WHOLE.replace('"risk": ""', '"direction": "bearish", "risk": ""'),
        WHOLE.replace(', "risk": ""', ""),
        f'{{"answer": {WHOLE}}}',
        f'"{WHOLE}"',
        f'{WHOLE} or "direction": "bearish"',
        "[" * 16_000,
        '{"a":' * 3_000,
        WHOLE + " " * 16_384,
    ],
)
def test_what_is_in_doubt_is_no_answer(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        verdict(text)
    assert len(caught.value.why) < 80


def test_the_reason_says_what_is_wrong_without_quoting_it() -> None:
    with pytest.raises(Unreadable, match=r"^confidence: against maximum 1$"):
        verdict(WHOLE.replace("0.85", "85"))


@pytest.mark.parametrize("word", ["false", '"false"', "0", "null", '"no"'])
def test_a_written_false_is_false_or_an_error_but_never_true(word: str) -> None:
    text = f'{{"score": 0.5, "sure": {word}}}'
    if word == "false":
        assert read_answer(text, SCORE).value["sure"] is False
    else:
        with pytest.raises(Unreadable):
            read_answer(text, SCORE)


def test_an_enum_is_read_in_any_case() -> None:
    read = verdict(WHOLE.replace("bullish", " Bullish"))
    assert read.value["direction"] == "bullish"


def cut(text: str) -> dict[str, object]:
    return read_cut_answer(text, schema_of(SCHEMA), needed=NEEDED).value


def test_a_cut_answer_counts_when_all_that_is_needed_is_complete() -> None:
    read = cut(WHOLE[: WHOLE.index('"risk"') + 4])
    assert read == {name: VERDICT[name] for name in NEEDED}
    assert cut(f"```json\n{WHOLE[: WHOLE.index('isk')]}i")["direction"] == "bullish"


def test_a_number_at_the_end_of_a_cut_text_may_have_had_more_digits() -> None:
    for text in ('{"score": 0.8', '{"score": 0.8,', '{"score": -0.', '{"score": 0.8 '):
        with pytest.raises(Unreadable):
            read_cut_answer(text, SCORE, needed=("score",))
    read = read_cut_answer('{"score": 0.85, "su', SCORE, needed=("score",))
    assert read.value == {"score": 0.85}
    assert read.rung is Rung.PARTIAL


@pytest.mark.parametrize("key", ['"', '"s', '"score', '"score": 0.1', '"Score": 0.1'])
def test_a_key_that_may_stand_twice_is_no_answer(key: str) -> None:
    with pytest.raises(Unreadable, match="twice"):
        read_cut_answer('{"score": 0.85, ' + key, SCORE, needed=("score",))


@pytest.mark.parametrize("end", range(len(WHOLE)))
def test_no_cut_gives_anything_but_what_was_written(end: int) -> None:
    try:
        read = cut(WHOLE[:end])
    except Unreadable:
        assert end <= WHOLE.index('"risk"') + 2
        return
    assert read == {name: VERDICT[name] for name in read}
    assert read.keys() >= set(NEEDED)


def read_any(text: str, schema: Schema, *, is_cut: bool) -> Iterator[Reading]:
    """Yield what each reading gives that a text of its kind gets."""
    with suppress(Unreadable):
        yield read_answer(text, schema)
    if is_cut:
        with suppress(Unreadable):
            yield read_cut_answer(text, schema, needed=NEEDED)


def test_ten_thousand_damaged_verdicts_are_read_truly_or_not_at_all() -> None:
    rng, schema = random.Random(7), schema_of(SCHEMA)
    rungs, wrong = set(), []
    for _ in range(10_000):
        known = a_verdict(rng)
        text, is_cut = damaged(written(known, rng), rng)
        for found in read_any(text, schema, is_cut=is_cut):
            rungs.add(found.rung)
            if any(known[name] != value for name, value in found.value.items()):
                wrong.append((known, text, found))
    assert not wrong
    assert rungs == set(Rung) - {Rung.REASKED}


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    for around in (text, f"{{{text}}}", f'{{"score": 0.5, {text}', f'{{"a":"{text}"}}'):
        assert len(list(read_any(around, SCORE, is_cut=True))) <= 2
