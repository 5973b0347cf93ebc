"""Trade halts: a list of states, of which each event is one item."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.model import Event, NewsItem, Precision, SourceKind
from catalyst_bot.sources.halts import HaltsParser
from catalyst_bot.sources.parsed import MAX_SUMMARY, Parsed

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
RECEIVED = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # 10:30 in New York
Cells = tuple[tuple[str, str], ...]


def parse(body: bytes) -> Parsed:
    return HaltsParser(source="halts").parse(
        body,
        url="https://halts.example/rss.aspx?feed=tradehalts",
        charset=None,
        received_at=RECEIVED,
        received=1.0,
    )


def row(
    symbol: str = "ACMR",
    *,
    name: str = "",
    date: str = "11/20/2026",
    time: str = "09:47:12",
    code: str = "T1",
    threshold: str = "",
    until: str = "",
    resumes: str = "",
    quotes: str = "",
) -> str:
    cells = (
        ("HaltDate", date),
        ("HaltTime", time),
        ("IssueSymbol", symbol),
        ("IssueName", name or f"{symbol} Inc. Common Stock"),
        ("Market", "NASDAQ"),
        ("ReasonCode", code),
        ("PauseThresholdPrice", threshold),
        ("ResumptionDate", until),
        ("ResumptionQuoteTime", quotes),
        ("ResumptionTradeTime", resumes),
    )
    fields = "".join(
        f"<ndaq:{tag}>{text}</ndaq:{tag}>" if text else f"<ndaq:{tag} />"
        for tag, text in cells
    )
    return f"<item><title>{symbol}</title>{fields}</item>"


def page(*rows: str, count: str = "") -> Parsed:
    head = f"<ndaq:numItems>{count}</ndaq:numItems>" if count else ""
    return parse(
        f'<rss xmlns:ndaq="http://n.example/"><channel>{head}{"".join(rows)}'
        "</channel></rss>".encode()
    )


def halt(*rows: str) -> NewsItem:
    (only,) = page(*rows).items
    return only


def test_a_page_of_halts_becomes_news() -> None:
    parsed = parse((FEEDS / "halts.xml").read_bytes())
    assert (parsed.tier, parsed.skipped, parsed.warnings) == (1, 0, ())
    pending, pause, old, summer = parsed.items
    assert pending == NewsItem(
        source="halts",
        kind=SourceKind.HALTS,
        event=Event.HALT,
        title="Trading halted 09:47:12 ET: news pending (T1) - ACMQ, ACMQW",
        identity="ACMQ 2026-11-20T14:47:12+00:00",
        codes=("T1",),
        members=("ACMQW 2026-11-20T14:47:12+00:00",),
        state="T1||",
        summary="Acme Acquisition Corp. - Class A Ordinary Sha; NASDAQ",
        tickers=("ACMQ", "ACMQW"),
        company="Acme Acquisition Corp. - Class A Ordinary Sha",
        published_at=datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC),
        precision=Precision.SECOND,
        received_at=RECEIVED,
        received=1.0,
    )
    assert pause.event is Event.RESUMPTION
    assert pause.title == (
        "Trading resumes 10:12:30 ET (halted 10:02:30 ET, LUDP volatility pause)"
    )
    assert pause.tickers == ("TRUE",)
    assert pause.published_at == datetime(2026, 11, 20, 15, 2, 30, tzinfo=UTC)
    assert pause.summary == (
        "Borealis Foods Inc.; N; pause threshold 12.50; quotes from 10:07:30 ET"
    )
    assert old.published_at == datetime(2019, 1, 16, 0, 50, tzinfo=UTC)
    assert summer.published_at == datetime(2026, 7, 8, 23, 50, tzinfo=UTC)
    assert summer.title == (
        "Trading resumes 2026-07-09 09:00:00 ET (halted 2026-07-08 19:50:00 ET, "
        "T12 information requested)"
    )


def test_milliseconds_do_not_make_another_halt() -> None:
    plain, exact = halt(row(time="19:50:00")), halt(row(time="19:50:00.000"))
    assert plain.identity == exact.identity
    assert plain.state == exact.state
    assert halt(row(time="9:47:12")).identity == halt(row()).identity
    assert halt(row(date="1/5/2026")).identity == halt(row(date="01/05/2026")).identity


def test_a_reason_that_changes_is_one_halt_in_another_state() -> None:
    states = [
        halt(row(code="T1")),
        halt(row(code="T2")),
        halt(row(code="T3", until="11/20/2026", quotes="10:25:00", resumes="10:30:00")),
    ]
    assert len({item.identity for item in states}) == 1
    assert len({item.state for item in states}) == 3
    assert [item.event for item in states] == [Event.HALT, Event.HALT, Event.RESUMPTION]
    assert {item.published_at for item in states} == {states[0].published_at}


def test_the_same_price_and_time_written_otherwise_is_the_same_state() -> None:
    one = row(code="LUDP", threshold="4.2500", until="11/20/2026", resumes="10:30:00")
    two = row(code="LUDP", threshold="4.25", resumes="10:30:00.000")
    assert halt(one).state == halt(two).state
    assert halt(row(threshold="4.25")).state != halt(row(threshold="4.52")).state
    assert halt(row(threshold="100")).state != halt(row(threshold="1")).state


def test_three_pauses_of_a_day_are_three_halts() -> None:
    parsed = page(*(row(code="LUDP", time=f"1{n}:00:00") for n in range(3)))
    assert len({item.identity for item in parsed.items}) == 3


@pytest.mark.parametrize(
    "others",
    [("ACMQW",), ("ACMQR", "ACMQU"), ("ACMQ.W",), ("ACMQ.WS", "ACMQ/U")],
)
def test_warrants_rights_and_units_join_the_halt_of_their_share(
    others: tuple[str, ...],
) -> None:
    rows = [row(symbol, name=f"Name {symbol}") for symbol in ("ACMQ", *others)]
    joined = halt(*reversed(rows))
    assert joined.identity.startswith("ACMQ ")
    assert [member.split(" ")[0] for member in joined.members] == sorted(
        others, key=lambda symbol: (len(symbol), symbol)
    )
    assert len(joined.tickers) == 1 + len(others)
    assert all(symbol in joined.title for symbol in others)


def test_one_issuer_is_one_event_whatever_its_symbols() -> None:
    rows = row("ACMA", name="ACME Inc."), row("ACMB", name="Acme Inc.")
    assert halt(*rows).tickers == ("ACMA", "ACMB")


def test_symbols_are_joined_over_a_chain_of_names() -> None:
    rows = (
        row("ACMA", name="Acme Inc."),
        row("ACMB", name="Acme Inc."),
        row("ACMBW", name="Acme Inc. Warr"),
    )
    assert halt(rows[2], rows[0], rows[1]).tickers == ("ACMA", "ACMB", "ACMBW")


def test_another_moment_reason_or_issuer_is_another_event() -> None:
    assert len(page(row("ACMQ"), row("ACMQW", time="09:47:13")).items) == 2
    assert len(page(row("ACMQ"), row("ACMQW", code="LUDP")).items) == 2
    assert len(page(row("ACMQ"), row("BETA")).items) == 2
    # Three letters and a W are a symbol of their own, not a warrant.
    assert len(page(row("ACM"), row("ACMW")).items) == 2


def test_the_rows_of_a_news_halt_stay_joined_while_their_codes_differ() -> None:
    joined = halt(row("ACMQ", code="T2"), row("ACMQW", code="T1"))
    assert joined.state.startswith("T2|")


def test_of_a_row_that_is_listed_twice_the_last_counts() -> None:
    assert halt(row(code="T1"), row(code="T2")).state.startswith("T2|")


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert halt(row(code="Zx9")).title == "Trading halted 09:47:12 ET (Zx9)"
    assert halt(row(code="")).title == "Trading halted 09:47:12 ET"
    resumed = halt(row(code="", resumes="10:30:00"))
    assert resumed.title == "Trading resumes 10:30:00 ET (halted 09:47:12 ET)"


@pytest.mark.parametrize("symbol", ["TRUE", "NAN", "NULL", "A", "ALL", "NONE"])
def test_symbols_that_are_words_are_symbols(symbol: str) -> None:
    assert halt(row(symbol)).tickers == (symbol,)


def test_a_class_share_is_written_as_elsewhere() -> None:
    assert halt(row("BRL.B")).tickers == ("BRL-B",)


def test_a_long_name_is_cut() -> None:
    assert len(halt(row(name="Acme Holdings " * 40)).summary) <= MAX_SUMMARY


@pytest.mark.parametrize(
    "bad",
    [
        row(date=""),
        row(time=""),
        row(time="soon"),
        row(time="25:00:00"),
        row(date="13/40/2026"),
        row(date="2026-11-20"),
        row(time="09:47:12+05"),
        row(""),
        "<item/>",
        "<item><title>ACMR</title></item>",
    ],
)
def test_a_row_without_symbol_or_moment_is_skipped_and_counted(bad: str) -> None:
    parsed = page(bad, row("BETA"))
    assert [item.tickers for item in parsed.items] == [("BETA",)]
    assert parsed.skipped == 1


def test_an_unreadable_resumption_is_not_known_yet() -> None:
    assert halt(row(until="11/20/2026", resumes="soon")).event is Event.HALT


def test_a_halt_in_the_future_is_of_now() -> None:
    ahead = halt(row(date="11/23/2026"))
    assert (ahead.published_at, ahead.precision) == (RECEIVED, Precision.NONE)
    assert "2026-11-23" in ahead.identity


@pytest.mark.parametrize(
    ("count", "warnings"),
    [
        ("2", ()),
        ("3", ("the page says 3 rows and has 2",)),
        ("many", ()),
        ("²", ()),
        ("", ()),
    ],
)
def test_a_wrong_number_of_rows_is_a_warning(
    count: str, warnings: tuple[str, ...]
) -> None:
    assert page(row("ACMA"), row("BETA"), count=count).warnings == warnings


def test_an_empty_page_is_a_page() -> None:
    assert page(count="0").items == ()


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ACMA", "ACMAW", "ACMA.U", "ACMB", "BETA", "BETAR", "BETA.W"]),
        st.sampled_from(["09:47:12", "09:47:13", "10:00:00.000"]),
        st.sampled_from(["T1", "T2", "LUDP", ""]),
        st.sampled_from(["Acme Inc.", "Beta Inc.", "Beta Inc. Warr"]),
        st.sampled_from(["", "10:30:00"]),
    ),
    unique_by=lambda cells: (cells[0], cells[1]),
    max_size=14,
)


@given(_ROWS, st.randoms(use_true_random=False))
def test_any_order_of_a_page_gives_the_same_halts(
    cells: list[tuple[str, str, str, str, str]], shuffler: random.Random
) -> None:
    rows = [
        row(symbol, time=time, code=code, name=name, resumes=resumes)
        for symbol, time, code, name, resumes in cells
    ]
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    items = page(*rows).items
    assert set(page(*shuffled).items) == set(items)
    named = [known for item in items for known in (item.identity, *item.members)]
    assert len(named) == len(set(named)) == len(rows)


@given(st.integers(0, 1_000_000_000))
def test_the_moment_is_new_yorks_in_summer_and_in_winter(seconds: int) -> None:
    clock = datetime(1990, 1, 1, 0, 0, tzinfo=UTC) + timedelta(seconds=seconds)
    listed = halt(row(date=f"{clock:%m/%d/%Y}", time=f"{clock:%H:%M:%S}"))
    lag = listed.published_at - clock
    assert lag in (timedelta(hours=4), timedelta(hours=5))
