"""A score can be taken apart and put together again."""

from dataclasses import asdict

import orjson
import pytest

from catalyst_bot.model import Side
from catalyst_bot.scoring import score_title
from catalyst_bot.scoring.explanation import Explanation
from catalyst_bot.scoring.finance import score_of
from catalyst_bot.scoring.headline import OWN_SHARE, shipped_scorer

TITLES = (
    "Acme prices $50M underwritten public offering",
    "Acme beats estimates, raises full-year guidance; shares jump 12%",
    "Acme (NASDAQ: ACME) Q3 EPS $0.32 vs $0.20 despite higher costs",
    "Acme fails to avoid bankruptcy",
    "FDA lifts clinical hold on Acme’s lead drug – shares up",
    "Acme denies takeover talks",
    "Acme to present at a conference",
    "",
)


def replayed(found: Explanation) -> float:
    score = score_of(found.raw)
    if found.parts.prior:
        score = max(-1.0, min(1.0, OWN_SHARE * score + found.parts.prior))
    return score


@pytest.mark.parametrize("title", TITLES)
def test_the_parts_make_the_score(title: str) -> None:
    found = shipped_scorer().explain(title)
    parts = found.parts
    total = parts.words + parts.phrases + parts.direction + parts.numbers
    assert found.raw == pytest.approx(total, abs=1e-9)
    assert sum(one.weight for one in found.fired) == pytest.approx(
        found.raw + parts.prior, abs=1e-9
    )
    assert found.score == pytest.approx(replayed(found), abs=5e-5)
    assert found.score == score_title(title)


@pytest.mark.parametrize("title", TITLES)
def test_offsets_slice_to_what_fired(title: str) -> None:
    found = shipped_scorer().explain(title)
    for one in found.fired:
        assert found.text[one.start : one.end] == one.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing to read"),
        (" \u202e ", "nothing to read"),
        ("\U0001f600 !", "no words in it"),
        ("Acme names a venue", "no word of it carries a weight"),
    ],
)
def test_a_neutral_score_has_a_reason(text: str, reason: str) -> None:
    found = shipped_scorer().explain(text)
    assert (found.score, found.label, found.reason) == (0.0, Side.NEUTRAL, reason)


def test_a_strong_score_needs_no_reason() -> None:
    assert shipped_scorer().explain(TITLES[0]).reason == ""


def test_a_cut_headline_says_so() -> None:
    assert shipped_scorer().explain("word " * 100).truncated
    assert not shipped_scorer().explain("word").truncated


def test_a_catalyst_is_told_with_its_status_and_words() -> None:
    found = shipped_scorer().explain("FDA lifts clinical hold on Acme's lead drug")
    first = found.catalysts[0]
    assert first.primary
    assert first.direction > 0
    assert found.score > 0


def test_law_firm_notices_are_marked() -> None:
    title = "ROSEN LAW FIRM reminds Acme investors of the lead plaintiff deadline"
    assert shipped_scorer().explain(title).suppressed


@pytest.mark.parametrize("title", [*TITLES, "\ud800 bad", "9" * 400])
def test_an_explanation_is_always_json(title: str) -> None:
    found = shipped_scorer().explain(title)
    assert orjson.loads(orjson.dumps(found)) == orjson.loads(
        orjson.dumps(asdict(found))
    )


def test_the_rules_in_force_have_a_version() -> None:
    assert len(shipped_scorer().explain("Acme").rules_version) == 8


def test_a_catalyst_that_a_guard_kept_out_is_named_with_the_words_of_both() -> None:
    told = shipped_scorer().explain(
        "Explainer: what is a public offering of common stock"
    )
    (kept_out,) = [one for one in told.silenced if one.name == "offering"]
    assert kept_out.evidence == "public offering"
    assert kept_out.guard == "Explainer"
    assert "offering" not in [one.name for one in told.catalysts]
