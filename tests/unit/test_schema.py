"""What a schema demands is checked, and what is not checked is refused."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, Field

from catalyst_bot.llm.schema import Mismatch, schema_of


class Party(BaseModel):
    name: str = Field(min_length=1, max_length=20, pattern="^[A-Z]")
    share: float | None = None


class Deal(BaseModel):
    buyer: Party
    parts: list[int] = Field(max_length=2)


DEAL = schema_of(json.dumps(Deal.model_json_schema()))


def deal(**changes: Any) -> dict[str, Any]:
    return {"buyer": {"name": "Acme", "share": 0.5}, "parts": [1, 2], **changes}


def test_the_schema_of_a_pydantic_model_is_understood() -> None:
    assert DEAL.check(deal()) == deal()
    assert DEAL.check(deal(buyer={"name": "Acme", "share": None}))
    assert DEAL.required == ("buyer", "parts")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (deal(buyer={"share": 0.5}), "buyer.name: missing"),
        (deal(buyer={"name": ""}), "buyer.name: against minLength 1"),
        (deal(buyer={"name": "acme"}), "buyer.name: not of the pattern"),
        (deal(buyer={"name": "Acme", "share": "0.5"}), "buyer.share: none of the ways"),
        (deal(parts=[1, 2, 3]), "parts: against maxItems 2"),
        (deal(parts=[1, True]), "parts[1]: not integer"),
        (deal(parts="12"), "parts: not array"),
        ([deal()], "not object"),
        ({}, "buyer: missing"),
    ],
)
def test_what_does_not_fit_is_named(value: object, why: str) -> None:
    with pytest.raises(Mismatch) as caught:
        DEAL.check(value)
    assert caught.value.why == why


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "array"}, "of type object"),
        ([], "of type object"),
        ({"type": "object", "oneOf": []}, "'oneOf'"),
        ({"type": "object", "properties": {"a": {"format": "date"}}}, "'format'"),
        ({"type": "object", "properties": {"a": {"type": "money"}}}, "'money'"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/B"}}}, "B"),
        ({"type": "object", "properties": {"a": 1}}, "no JSON object"),
        ({"type": "object", "properties": {"a": {"pattern": "("}}}, "pattern"),
    ],
)
def test_a_schema_that_would_not_be_checked_is_refused(schema: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        schema_of(json.dumps(schema))


def test_a_schema_that_refers_to_itself_ends() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Tree"}}}
    schema = schema_of(json.dumps({**tree, "$defs": {"Tree": tree}}))
    value: dict[str, Any] = {}
    for _ in range(100):
        value = {"next": value}
    with pytest.raises(Mismatch, match="too deep"):
        schema.check(value)


def test_true_is_not_one() -> None:
    schema = schema_of('{"type": "object", "properties": {"a": {"enum": [1, "x"]}}}')
    assert schema.check({"a": 1})
    with pytest.raises(Mismatch):
        schema.check({"a": True})
