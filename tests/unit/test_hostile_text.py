"""Whatever strangers write: no mention, no foreign link, nothing Discord refuses."""

from typing import Any

import orjson
import pytest

from catalyst_bot.card_state import Shown
from catalyst_bot.delivery.channel_config import Mention
from catalyst_bot.delivery.clean import clean_feed, clean_footer, clean_url
from catalyst_bot.delivery.envelope import Envelope
from catalyst_bot.delivery.nonce import nonce_of
from catalyst_bot.delivery.render import render
from catalyst_bot.simulation.discord_rules import pings_in, violations
from tests import discord_schema
from tests.hostile import (
    CORPUS,
    EVIL,
    hostile_alert,
    hostile_states,
    live_parts,
    payloads_of,
)

NUMBERED = [pytest.param(text, id=str(n)) for n, text in enumerate(CORPUS)]
ROLE = "223456789012345678"
KINDS = ("create", "edit", "bot_create", "bot_edit")


def rule_of(kind: str) -> str:
    return "edit" if kind == "bot_edit" else kind


def sent(payload: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the body as that kind of request has it."""
    body: dict[str, Any] = orjson.loads(orjson.dumps(payload))
    if kind == "bot_create":
        nonce = nonce_of("1" * 18, ["feed:1"])
        return {**body, "nonce": nonce, "enforce_nonce": True}
    return body


@pytest.mark.parametrize("text", NUMBERED)
def test_no_text_of_the_corpus_gets_anything_past_the_cleaner(text: str) -> None:
    for payload in payloads_of(text):
        assert live_parts(payload) == []
        assert payload["allowed_mentions"] == {"parse": []}
        for kind in KINDS:
            assert violations(rule_of(kind), sent(payload, kind)) == ()


@pytest.mark.skipif(bool(discord_schema.skip), reason=discord_schema.skip)
@pytest.mark.parametrize("text", NUMBERED)
def test_every_payload_of_the_corpus_fits_discords_own_schema(text: str) -> None:
    for payload in payloads_of(text):
        for kind in KINDS:
            assert discord_schema.violations(kind, sent(payload, kind)) == []


@pytest.mark.parametrize("text", NUMBERED)
def test_a_channel_with_a_role_rings_that_role_and_nobody_else(text: str) -> None:
    envelope = Envelope(mention=Mention(role_id=ROLE), is_forum=True)
    for state in hostile_states(text):
        cards = (Shown(alert=hostile_alert(text), state=state),)
        bare = render(cards[0].alert, state, disclaimer="").payload()
        edited = envelope.addressed(bare, cards)
        payload = sent({**edited, **envelope.of_post(cards)}, "create")
        assert pings_in(payload) == (f"<@&{ROLE}>",)
        assert pings_in(edited) == ()
        assert violations("create", payload) == ()
        assert clean_footer(payload["thread_name"], limit=100) == payload["thread_name"]


def test_the_judge_sees_what_is_live() -> None:
    for text in ("@everyone", "<@1>", "https://x", "[a](b)", "discord.gg/a", "\u202e"):
        assert live_parts({"content": text, "embeds": [], "components": []}) == [text]
    evil = {"content": "", "embeds": [{"url": f"https://{EVIL}"}], "components": []}
    assert live_parts(evil) == [f"https://{EVIL}"]


@pytest.mark.parametrize(
    "url",
    [
        "https://discord.gg/abc",
        "https://discord.com/invite/abc",
        "http://www.discord.gift/abc",
        "https://canary.discord.com/invite/abc",
    ],
)
def test_an_invite_is_no_link_of_a_story(url: str) -> None:
    assert clean_url(url, limit=512) == ""


def test_marks_piled_on_a_letter_do_not_cover_the_lines_above() -> None:
    assert clean_feed("z\u0334\u0335\u0336\u0337\u0338!", limit=50) == (
        "z\u0334\u0335\u0336!"
    )
    hebrew = "שָׁלוֹם"
    assert clean_feed(hebrew, limit=50) == clean_feed(hebrew, limit=500)
