"""Which statements of a document stand on a card."""

from catalyst_bot.documents.model import Kind
from catalyst_bot.reading.statements.best import best_statements
from catalyst_bot.reading.statements.model import Statement

HEADLINE = "Acme reports record quarterly revenue of $412 million"


def said(text: str, *, at: int, section: Kind = Kind.BODY) -> Statement:
    return Statement(
        statement=text, context="", key_terms=(), section=section, offsets=(at, at + 1)
    )


def test_figures_that_the_headline_has_not_come_first_in_the_documents_order() -> None:
    statements = [
        said("The chief executive thanked all employees.", at=0),
        said("Order backlog | 214.0 | 187.0", at=40, section=Kind.TABLE),
        said("Cash stood at $96 million.", at=30, section=Kind.KEY_POINTS),
        said("It will spend $12 million on its site.", at=10),
        said("It employs 1,240 people.", at=20),
    ]
    best = best_statements(statements, headline=HEADLINE, count=3)
    assert [one.offsets[0] for one in best] == [10, 20, 30]


def test_what_repeats_the_headline_or_an_earlier_choice_is_left_out() -> None:
    statements = [
        said(f"{HEADLINE}, the company said today.", at=0),
        said("Revenue was $412 million.", at=5),
        said("The backlog is $214 million, after $187 million.", at=10),
        said("Order backlog | 214.0 | 187.0", at=20, section=Kind.TABLE),
        said("The dividend stays as it is.", at=30),
    ]
    best = best_statements(statements, headline=HEADLINE, count=3)
    assert [one.offsets[0] for one in best] == [10, 30]


def test_no_statements_are_no_choice() -> None:
    assert best_statements([], headline=HEADLINE, count=3) == ()
