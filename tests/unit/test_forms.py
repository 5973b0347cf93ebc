"""A filing or a halt is judged by its codes, without any text."""

import pytest

from catalyst_bot.model import Event, SourceKind
from catalyst_bot.scoring.forms import codes_of, is_structured
from tests.news import headline


@pytest.mark.parametrize(
    ("event", "codes", "named"),
    [
        (Event.FILING, ("8-K", "2.02", "9.01"), "item 2.02|item 9.01|form 8-K"),
        (Event.FILING, ("8-K/A", "3.01"), "item 3.01|form 8-K"),
        (Event.FILING, ("SCHEDULE 13D/A",), "form SCHEDULE 13D"),
        (Event.HALT, ("T1",), "halt T1|halt"),
        (Event.HALT, (), "halt"),
        (Event.RESUMPTION, ("T1",), "resumption"),
        (Event.NEWS, (), ""),
    ],
)
def test_codes_are_named_as_the_rules_name_them(
    event: Event, codes: tuple[str, ...], named: str
) -> None:
    item = headline(event=event, codes=codes)
    assert "|".join(codes_of(item)) == named


def test_only_filings_and_halts_are_judged_by_codes() -> None:
    assert is_structured(headline(kind=SourceKind.EDGAR))
    assert is_structured(headline(kind=SourceKind.HALTS))
    assert not is_structured(headline())
