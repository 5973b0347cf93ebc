"""Discord's own description of a message, as a second opinion on payloads."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path(__file__).parents[2] / "shared" / "data" / "discord-openapi.json"
skip = "" if DOCUMENT.is_file() else f"Discord's OpenAPI document is absent: {DOCUMENT}"

_URI = "urn:discord"
_SCHEMAS = {
    "create": "IncomingWebhookRequestPartial",
    "edit": "IncomingWebhookUpdateRequestPartial",
    "bot_create": "MessageCreateRequest",
    "bot_edit": "MessageEditRequestPartial",
}


def violations(kind: str, payload: Mapping[str, Any]) -> list[str]:
    """Return what the official schema of a "create" or an "edit" finds wrong.

    Of a webhook; a bot's are "bot_create" and "bot_edit".

    It does not know the nine rules of `simulation.discord_rules` that go beyond it.
    """
    errors = _validator(kind).iter_errors(_with_text_ids(payload))
    return [f"{error.json_path}: {error.message}" for error in errors]


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = {"$ref": f"{_URI}#/components/schemas/{_SCHEMAS[kind]}"}
    return Draft202012Validator(schema, registry=_registry())


@cache
def _registry() -> Registry[Any]:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    resource: Resource[Any] = DRAFT202012.create_resource(document)
    registry: Registry[Any] = Registry().with_resource(_URI, resource)
    return registry


def _with_text_ids(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Write attachment ids as text: Discord takes integers, its schema does not."""
    known = payload.get("attachments")
    if not isinstance(known, list):
        return dict(payload)
    texts = [{**entry, "id": str(entry.get("id"))} for entry in known]
    return {**payload, "attachments": texts}
