"""A headline is read once, for its story and for its alert."""

from catalyst_bot.intake.read_once import MOST_READINGS, ReadOnce
from catalyst_bot.model import NewsItem, ScoredItem, Signal, SourceKind
from tests.news import headline


class Counting:
    """A scorer that counts what it reads, and breaks off on one word."""

    def __init__(self) -> None:
        self.read_titles: list[str] = []

    def read(self, item: NewsItem) -> ScoredItem:
        if "cursed" in item.title:
            raise RuntimeError("this headline breaks the scorer")
        self.read_titles.append(item.title)
        signal = Signal(catalysts=("ma",))
        return ScoredItem(item=item, sentiment=0.4, signal=signal)


def test_what_was_read_for_the_story_is_not_read_again_for_the_alert() -> None:
    scorer = Counting()
    once, item = ReadOnce(scorer), headline()
    assert once.kinds(item.title) == {"ma", "bullish"}
    scored = once.read(item)
    assert scored.item is item
    assert scored.signal.catalysts == ("ma",)
    assert scorer.read_titles == [item.title]


def test_a_filing_is_read_by_its_codes_whatever_headline_was_read() -> None:
    scorer = Counting()
    once, filing = ReadOnce(scorer), headline(kind=SourceKind.EDGAR)
    once.kinds(filing.title)
    once.read(filing)
    assert len(scorer.read_titles) == 2


def test_a_headline_that_breaks_the_scorer_has_no_kinds() -> None:
    assert ReadOnce(Counting()).kinds("a cursed headline") == frozenset()


def test_the_oldest_readings_make_room() -> None:
    scorer = Counting()
    once = ReadOnce(scorer)
    for n in range(MOST_READINGS + 1):
        once.kinds(f"headline {n}")
    once.read(headline("headline 1"))
    assert len(scorer.read_titles) == MOST_READINGS + 1
    once.read(headline("headline 0"))
    assert len(scorer.read_titles) == MOST_READINGS + 2
