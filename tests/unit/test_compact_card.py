"""The compact card: valid in all states, and no more than a line and the reading."""

from dataclasses import replace
from typing import Any

import pytest

from catalyst_bot.card_state import (
    Analysis,
    CardState,
    Change,
    ChangeKind,
    Quote,
    Shown,
)
from catalyst_bot.delivery.channel_config import Mention
from catalyst_bot.delivery.compact import LINE, compact
from catalyst_bot.delivery.envelope import Envelope
from catalyst_bot.delivery.message import message_payload
from catalyst_bot.simulation.discord_rules import pings_in, violations
from tests import discord_schema
from tests.alerts import EVERY_ANALYSIS, PENDING, alert_of, analysed, shown, verdict_of
from tests.clocks import NOON
from tests.news import headline

ROLE = "1600000000000000001"
RICH = CardState(
    quote=Quote(price=18.5, change=3.2),
    also=("other",),
    keywords=("profit",),
    posted_after=0.09,
)


def payload_of(state: CardState, **envelope: Any) -> dict[str, Any]:
    card = compact()(alert_of(), state, disclaimer="not investment advice")
    cards = [Shown(alert=alert_of(), state=state)]
    return Envelope(**envelope).addressed(message_payload([card]), cards)


@pytest.mark.parametrize("analysis", EVERY_ANALYSIS)
def test_in_every_state_it_is_a_headline_and_what_the_model_says(
    analysis: Analysis,
) -> None:
    payload = payload_of(replace(RICH, analysis=analysis))
    (embed,) = payload["embeds"]
    names = [field["name"] for field in embed.get("fields", ())]
    assert names == (["AI analysis"] if analysis.phase.value != "off" else [])
    assert embed["title"] == "ACME ▲ Acme Corp reports record profit"
    assert embed["footer"]["text"].startswith("not investment advice • id:")
    assert "description" not in embed
    assert payload["components"] == []
    assert violations("create", payload) == violations("edit", payload) == ()


@pytest.mark.skipif(bool(discord_schema.skip), reason=discord_schema.skip)
@pytest.mark.parametrize("analysis", EVERY_ANALYSIS)
def test_it_obeys_discords_own_description_with_a_role_and_in_a_forum(
    analysis: Analysis,
) -> None:
    mention = Mention(role_id=ROLE)
    state = replace(RICH, analysis=analysis)
    envelope = Envelope(mention=mention, is_forum=True)
    edit = payload_of(state, mention=mention)
    create = {**edit, **envelope.of_post([Shown(alert=alert_of(), state=state)])}
    assert discord_schema.violations("create", create) == []
    assert discord_schema.violations("edit", edit) == []


def test_a_long_reading_is_cut_to_two_lines() -> None:
    state = CardState(analysis=analysed(verdict_of(reason="Very good. " * 25)))
    (field,) = payload_of(state)["embeds"][0]["fields"]
    assert len(field["value"]) <= LINE
    assert field["value"].endswith("…")


def test_what_a_correction_changed_and_a_retraction_stay() -> None:
    changes = tuple(
        Change(kind=kind, was="Acme wins $5 million", at=NOON)
        for kind in (ChangeKind.CORRECTED, ChangeKind.RETRACTED)
    )
    (embed,) = payload_of(CardState(changes=changes))["embeds"]
    assert [field["name"] for field in embed["fields"]] == ["Corrected"]
    assert embed["title"].startswith("RETRACTED ACME")
    assert embed["description"].startswith("**Retracted")


def test_a_role_is_rung_by_the_post_from_its_threshold_on_and_by_no_edit() -> None:
    envelope = Envelope(mention=Mention(role_id=ROLE, min_score=0.8))
    strong, weak = (
        [shown(analysis=PENDING)],
        [Shown(alert=alert_of(sentiment=-0.79), state=CardState())],
    )
    text = {"content": "ACME", "allowed_mentions": {"parse": []}}
    edit = envelope.addressed(text, strong)
    assert edit["content"] == f"<@&{ROLE}> ACME"
    assert pings_in(edit) == ()
    assert pings_in({**edit, **envelope.of_post(strong)}) == (f"<@&{ROLE}>",)
    assert envelope.addressed(text, weak) == text
    assert envelope.of_post(weak) == {}
    assert envelope.of_post([*weak, *strong]) != {}  # several cards in a message


def test_what_a_headline_mentions_is_never_rung_beside_the_role() -> None:
    hostile = headline("@everyone <@&1700000000000000001> buy Acme now")
    cards = [Shown(alert=alert_of(hostile), state=CardState())]
    envelope = Envelope(mention=Mention(role_id=ROLE), is_forum=True)
    card = compact()(cards[0].alert, cards[0].state, disclaimer="")
    payload = envelope.addressed(message_payload([card]), cards)
    post = {**payload, **envelope.of_post(cards)}
    assert pings_in(post) == (f"<@&{ROLE}>",)
    assert violations("create", post) == ()
    assert len(post["thread_name"]) <= 100
