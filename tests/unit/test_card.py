import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.card_state import (
    Analysis,
    CardState,
    Change,
    ChangeKind,
    Direction,
    Phase,
    Quote,
    Verdict,
)
from catalyst_bot.delivery.card import TITLE_LIMIT, Card, Colour
from catalyst_bot.delivery.message import fitted
from catalyst_bot.delivery.render import render, render_plain
from catalyst_bot.model import Alert, Event, NewsItem, Precision, SourceKind
from catalyst_bot.simulation.discord_rules import violations
from tests import discord_schema
from tests.alerts import EVERY_ANALYSIS, PENDING, alert_of, analysed, verdict_of
from tests.clocks import NOON
from tests.news import headline

LINK = "https://news.example.com/acme-record"
CHANGES = tuple(
    Change(kind=kind, was=f"Old {kind.value}", at=NOON) for kind in ChangeKind
)


def card_of(
    alert: Alert | None = None,
    *,
    disclaimer: str = "not investment advice",
    **state: Any,
) -> Card:
    return render(alert or alert_of(), CardState(**state), disclaimer=disclaimer)


def field_of(card: Card, name: str) -> str | None:
    found = [field.value for field in card.fields if field.name == name]
    assert len(found) < 2
    return found[0] if found else None


def analysis_of(analysis: Analysis, alert: Alert | None = None) -> str | None:
    return field_of(card_of(alert, analysis=analysis), "AI analysis")


@pytest.mark.parametrize(
    ("alert", "title"),
    [
        (alert_of(), "ACME ▲ Acme Corp reports record profit"),
        (alert_of(sentiment=-0.5), "ACME ▼ Acme Corp reports record profit"),
        (alert_of(sentiment=0.01), "ACME ■ Acme Corp reports record profit"),
        (alert_of(sentiment=None), "ACME ■ Acme Corp reports record profit"),
        (
            alert_of(headline("CPI rises 0.2%", tickers=(), is_market=True)),
            "MACRO ■ CPI rises 0.2%",
        ),
        (
            alert_of(headline("8-K", tickers=(), company="Umbrella Foods Inc.")),
            "Umbrella Foods Inc. ▲ 8-K",
        ),
        (
            alert_of(headline("**Buy** @here", tickers=())),
            "▲ \\*\\*Buy\\*\\* @\u200bhere",
        ),
        (alert_of(headline("\u200b")), "ACME ▲"),
    ],
)
def test_the_title_names_ticker_side_and_headline(alert: Alert, title: str) -> None:
    assert card_of(alert).title == title


@pytest.mark.parametrize(
    ("analysis", "value"),
    [
        (Analysis(phase=Phase.OFF), None),
        (PENDING, "⏳ Pending — mistral, due <t:1795205715:R>"),
        (Analysis(phase=Phase.PENDING), "⏳ Pending"),
        (
            Analysis(phase=Phase.TIMED_OUT, seconds=10.0),
            "⏱ Timed out after 10 s — VADER score stands.",
        ),
        (
            Analysis(phase=Phase.OFFLINE, detail="circuit open", retry=1795205763.0),
            "⚠ AI offline (circuit open, retry <t:1795205763:R>) — VADER score stands.",
        ),
        (
            Analysis(phase=Phase.OFFLINE, detail="HTTP 500"),
            "⚠ AI offline (HTTP 500) — VADER score stands.",
        ),
        (
            Analysis(phase=Phase.BUSY, detail="38 alerts ahead"),
            "⏭ Skipped (busy) — 38 alerts ahead of this one; VADER score stands.",
        ),
        (
            Analysis(phase=Phase.BUSY, detail="too many alerts at once"),
            "⏭ Skipped (busy) — too many alerts at once; VADER score stands.",
        ),
        (Analysis(phase=Phase.UNUSABLE), "⚠ No analysis — unusable answer"),
        (
            Analysis(phase=Phase.UNUSABLE, detail="bot restarted"),
            "⚠ No analysis — bot restarted",
        ),
        (
            analysed(),
            (
                "Bullish, high — Record profit beats the plan. Risk: Currency. "
                '"reports record profit"'
            ),
        ),
        (
            analysed(verdict_of(direction=Direction.MIXED, risk="", evidence="")),
            "Mixed, high — Record profit beats the plan.",
        ),
        (
            analysed(verdict_of(is_grounded=False)),
            "Bullish, low — reason withheld: it cites what the text does not say.",
        ),
        (
            analysed(verdict_of(risk="", evidence=""), late=48.2),
            "Bullish, high — Record profit beats the plan. (late +48 s)",
        ),
    ],
)
def test_the_analysis_field_says_the_truth(
    analysis: Analysis, value: str | None
) -> None:
    assert analysis_of(analysis) == value


def test_no_vader_score_stands_where_the_scorer_failed() -> None:
    card = card_of(
        alert_of(sentiment=None), analysis=Analysis(phase=Phase.TIMED_OUT, seconds=10)
    )
    assert field_of(card, "AI analysis") == "⏱ Timed out after 10 s"
    assert field_of(card, "VADER") is None


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(0.0, "low"), (0.49, "low"), (0.5, "medium"), (0.79, "medium"), (0.8, "high")],
)
def test_confidence_is_one_of_three_words(confidence: float, word: str) -> None:
    value = analysis_of(analysed(verdict_of(confidence=confidence)))
    assert value is not None
    assert value.startswith(f"Bullish, {word} — ")


@pytest.mark.parametrize(
    ("analysis", "sentiment", "colour"),
    [
        (Analysis(phase=Phase.OFF), 0.5, Colour.BULLISH),
        (PENDING, -0.5, Colour.BEARISH),
        (PENDING, 0.0, Colour.NEUTRAL),
        (analysed(verdict_of(direction=Direction.BEARISH)), 0.5, Colour.BEARISH),
        (analysed(verdict_of(direction=Direction.MIXED)), 0.5, Colour.NEUTRAL),
        (Analysis(phase=Phase.TIMED_OUT), 0.5, Colour.DEGRADED),
        (Analysis(phase=Phase.OFFLINE), 0.5, Colour.DEGRADED),
        (Analysis(phase=Phase.BUSY), 0.5, Colour.DEGRADED),
        (Analysis(phase=Phase.UNUSABLE), 0.5, Colour.DEGRADED),
    ],
)
def test_the_colour_follows_the_state(
    analysis: Analysis, sentiment: float, colour: Colour
) -> None:
    assert card_of(alert_of(sentiment=sentiment), analysis=analysis).colour is colour


@pytest.mark.parametrize(
    ("precision", "start"),
    [
        (Precision.SECOND, "published 12:00:00, +1 s to seen, +0.09 s to posted"),
        (Precision.MINUTE, "published 12:00, seen 12:00:01, +0.09 s to posted"),
        (Precision.DAY, "published Nov 20, seen 12:00:01, +0.09 s to posted"),
        (Precision.NONE, "seen 12:00:01, +0.09 s to posted"),
    ],
)
def test_the_footer_tells_only_what_was_measured(
    precision: Precision, start: str
) -> None:
    alert = alert_of(headline(precision=precision))
    footer = card_of(alert, posted_after=0.091).footer
    assert footer == f"{start} • not investment advice • id:{alert.id}"


def test_the_footer_carries_the_models_time_and_says_resent() -> None:
    alert = alert_of()
    footer = card_of(
        alert, posted_after=0.091, analysis=analysed(), is_resent=True, disclaimer=""
    ).footer
    assert footer == (
        "published 12:00:00, +1 s to seen, +0.09 s to posted, +2.4 s model"
        f" • resent • id:{alert.id}"
    )


def test_a_published_time_is_new_york_time_in_winter_and_summer() -> None:
    july = datetime(2026, 7, 20, 13, 30, 2, tzinfo=UTC)
    item = replace(headline(published_at=july), received_at=july + timedelta(minutes=5))
    footer = card_of(alert_of(item)).footer
    assert footer.startswith("published 09:30:02, +5 min to seen")


def test_fields_keep_their_order_and_new_ones_come_after() -> None:
    item = headline(event=Event.HALT, summary="LULD pause")
    card = card_of(
        alert_of(item),
        analysis=analysed(),
        also=("GlobeNewswire",),
        changes=CHANGES[:1],
    )
    assert [field.name for field in card.fields] == [
        "VADER",
        "Halt",
        "AI analysis",
        "Agreement",
        "Model",
        "Headline changed",
        "Also",
    ]
    assert field_of(card, "Also") == "Also: GlobeNewswire"
    assert field_of(card, "Agreement") == "✔ agree: VADER bullish, model bullish"
    assert field_of(card, "Model") == "mistral • 2.4 s • AI-generated, may be wrong"


def test_the_card_tells_what_was_read_and_its_key_facts() -> None:
    facts = ("Cash is $96 million.", "@everyone [see](https://evil.example)", "x" * 400)
    read = replace(analysed(), read="8-K + EX-99.1")
    card = card_of(analysis=read, key_facts=facts)
    said = field_of(card, "Model") or ""
    assert "read: 8-K + EX-99.1 • AI-generated" in said
    lines = (field_of(card, "Key facts") or "").splitlines()
    assert lines[0] == "• Cash is $96 million."
    assert "evil" not in lines[1]
    assert len(lines[2]) <= 190
    taken_back = replace(CHANGES[0], kind=ChangeKind.RETRACTED)
    card = card_of(analysis=read, key_facts=facts, changes=(taken_back,))
    assert field_of(card, "Key facts") is None
    assert field_of(card_of(analysis=read), "Key facts") is None


def test_related_headlines_are_cleaned_and_come_last() -> None:
    analysis = replace(analysed(), related=("Acme beats", "@everyone <@1> soars"))
    card = card_of(alert_of(headline()), analysis=analysis)
    related = field_of(card, "Related") or ""
    assert related.splitlines()[0] == "• Acme beats"
    assert "@everyone" not in related


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        (Quote(price=1234.5, change=3.25), "`$1,234.50` ▲ +3.2 %"),
        (Quote(price=4.2, change=-3.1), "`$4.20` ▼ -3.1 %"),
        (Quote(price=0.0312, change=0.0), "`$0.0312` ■ +0.0 %"),
        (Quote(price=7), "`$7.00`"),
    ],
)
def test_a_price_stands_beside_the_score(quote: Quote, shown: str) -> None:
    card = card_of(quote=quote)
    assert field_of(card, "Price") == shown
    assert [field.name for field in card.fields][:2] == ["VADER", "Price"]


def test_keywords_are_cleaned_and_counted() -> None:
    words = ("FDA", "@everyone", " ", *"abcdefghij")
    shown = field_of(card_of(keywords=words), "Keywords")
    assert shown == "FDA, @\u200beveryone, a, b, c, d, e"


def test_a_change_strikes_out_the_old_headline() -> None:
    changes = (Change(kind=ChangeKind.CORRECTED, was="Acme ~~ earns 5", at=NOON),)
    card = card_of(changes=changes)
    moment = int(NOON.timestamp())
    assert field_of(card, "Corrected") == rf"~~Acme \~\~ earns 5~~ • <t:{moment}:t>"
    assert card.colour is Colour.BULLISH


def test_a_retraction_marks_title_lock_screen_and_colour() -> None:
    card = card_of(changes=(retraction("wrong @everyone"),), analysis=analysed())
    headline = "~~Acme Corp reports record profit~~"
    assert card.title == f"RETRACTED ACME ▲ {headline}"
    assert card.content == f"RETRACTED ACME ▲ bullish: {headline}"
    assert card.description.startswith("**Retracted: wrong @\u200beveryone**\n")
    assert card.colour is Colour.DEGRADED


def test_a_retraction_without_a_reason_says_so_and_stays_behind_later_changes() -> None:
    later = Change(kind=ChangeKind.REVISED, was="Acme", at=NOON)
    card = card_of(changes=(retraction(""), *(later,) * 4))
    assert card.description.startswith("**Retracted: no reason given**")
    assert card.title.startswith("RETRACTED ")


@pytest.mark.parametrize("mark", ["~~", "\\", "`", "*", "e\u0301", "~"])
def test_what_is_struck_through_ends_so_however_long_it_is(mark: str) -> None:
    item = replace(alert_of().item, title=f"Acme {mark * 200} profit")
    long = Change(kind=ChangeKind.REVISED, was=item.title, at=NOON, note="x" * 300)
    card = card_of(replace(alert_of(), item=item), changes=(long, retraction("no")))
    short = fitted(card, 600)
    assert len(short.title) < len(card.title)
    for text in (card.title, card.content, short.title):
        assert text.endswith("~~")
        assert re.sub(r"\\.", "", text).count("~~") == 2
    assert len(card.title) <= TITLE_LIMIT


def retraction(reason: str) -> Change:
    kind = ChangeKind.RETRACTED
    return Change(kind=kind, was="Acme is bought", at=NOON, note=reason)


def test_only_the_last_changes_are_shown() -> None:
    names = {field.name for field in card_of(changes=CHANGES).fields}
    assert {"Corrected", "Updated", "Resumed"} <= names
    assert "Headline changed" not in names


def test_the_lock_screen_shows_one_line() -> None:
    assert card_of().content == "ACME ▲ bullish: Acme Corp reports record profit"


def test_the_catalysts_are_named_and_the_first_on_the_lock_screen() -> None:
    alert = replace(alert_of(), catalysts=("reverse_split", "guidance_down"))
    card = card_of(alert)
    assert field_of(card, "Catalyst") == "reverse split, guidance down"
    assert card.content.startswith("ACME ▲ bullish, reverse split: Acme Corp")


@pytest.mark.parametrize(
    ("item", "labels"),
    [
        (headline(link=LINK), ["Article", "Chart"]),
        (headline(link=LINK, tickers=()), ["Article"]),
        (headline(link=LINK, event=Event.FILING, tickers=()), ["EDGAR"]),
        (headline(link="javascript:alert(1)"), ["Chart"]),
        (headline(link="", tickers=("../x",)), []),
    ],
)
def test_buttons_come_from_the_item_only(item: NewsItem, labels: list[str]) -> None:
    card = card_of(alert_of(item), analysis=analysed())
    assert [button.label for button in card.buttons] == labels


def test_a_models_link_becomes_no_link() -> None:
    verdict = verdict_of(reason="Buy at https://evil.example/x, says <@123>")
    payload = orjson.dumps(card_of(analysis=analysed(verdict)).payload()).decode()
    assert "evil.example" not in payload
    assert "123" not in payload


def test_a_plain_card_is_title_link_and_footer() -> None:
    alert = alert_of()
    card = render_plain(alert, CardState(analysis=analysed()), disclaimer="")
    assert card == Card(
        title="ACME ▲ Acme Corp reports record profit",
        url=LINK,
        colour=Colour.BULLISH,
        footer=f"published 12:00:00, +1 s to seen • id:{alert.id}",
        subject="ACME ▲",
    )
    assert violations("create", card.payload()) == ()


def test_equal_cards_have_equal_payloads_which_ping_nobody() -> None:
    first, second = card_of(analysis=PENDING), card_of(analysis=PENDING)
    assert first == second
    assert orjson.dumps(first.payload()) == orjson.dumps(second.payload())
    assert first.payload()["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize("analysis", EVERY_ANALYSIS)
@pytest.mark.parametrize("event", Event)
def test_discord_accepts_every_state_of_every_kind_of_card(
    analysis: Analysis, event: Event
) -> None:
    alert = alert_of(headline(event=event, summary="Reason T1", link=LINK))
    card = card_of(
        alert, analysis=analysis, changes=CHANGES, also=("one", "two"), posted_after=0.1
    )
    for kind in ("create", "edit"):
        assert violations(kind, card.payload()) == ()


@pytest.mark.skipif(bool(discord_schema.skip), reason=discord_schema.skip)
@pytest.mark.parametrize("analysis", EVERY_ANALYSIS)
@pytest.mark.parametrize("event", Event)
def test_discords_own_schema_accepts_every_state_of_every_card(
    analysis: Analysis, event: Event
) -> None:
    alert = alert_of(headline(event=event, summary="Reason T1", link=LINK))
    state = CardState(analysis=analysis, changes=CHANGES, also=("one",))
    for card in (
        render(alert, state, disclaimer="not investment advice"),
        render_plain(alert, state, disclaimer=""),
    ):
        payload = orjson.loads(orjson.dumps(card.payload()))
        for kind in ("create", "edit"):
            assert discord_schema.violations(kind, payload) == []


SPIKES = [
    "@everyone ",
    "<@&1> ",
    "https://evil.example/ ",
    "discord.gg/abc ",
    "**",
    "\\",
    "\ud800",
    "\u202e",
    "\u200b",
    "](",
    "e\u0301",
    "~~",
]
TEXT = st.lists(st.sampled_from(SPIKES) | st.text(max_size=40), max_size=30).map(
    "".join
) | st.integers(min_value=1, max_value=3000).map(lambda n: "*" * n)
MOMENTS = st.datetimes(timezones=st.just(UTC))
UNIX = st.floats(min_value=0, max_value=1e11)
ITEMS = st.builds(
    NewsItem,
    source=TEXT,
    kind=st.sampled_from(SourceKind),
    event=st.sampled_from(Event),
    title=TEXT,
    link=TEXT | TEXT.map(lambda path: f"https://example.com/{path}"),
    summary=TEXT,
    tickers=st.lists(TEXT, max_size=30).map(tuple),
    company=TEXT,
    is_market=st.booleans(),
    published_at=MOMENTS,
    precision=st.sampled_from(Precision),
    received_at=MOMENTS,
    received=st.just(0.0),
)
ALERTS = st.builds(
    Alert,
    key=st.just("feed:1"),
    item=ITEMS,
    sentiment=st.none() | st.floats(min_value=-1, max_value=1),
    value=st.just(0.5),
    raised_at=MOMENTS,
)
VERDICTS = st.builds(
    Verdict,
    direction=st.sampled_from(Direction),
    confidence=st.floats(min_value=0, max_value=1),
    reason=TEXT,
    risk=TEXT,
    evidence=TEXT,
    is_grounded=st.booleans(),
    agrees=st.none() | st.booleans(),
)
STATES = st.builds(
    CardState,
    analysis=st.builds(
        Analysis,
        phase=st.sampled_from(Phase),
        detail=TEXT,
        due=UNIX,
        retry=UNIX,
        verdict=st.none() | VERDICTS,
        model=TEXT,
        seconds=UNIX,
        late=UNIX,
    ),
    also=st.lists(TEXT, max_size=40).map(tuple),
    changes=st.lists(
        st.builds(Change, kind=st.sampled_from(ChangeKind), was=TEXT, at=MOMENTS),
        max_size=8,
    ).map(tuple),
    posted_after=UNIX,
    is_resent=st.booleans(),
)
LIVE = re.compile(
    r"@(?!\u200b)|<(?=[@#/:&!])(?!\u200b)|://|discord\.gg/\S", re.IGNORECASE
)


def texts_of(card: Card) -> list[str]:
    fields = [text for field in card.fields for text in (field.name, field.value)]
    return [card.content, card.title, card.description, *fields]


@given(ALERTS, STATES, TEXT)
def test_any_text_gives_a_valid_card_with_nothing_live(
    alert: Alert, state: CardState, disclaimer: str
) -> None:
    for renderer in (render, render_plain):
        card = renderer(alert, state, disclaimer=disclaimer)
        payload = orjson.loads(orjson.dumps(card.payload()))
        for kind in ("create", "edit"):
            assert violations(kind, payload) == ()
            assert discord_schema.skip or not discord_schema.violations(kind, payload)
        for text in texts_of(card):
            assert not LIVE.search(text)
        assert card.footer.endswith(f"id:{alert.id}")


def test_a_verdict_on_the_earlier_headline_says_so_and_compares_nothing() -> None:
    analysis = replace(analysed(), headline="Acme posts record profit of $50M")
    card = render(alert_of(), CardState(analysis=analysis), disclaimer="")
    fields = {field.name: field.value for field in card.fields}
    assert fields["AI analysis"].endswith("(of the earlier headline)")
    assert "Agreement" not in fields
