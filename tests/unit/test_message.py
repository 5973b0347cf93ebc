"""Several cards in one message: each keeps its state, together within the limits."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalyst_bot.card_state import Analysis, CardState, Change, ChangeKind, Quote
from catalyst_bot.delivery.amend import without_refused
from catalyst_bot.delivery.message import TOTAL_LIMIT, fitted, message_payload
from catalyst_bot.delivery.nonce import LENGTH, nonce_of
from catalyst_bot.delivery.render import render
from catalyst_bot.model import Event
from catalyst_bot.simulation.discord_rules import violations
from tests import discord_schema
from tests.alerts import EVERY_ANALYSIS, alert_of, analysed, verdict_of
from tests.clocks import NOON
from tests.news import headline

HOSTILE = st.text(max_size=400)


def state_of(analysis: Analysis, text: str = "was", *kinds: ChangeKind) -> CardState:
    return CardState(
        analysis=analysis,
        also=("another wire",) * 3,
        changes=tuple(
            Change(kind=kind, was=text, at=NOON, note=text)
            for kind in (ChangeKind.REVISED, *kinds)
        ),
        quote=Quote(price=12.5, change=3.2),
        keywords=("record", "profit"),
        posted_after=0.09,
    )


def size(payload: dict[str, Any]) -> int:
    total = 0
    for embed in payload["embeds"]:
        total += len(embed.get("title", "")) + len(embed.get("description", ""))
        total += len(embed["footer"]["text"])
        total += sum(len(f["name"]) + len(f["value"]) for f in embed.get("fields", ()))
    return total


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE), min_size=2, max_size=10),
    st.sampled_from(EVERY_ANALYSIS),
)
def test_any_batch_in_any_state_is_what_discord_takes(
    texts: list[tuple[str, str, str]], analysis: Analysis
) -> None:
    cards = []
    for number, (title, reason, summary) in enumerate(texts):
        item = headline(title, summary=summary, event=Event.FILING, company=title)
        kind = list(ChangeKind)[number % len(ChangeKind)]
        long = verdict_of(reason=reason, risk=reason, evidence=reason)
        chosen = analysed(long) if analysis.verdict else analysis
        alert = alert_of(item, key=f"feed:{number}")
        cards.append(render(alert, state_of(chosen, title, kind), disclaimer="x" * 300))
    payload = message_payload(cards)
    assert violations("create", payload) == ()
    assert size(payload) <= TOTAL_LIMIT
    assert payload["components"] == []
    assert payload["allowed_mentions"] == {"parse": []}
    assert all(fitted(card, 600).size <= 600 for card in cards)
    for number, embed in enumerate(payload["embeds"]):
        assert embed["footer"]["text"].endswith(alert_of(key=f"feed:{number}").id)


@pytest.mark.parametrize("analysis", EVERY_ANALYSIS)
def test_a_full_batch_still_says_what_became_of_each_analysis(
    analysis: Analysis,
) -> None:
    long = "w" * 280
    full = Analysis(
        phase=analysis.phase,
        detail=analysis.detail,
        due=analysis.due,
        verdict=verdict_of(reason=long, risk=long, evidence=long)
        if analysis.verdict
        else None,
        seconds=analysis.seconds,
    )
    single = render(alert_of(), state_of(full), disclaimer="d" * 300)
    told = [field.value for field in single.fields if field.name == "AI analysis"]
    small = fitted(single, 600)
    kept = [field.value for field in small.fields if field.name == "AI analysis"]
    assert len(kept) == len(told)
    assert [text[:12] for text in kept] == [text[:12] for text in told]


@pytest.mark.skipif(bool(discord_schema.skip), reason=discord_schema.skip)
@pytest.mark.parametrize("count", [1, 2, 10])
@pytest.mark.parametrize("analysis", EVERY_ANALYSIS)
def test_discords_own_document_takes_every_batch(
    analysis: Analysis, count: int
) -> None:
    cards = [
        render(alert_of(), state_of(analysis), disclaimer="d") for _ in range(count)
    ]
    payload = message_payload(cards)
    named = payload | {"nonce": nonce_of("7", ["a"]), "enforce_nonce": True}
    for kind in ("create", "edit", "bot_edit"):
        assert discord_schema.violations(kind, payload) == []
    assert discord_schema.violations("bot_create", named) == []


def test_the_lock_screen_names_the_stocks_of_a_batch() -> None:
    cards = [
        render(
            alert_of(headline(tickers=(ticker,)), sentiment=sentiment),
            CardState(),
            disclaimer="",
        )
        for ticker, sentiment in (("ACME", 0.9), ("EFGH", -0.9))
    ]
    assert message_payload(cards)["content"] == "2 alerts: ACME ▲, EFGH ▼"


def test_a_card_that_fits_is_left_as_it_is() -> None:
    card = render(alert_of(), CardState(), disclaimer="")
    assert fitted(card, 600) is card


def test_a_nonce_is_of_one_message_in_one_channel() -> None:
    nonces = {
        nonce_of("7", ["a"]),
        nonce_of("8", ["a"]),
        nonce_of("7", ["b"]),
        nonce_of("7", ["a", "b"]),
        nonce_of("7", ["a\nb"]),
    }
    assert len(nonces) == 5
    assert all(len(nonce) == LENGTH for nonce in nonces)
    assert nonce_of("7", ["b", "a"]) == nonce_of("7", ["a", "b"])


def test_what_discord_names_as_wrong_is_taken_out_and_the_rest_stays() -> None:
    payload = message_payload([render(alert_of(), CardState(), disclaimer="")])
    field = {"fields": {"0": {"value": {"_errors": []}}}, "url": {"_errors": []}}
    errors = {"embeds": {"0": field}, "components": {"0": {}}}
    amended = without_refused(payload, errors)
    assert amended is not None
    (embed,), (before,) = amended["embeds"], payload["embeds"]
    assert embed["fields"] == before["fields"][1:]
    assert "url" not in embed
    assert embed["title"] == before["title"]
    assert amended["components"] == []


@pytest.mark.parametrize(
    "errors", [{}, {"embeds": {"0": {"title": {}}}}, {"embeds": {"_errors": []}}]
)
def test_nothing_is_taken_out_when_nothing_can_be(errors: dict[str, Any]) -> None:
    payload = message_payload([render(alert_of(), CardState(), disclaimer="")])
    assert without_refused(payload, errors) is None
