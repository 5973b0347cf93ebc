"""The simulated model compares two headlines when a prompt has two."""

import json
from typing import Any

import pytest

from catalyst_bot.reading.contradiction import build_request
from catalyst_bot.simulation.llm_reading import read
from catalyst_bot.simulation.llm_records import Mode


def said(earlier: str, later: str, mode: Mode = Mode.OK) -> Any:
    return json.loads(read(build_request(earlier, later).prompt, mode).text)


@pytest.mark.parametrize(
    ("later", "verdict", "kind"),
    [
        ("Acme denies talks with Beta about a sale", "conflict", "denial"),
        ("Acme in talks with Beta about a sale, sources say", "consistent", "none"),
        ("Gamma denies a recall", "consistent", "none"),  # of something else
    ],
)
def test_the_later_headline_takes_the_earlier_back_or_not(
    later: str, verdict: str, kind: str
) -> None:
    answer = said("Acme in talks with Beta about a sale", later)
    assert (answer["verdict"], answer["kind"]) == (verdict, kind)
    assert 0.6 <= answer["confidence"] <= 1


def test_its_bad_days_are_those_of_any_answer() -> None:
    pair = ("Acme wins order", "Acme loses order")
    assert said(*pair, Mode.OUT_OF_RANGE)["confidence"] == 80.0
    assert read(build_request(*pair).prompt, Mode.CUT).finish == "length"


def test_a_line_that_only_looks_like_a_pair_is_no_pair() -> None:
    assert read('{"earlier": "}', Mode.OK).text.startswith("answer [#")
