"""One result for one piece of news, whoever has it."""

from datetime import timedelta

import pytest

from catalyst_bot.search.merging import Found, merge, result_of
from catalyst_bot.search.model import Hit, ScoredBy
from tests.clocks import NOON

INDEX = "https://www.sec.gov/Archives/edgar/data/7/000000000126000007/"
TITLE = "Acme Corp raises its full-year outlook to $2.1 billion"


def found(
    title: str = TITLE,
    *,
    place: str = "live",
    origin: str = "wire",
    link: str = "",
    hours: float = 0.0,
    score: float = 0.5,
    tickers: tuple[str, ...] = (),
    key: str = "",
) -> Found:
    hit = Hit(
        origin=origin,
        title=title,
        link=link,
        published_at=NOON - timedelta(hours=hours),
        tickers=tickers,
        key=key,
    )
    return Found(place=place, hit=hit, score=score)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            found("Acme up", link="https://wire.example/1?utm_source=x"),
            found("Acme soars", link="http://WIRE.example/1/#top"),
            id="the same page",
        ),
        pytest.param(
            found("8-K: Item 2.02", link=f"{INDEX}0000000001-26-000007-index.htm"),
            found("8-K: Acme Corp", link=f"{INDEX}ex991.htm"),
            id="the same accession",
        ),
        pytest.param(
            found(TITLE),
            found(f"{TITLE}!", hours=20, origin="other"),
            id="nearly the same title within two days",
        ),
    ],
)
def test_the_same_news_of_two_sources_is_one_result(one: Found, other: Found) -> None:
    assert len(merge([one, other])) == 1


@pytest.mark.parametrize(
    "other",
    [
        found("Acme Corp raises its full-year outlook to $2.2 billion"),
        found(hours=49),
        found(tickers=("GLBX",)),
        found("Acme Corp cuts its dividend"),
        found(link=f"{INDEX}0000000001-26-000007-index.htm"),
    ],
    ids=["another number", "days later", "another stock", "other news", "a filing"],
)
def test_what_is_other_news_stays_a_result_of_its_own(other: Found) -> None:
    assert len(merge([found(tickers=("ACME",)), other])) == 2


def test_filings_of_one_title_are_told_apart_by_their_numbers() -> None:
    links = [
        f"https://{host}.example/0000000001-26-00000{number}"
        for host in ("www", "efts")
        for number in (7, 8)
    ]
    stories = merge([found("8-K: Item 2.02", link=link) for link in links])
    assert [len(story.found) for story in stories] == [2, 2]


def test_a_result_has_the_best_title_and_names_everybody_who_told_it() -> None:
    story = merge(
        [
            found(place="archive", origin="second", key="feed:1", score=0.4),
            found(f"{TITLE}.", tickers=("ACME",), score=0.9, link="https://a.example"),
            found(place="archive", tickers=("ACME",), score=0.6),
        ]
    )[0]
    result = result_of(story)
    assert (result.title, result.score) == (f"{TITLE}.", 0.9)
    assert (result.source, result.also) == ("wire", ("second",))
    assert result.found_in == ("live", "archive")
    assert (result.tickers, result.url) == (("ACME",), "https://a.example")
    assert result.scored_by is ScoredBy.LOCAL


def test_results_are_ordered_by_score_and_the_newest_of_equals_first() -> None:
    hits = [
        found("Old but apt", score=0.9, hours=40),
        found("Fresh and vague", score=0.2),
        found("Older and apt", score=0.9, hours=90),
    ]
    titles = [story.first.hit.title for story in merge(hits)]
    assert titles == ["Old but apt", "Older and apt", "Fresh and vague"]
