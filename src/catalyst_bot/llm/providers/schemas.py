"""The part of JSON Schema that all clouds hold a model to.

They refuse a schema with limits on numbers or lengths; those are checked by us anyway.
"""

from collections.abc import Mapping
from typing import Any

import orjson

_NAMED = ("properties", "$defs", "definitions")  # their keys are names, not keywords
_REFUSED = {
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "default",
}


def cloud_schema(text: str) -> Mapping[str, Any]:
    """Return a JSON schema, given as text, without what a cloud would refuse."""
    reduced = _reduced(orjson.loads(text))
    return reduced if isinstance(reduced, dict) else {}


def is_strict(schema: object) -> bool:
    """Tell whether every object in it is closed and needs all of its properties."""
    if isinstance(schema, list):
        return all(is_strict(part) for part in schema)
    if not isinstance(schema, dict):
        return True
    names = schema.get("properties")
    if isinstance(names, dict):
        is_closed = schema.get("additionalProperties") is False
        if not is_closed or set(schema.get("required", ())) != set(names):
            return False
    return all(is_strict(part) for part in schema.values())


def _reduced(schema: object) -> object:
    if isinstance(schema, list):
        return [_reduced(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _reduced(part) for name, part in value.items()}
        if key in _NAMED and isinstance(value, dict)
        else _reduced(value)
        for key, value in schema.items()
        if key not in _REFUSED
    }
