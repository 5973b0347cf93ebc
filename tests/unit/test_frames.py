"""Phrases with a gap: the name in them may be any, what is said of it may not."""

from pathlib import Path

import pytest

from catalyst_bot.errors import SettingsError
from catalyst_bot.model import Side, side_of
from catalyst_bot.scoring import score_title
from catalyst_bot.scoring.headline import shipped_scorer
from catalyst_bot.scoring.lexicon import load_lexicon

UP, DOWN, FLAT = Side.BULLISH, Side.BEARISH, Side.NEUTRAL


@pytest.mark.parametrize(
    ("title", "side"),
    [
        ("MSCI adds Acme to index", UP),
        ("S&P 500 removes Acme", DOWN),
        ("Apple to use Acme chips in next phone", UP),
        ("Apple to stop using Acme chips", DOWN),
        ("Buyout firm weighs bid for Acme", UP),
        ("Insiders extend Acme lock-up by six months", UP),
        ("Acme lock-up period ends, freeing 15 million shares", DOWN),
        ("Washington exempts chips made by Acme from new tariffs", UP),
        ("Acme's heart drug dropped from insurer's formulary", DOWN),
        ("Agents search headquarters of Acme", DOWN),
        ("Acme finance chief placed on leave", DOWN),
        ("Salmonella outbreak traced to Acme eggs", DOWN),
        ("Acme will not cut its dividend, chief says", UP),
        ("Acme partners with local food bank", FLAT),
        ("Acme signs non-binding letter of intent with unnamed buyer", FLAT),
        ("Acme chairman disposes of 1,800 shares to cover taxes", FLAT),
        ("Acme to attend Wealth and Growth conference", FLAT),
        ("Acme Announces Closing of $30 Million Public Offering", FLAT),
    ],
)
def test_the_words_around_a_name_say_what_happens(title: str, side: Side) -> None:
    assert side_of(score_title(title)) is side, shipped_scorer().explain(title)


def test_what_a_name_says_in_a_gap_is_no_news() -> None:
    plain = score_title("MSCI adds Acme to index")
    assert score_title("MSCI adds Weak Fallen Angels to index") == plain


def test_a_gap_ends_with_its_clause() -> None:
    assert score_title("MSCI adds rooms, Acme to index") < 0.05


def test_choices_and_gaps_are_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(
        '[[phrases]]\nweight = 2\nlist = "wins/gets .. order | beats all"\n'
        "[numbers]\nweight = 1\n"
    )
    lexicon = load_lexicon(path)
    assert set(lexicon.frames) == {"wins", "gets"}
    assert set(lexicon.phrases) == {"beats"}


@pytest.mark.parametrize("phrase", ["sells ..", ".. stake", "a .. b .. c"])
def test_a_gap_stands_between_words(tmp_path: Path, phrase: str) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(
        f'[[phrases]]\nweight = 2\nlist = "{phrase}"\n[numbers]\nweight = 1\n'
    )
    with pytest.raises(SettingsError, match="one gap, between words"):
        load_lexicon(path)
