"""What Discord refuses in the buttons and layouts of a message.

Source: Discord's documentation, Components/Reference. A webhook that no application
made may carry link buttons only.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catalyst_bot.simulation.discord_forms import (
    Path,
    Violation,
    check_keys,
    check_text,
    check_url,
    is_object,
)

_ROW, _BUTTON, _TEXT_DISPLAY, _LINK = 1, 2, 10, 5
_V2_TYPES = frozenset({_ROW, 9, _TEXT_DISPLAY, 12, 13, 14, 17})
_BUTTON_KEYS = frozenset(
    ["type", "id", "style", "label", "emoji", "url", "custom_id", "disabled"]
)
_MAX_NESTED, _MAX_TEXT = 40, 4000  # Components V2, over the whole message


def component_violations(components: Any, *, is_v2: bool) -> Iterator[Violation]:
    """Yield what is wrong in `components`; None and an empty list are fine."""
    path: Path = ("components",)
    if components is None:
        return
    if not isinstance(components, list) or not all(map(is_object, components)):
        yield Violation(path, "LIST_TYPE_CONVERT", "Only lists of objects may be used")
        return
    if is_v2:
        yield from _layout(components, path)
    elif len(components) > 5:
        yield Violation(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5.")
    known = _V2_TYPES if is_v2 else frozenset({_ROW})
    for number, component in enumerate(components):
        here = (*path, number)
        if component.get("type") not in known:
            text = f"Value of field 'type' must be one of {sorted(known)}."
            yield Violation((*here, "type"), "UNION_TYPE_CHOICES", text)
        elif component.get("type") == _ROW:
            yield from _row(component, here)


def _layout(components: list[Mapping[str, Any]], path: Path) -> Iterator[Violation]:
    nested = list(_all_of(components))
    if len(nested) > _MAX_NESTED:
        text = f"Total number of components exceeds maximum of {_MAX_NESTED}"
        yield Violation(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", text)
    shown = [
        str(c.get("content", "")) for c in nested if c.get("type") == _TEXT_DISPLAY
    ]
    if sum(map(len, shown)) > _MAX_TEXT:
        text = f"Total displayable text exceeds maximum of {_MAX_TEXT}"
        yield Violation(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text)


def _all_of(components: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        yield component
        yield from _all_of(
            [c for c in component.get("components") or () if is_object(c)]
        )
        if is_object(accessory := component.get("accessory")):
            yield accessory


def _row(row: Mapping[str, Any], path: Path) -> Iterator[Violation]:
    yield from check_keys(row, frozenset({"type", "id", "components"}), path)
    buttons = row.get("components")
    here = (*path, "components")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 5:
        yield Violation(
            here, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
        )
        return
    for number, button in enumerate(buttons):
        if is_object(button):
            yield from _button(button, (*here, number))


def _button(button: Mapping[str, Any], path: Path) -> Iterator[Violation]:
    if button.get("type") != _BUTTON or button.get("style") != _LINK:
        text = "A webhook of no application may send link buttons only"
        yield Violation(path, "APPLICATION_REQUIRED", text)
        return
    yield from check_keys(button, _BUTTON_KEYS, path)
    yield from check_text(button, "label", 80, path)
    yield from check_url(button, "url", 512, path)
    if "url" not in button:
        text = "A url is required"
        yield Violation((*path, "url"), "BUTTON_COMPONENT_URL_REQUIRED", text)
    if "custom_id" in button:
        text = "A custom id and url cannot both be specified"
        yield Violation(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE", text)
    if not button.get("label") and not button.get("emoji"):
        text = "A label or emoji is required"
        yield Violation(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", text)
