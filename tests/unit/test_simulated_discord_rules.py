"""What the simulated Discord refuses, rule by rule, and what the schema says to it."""

from typing import Any

import pytest

from catalyst_bot.simulation.discord_rules import (
    error_tree,
    is_empty,
    pings_in,
    violations,
)
from tests import discord_schema

needs_schema = pytest.mark.skipif(
    bool(discord_schema.skip), reason=discord_schema.skip or "present"
)


def embed(**parts: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "Acme", **parts}]}


def field(name: str = "Price", value: str = "$1") -> dict[str, str]:
    return {"name": name, "value": value}


def row(**button: Any) -> dict[str, Any]:
    link = {"type": 2, "style": 5, "label": "Article", "url": "https://a.example/"}
    return {"components": [{"type": 1, "components": [{**link, **button}]}]}


V2 = 1 << 15
SOUND: list[dict[str, Any]] = [
    {"content": "x" * 2000},
    embed(title="x" * 256, description="x" * 4096),
    embed(fields=[field()] * 25, color=0xFFFFFF, timestamp="2026-11-20T20:15:03Z"),
    embed(fields=[field("n" * 256, "v" * 1024)], footer={"text": "x" * 2048}),
    embed(url="https://a.example/" + "x" * 2030, image={"url": "attachment://c.png"}),
    embed(title=" " + "x" * 256 + " ", author={"name": "a" * 256}),
    {"embeds": [{"title": "x"}] * 10},
    {**row(label="x" * 80), "content": "x"},
    {"content": "x", "allowed_mentions": {"parse": [], "roles": ["5"]}},
    {"flags": V2, "components": [{"type": 10, "content": "x"}]},
]
BOTH: list[dict[str, Any]] = [  # refused by the official schema as well
    {"content": "x" * 2001},
    {"content": 5},
    {"content": "x", "username": "u" * 81},
    {"embeds": [{"title": "x"}] * 11},
    {"embeds": ["x"]},
    embed(title="x" * 257),
    embed(description="x" * 4097),
    embed(fields=[field()] * 26),
    embed(fields=[field("n" * 257)]),
    embed(fields=[field(value="v" * 1025)]),
    embed(fields=[{"name": "Price"}]),
    embed(footer={"text": "x" * 2049}),
    embed(author={"name": "x" * 257}),
    embed(url="https://a.example/" + "x" * 2031),
    embed(color=0x1000000),
    embed(color="red"),
    row(label="x" * 81),
    row(url="https://a.example/" + "x" * 495),
    {"content": "x", "components": [{"type": 1, "components": []}]},
    {"content": "x", "allowed_mentions": {"parse": ["all"]}},
]
OURS: list[dict[str, Any]] = [  # the rules that the official schema does not know
    {"embeds": [{"description": "x" * 3001}] * 2},
    {"embeds": [{}]},
    {"embeds": [{"title": " "}]},
    embed(fields=[field(" ")]),
    embed(fields=[field(value=" ")]),
    embed(url="javascript:alert(1)"),
    embed(url="/relative"),
    embed(url="https://a b.example/"),
    embed(image={"url": "ftp://a.example/c.png"}),
    embed(timestamp="yesterday"),
    embed(titel="x"),
    {"content": "x", "nonce": "1"},
    {"flags": V2, "content": "x", "components": [{"type": 10, "content": "x"}]},
    {"flags": V2, **embed()},
    {"flags": V2, "components": [{"type": 10, "content": "x" * 4001}]},
    {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    {"content": "x", "components": [{"type": 10, "content": "x"}]},
    row(url="example"),
    row(custom_id="mute:ACME"),
    row(style=1, custom_id="mute:ACME"),
]


@pytest.mark.parametrize("payload", SOUND)
def test_what_discord_takes_is_taken(payload: dict[str, Any]) -> None:
    assert violations("create", payload) == ()


@pytest.mark.parametrize("payload", BOTH + OURS)
def test_what_discord_refuses_is_refused(payload: dict[str, Any]) -> None:
    assert violations("create", payload)


@needs_schema
@pytest.mark.parametrize("payload", SOUND)
def test_the_official_schema_takes_it_too(payload: dict[str, Any]) -> None:
    padded = payload.get("embeds", [{}])[0].get("title", "").startswith(" ")
    assert padded or discord_schema.violations("create", payload) == []


@needs_schema
@pytest.mark.parametrize("payload", BOTH)
def test_the_official_schema_refuses_it_too(payload: dict[str, Any]) -> None:
    assert discord_schema.violations("create", payload)


def test_a_layout_may_hold_forty_components_counting_nested_ones() -> None:
    box = {"type": 17, "components": [{"type": 10, "content": "x"}] * 39}
    assert violations("create", {"flags": V2, "components": [box]}) == ()
    more = {"flags": V2, "components": [box, {"type": 14}]}
    assert violations("create", more)


def test_an_edit_may_not_rename_the_author() -> None:
    payload = {"content": "x", "username": "Acme"}
    assert violations("create", payload) == ()
    assert violations("edit", payload)


def test_several_faults_hang_in_one_tree() -> None:
    payload = embed(title="x" * 257, fields=[field(value="")])
    tree = error_tree(violations("create", payload))
    first = tree["embeds"]["0"]
    assert first["title"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"
    assert first["fields"]["0"]["value"]["_errors"][0]["code"] == "BASE_TYPE_REQUIRED"


def test_a_message_needs_something_to_show() -> None:
    assert is_empty({"content": " \n", "embeds": []})
    assert not is_empty(embed())


@pytest.mark.parametrize(
    ("allowed", "rung"),
    [
        (None, ("@everyone", "<@&5>", "<@!6>")),
        ({"parse": []}, ()),
        ({"parse": ["everyone"]}, ("@everyone",)),
        ({"parse": [], "roles": ["5"], "users": ["7"]}, ("<@&5>",)),
        ({"parse": ["users"]}, ("<@!6>",)),
    ],
)
def test_only_allowed_mentions_ring(allowed: Any, rung: tuple[str, ...]) -> None:
    payload = {"content": "@everyone <@&5> <@!6>", "allowed_mentions": allowed}
    assert pings_in(payload) == rung
