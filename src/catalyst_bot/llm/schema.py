"""The part of JSON Schema that answers are checked by, and nothing that is not checked.

A keyword this file does not know is refused when the schema is read, never passed over:
what a schema demands is what a checked value has.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

_TYPES: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not _is_bool(value),
    "integer": lambda value: isinstance(value, int) and not _is_bool(value),
}
_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}
_SIZES: Mapping[str, Callable[[Any, int], bool]] = {
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
}
_KNOWN = {
    *_BOUNDS,
    *_SIZES,
    *("type", "enum", "const", "properties", "required", "additionalProperties"),
    *("items", "pattern", "anyOf", "$ref", "$defs"),
    *("title", "description", "default", "examples", "$schema", "$id"),  # say nothing
}
_DEEPEST = 32  # levels; a schema that refers to itself would allow any number
_SURROGATE = re.compile("[\ud800-\udfff]")


def closed_object(**fields: object) -> dict[str, object]:
    """Return the schema of an object with these fields, all of them and no other."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


class Mismatch(Exception):
    """A value is not what the schema asks for; `why` is short and quotes no value."""

    def __init__(self, path: str, why: str) -> None:
        self.why = f"{path}: {why}" if path else why
        super().__init__(self.why)


class Schema:
    """A JSON schema whose root is an object; `schema_of` makes and keeps them.

    Raises:
        ValueError: it is no such schema, or has a keyword that is not checked here.
    """

    def __init__(self, text: str) -> None:
        root = json.loads(text)
        if not isinstance(root, dict) or root.get("type") != "object":
            raise ValueError("the schema must be a JSON object of type object")
        self._root: Mapping[str, Any] = root
        _audit(root)

    @property
    def required(self) -> tuple[str, ...]:
        """Return the fields that every answer must have."""
        return tuple(self._root.get("required", ()))

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that an answer may have, where the schema names them."""
        return tuple(self._root.get("properties", ()))

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the fields whose values are one of a few."""
        rules = self._root.get("properties", {})
        return tuple(name for name, rule in rules.items() if "enum" in rule)

    def check(
        self, value: object, *, needed: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return the value if it is what the schema asks for.

        Only one thing is changed: "Bullish" becomes "bullish" where an enum has that.
        `needed` stands in for the fields that the schema requires.

        Raises:
            Mismatch: it is not.
        """
        root = self._root if needed is None else {**self._root, "required": needed}
        checked = self._check(value, root, "", 0)
        assert isinstance(checked, dict)  # noqa: S101 - the root's type is object
        return checked

    def _check(
        self, value: Any, schema: Mapping[str, Any], path: str, depth: int
    ) -> Any:
        if depth > _DEEPEST:
            raise Mismatch(path, "too deep")
        if "$ref" in schema:
            schema = self._root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
            return self._check(value, schema, path, depth + 1)
        if "anyOf" in schema:
            return self._check_any(value, schema["anyOf"], path, depth)
        value = _check_enum(value, schema, path)
        _check_type(value, schema, path)
        match value:
            case dict():
                return self._check_object(value, schema, path, depth)
            case list():
                return self._check_list(value, schema, path, depth)
            case str():
                _check_text(value, schema, path)
            case float() | int() if not _is_bool(value):
                _check_number(value, schema, path)
        return value

    def _check_any(
        self, value: object, ways: Sequence[Mapping[str, Any]], path: str, depth: int
    ) -> Any:
        for way in ways:
            try:
                return self._check(value, way, path, depth + 1)
            except Mismatch:
                continue
        raise Mismatch(path, "none of the ways")

    def _check_list(
        self, value: list[object], schema: Mapping[str, Any], path: str, depth: int
    ) -> list[Any]:
        _check_each(_SIZES, value, schema, path)
        rule = schema.get("items", {})
        return [
            self._check(item, rule, f"{path}[{number}]", depth + 1)
            for number, item in enumerate(value)
        ]

    def _check_object(
        self,
        value: Mapping[str, object],
        schema: Mapping[str, Any],
        path: str,
        depth: int,
    ) -> dict[str, Any]:
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for name in schema.get("required", ()):
            if name not in value:
                raise Mismatch(_at(path, name), "missing")
        checked = {}
        for name, member in value.items():
            if name not in known and (others is False or _SURROGATE.search(name)):
                raise Mismatch(path, "a field that was not asked for")
            rule = known.get(name, others)
            rule = rule if isinstance(rule, dict) else {}
            checked[name] = self._check(member, rule, _at(path, name), depth + 1)
        return checked


@lru_cache(maxsize=64)
def schema_of(text: str) -> Schema:
    """Return the schema that a JSON text describes.

    Raises:
        ValueError: see `Schema`.
    """
    return Schema(text)


def _audit(root: Mapping[str, Any]) -> None:
    """Refuse what `check` would pass over or stumble upon."""
    left: list[object] = [root]
    while left:
        schema = _object_in(left.pop())
        if unknown := sorted(schema.keys() - _KNOWN):
            raise ValueError(f"the schema has {unknown[0]!r}, which is not checked")
        types = schema.get("type", [])
        for name in [types] if isinstance(types, str) else types:
            if name not in _TYPES:
                raise ValueError(f"the schema has the unknown type {name!r}")
        target = str(schema.get("$ref", "#/$defs/")).removeprefix("#/$defs/")
        if target and target not in root.get("$defs", {}):
            raise ValueError(f"the schema refers to {schema['$ref']!r}")
        _audit_pattern(schema.get("pattern", ""))
        left += _object_in(schema.get("properties", {})).values()
        left += _object_in(schema.get("$defs", {})).values()
        left += schema.get("anyOf", [])
        left += [schema["items"]] if "items" in schema else []
        if isinstance(schema.get("additionalProperties", True), dict):
            left.append(schema["additionalProperties"])


def _audit_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"the schema has a pattern that is none: {error}") from error


def _object_in(part: object) -> Mapping[str, Any]:
    if isinstance(part, dict):
        return part
    raise ValueError("the schema has a part that is no JSON object")


def _check_enum(value: Any, schema: Mapping[str, Any], path: str) -> Any:
    allowed = [schema["const"]] if "const" in schema else schema.get("enum")
    if allowed is None or _is_among(value, allowed):
        return value
    if isinstance(value, str) and value.strip().lower() in allowed:
        return value.strip().lower()
    raise Mismatch(path, "not one of the choices")


def _check_type(value: object, schema: Mapping[str, Any], path: str) -> None:
    types = schema.get("type", [])
    names = [types] if isinstance(types, str) else types
    if names and not any(_TYPES[name](value) for name in names):
        raise Mismatch(path, f"not {' or '.join(names)}")


def _check_text(value: str, schema: Mapping[str, Any], path: str) -> None:
    if _SURROGATE.search(value):
        raise Mismatch(path, "half a character")
    _check_each(_SIZES, value, schema, path)
    if "pattern" in schema and not re.search(schema["pattern"], value):
        raise Mismatch(path, "not of the pattern")


def _check_number(value: float, schema: Mapping[str, Any], path: str) -> None:
    if not math.isfinite(value):  # 1e999
        raise Mismatch(path, "not finite")
    _check_each(_BOUNDS, value, schema, path)


def _check_each(
    checks: Mapping[str, Callable[[Any, Any], bool]],
    value: object,
    schema: Mapping[str, Any],
    path: str,
) -> None:
    for name, holds in checks.items():
        if name in schema and not holds(value, schema[name]):
            raise Mismatch(path, f"against {name} {schema[name]}")


def _is_among(value: object, allowed: Sequence[object]) -> bool:
    """Tell equality as JSON has it: true is not 1."""
    return any(value == one and _is_bool(value) == _is_bool(one) for one in allowed)


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
