"""What Discord refuses in a message payload, written by hand rule by rule.

Sources: Discord's documentation, Resources/Message (embed limits, allowed mentions);
components have a file of their own. Lengths are code points after trimming.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from catalyst_bot.simulation.discord_components import component_violations
from catalyst_bot.simulation.discord_forms import (
    Violation,
    check_keys,
    check_text,
    check_url,
    is_object,
)

_V2 = 1 << 15  # the flag of Components V2: no content and no embeds beside them
_CREATE = frozenset(
    [
        "content",
        "embeds",
        "allowed_mentions",
        "components",
        "attachments",
        "poll",
        "tts",
        "flags",
        "username",
        "avatar_url",
        "thread_name",
        "applied_tags",
    ]
)
_BOT_CREATE = _CREATE - {"username", "avatar_url", "thread_name", "applied_tags"}
_BOT_CREATE |= {"nonce", "enforce_nonce", "message_reference", "sticker_ids"}
_EDIT = frozenset(
    [
        "content",
        "embeds",
        "allowed_mentions",
        "components",
        "attachments",
        "poll",
        "flags",
    ]
)
_KEYS = {"create": _CREATE, "bot_create": _BOT_CREATE, "edit": _EDIT}
_EMBED = frozenset(
    [
        "type",
        "url",
        "title",
        "color",
        "timestamp",
        "description",
        "author",
        "image",
        "thumbnail",
        "footer",
        "fields",
        "provider",
        "video",
        "flags",
    ]  # discord.py sends `flags`; Discord takes it
)
_EMBED_TEXTS = (("title", 256), ("description", 4096))
_TOTAL = 6000  # code points over all embeds of a message
_MENTION_KINDS = frozenset({"users", "roles", "everyone"})
_MENTION = re.compile(r"@everyone|@here|<@[!&]?\d+>")


def violations(kind: str, payload: Mapping[str, Any]) -> tuple[Violation, ...]:
    """Return what is wrong in the payload of a "create", "bot_create" or "edit"."""
    return tuple(_message(kind, payload))


def is_empty(message: Mapping[str, Any]) -> bool:
    """Return whether a message would show nothing: Discord's error 50006."""
    if str(message.get("content") or "").strip():
        return False
    parts = ("embeds", "components", "attachments", "poll")
    return not any(message.get(part) for part in parts)


def error_tree(found: Sequence[Violation]) -> dict[str, Any]:
    """Return violations in the nested shape of Discord's `errors`."""
    tree: dict[str, Any] = {}
    for violation in found:
        node = tree
        for step in violation.path:
            node = node.setdefault(str(step), {})
        errors = node.setdefault("_errors", [])
        errors.append({"code": violation.code, "message": violation.message})
    return tree


def pings_in(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the mentions of a payload that notify somebody.

    Only `content` rings; without `allowed_mentions` every mention in it does.
    """
    found = _MENTION.findall(str(payload.get("content") or ""))
    allowed = payload.get("allowed_mentions")
    if not isinstance(allowed, Mapping):
        return tuple(found)
    return tuple(mention for mention in found if _rings(mention, allowed))


def _rings(mention: str, allowed: Mapping[str, Any]) -> bool:
    parse = allowed.get("parse") or ()
    if not mention.startswith("<"):
        return "everyone" in parse
    kind = "roles" if "&" in mention else "users"
    return kind in parse or mention.strip("<@!&>") in (allowed.get(kind) or ())


def _message(kind: str, payload: Mapping[str, Any]) -> Iterator[Violation]:
    yield from check_keys(payload, _KEYS[kind], ())
    yield from check_text(payload, "nonce", 25, ())
    yield from check_text(payload, "content", 2000, ())
    yield from check_text(payload, "username", 80, ())
    yield from _embeds(payload.get("embeds"))
    yield from _mentions(payload.get("allowed_mentions"))
    is_v2 = bool(int(payload.get("flags") or 0) & _V2)
    yield from component_violations(payload.get("components"), is_v2=is_v2)
    for key in ("content", "embeds"):
        if is_v2 and payload.get(key):
            text = "The 'content' and 'embeds' fields cannot be used with V2"
            yield Violation((key,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_V2", text)


def _embeds(embeds: Any) -> Iterator[Violation]:
    if embeds is None:
        return
    if not isinstance(embeds, list):
        yield Violation(("embeds",), "LIST_TYPE_CONVERT", "Only iterables may be used")
        return
    if len(embeds) > 10:
        text = "Must be 10 or fewer in length."
        yield Violation(("embeds",), "BASE_TYPE_MAX_LENGTH", text)
    for number, embed in enumerate(embeds):
        path = ("embeds", number)
        if not is_object(embed):
            yield Violation(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used")
            return
        yield from _embed(embed, path)
    if sum(map(_size, embeds)) > _TOTAL:
        text = "Embed size exceeds maximum size of 6000"
        yield Violation(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", text)


def _embed(
    embed: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[Violation]:
    yield from check_keys(embed, _EMBED, path)
    for key, limit in _EMBED_TEXTS:
        yield from check_text(embed, key, limit, path)
    yield from check_url(embed, "url", 2048, path)
    yield from _part(embed, "footer", path, {"text": 2048}, required="text")
    yield from _part(embed, "author", path, {"name": 256}, required="name")
    for key in ("image", "thumbnail"):
        yield from _part(embed, key, path, {}, required="url")
    yield from _fields(embed.get("fields"), (*path, "fields"))
    yield from _colour_and_time(embed, path)
    shown = ("title", "description", "fields", "author", "footer", "image", "thumbnail")
    if not any(_is_shown(embed.get(key)) for key in shown):
        yield Violation(path, "EMBED_EMPTY", "This embed is empty")


def _part(
    embed: Mapping[str, Any],
    key: str,
    path: tuple[str | int, ...],
    texts: Mapping[str, int],
    *,
    required: str,
) -> Iterator[Violation]:
    part, here = embed.get(key), (*path, key)
    if part is None:
        return
    if not is_object(part):
        yield Violation(here, "MODEL_TYPE_CONVERT", "Only dictionaries may be used")
        return
    known = {"url", "icon_url", "proxy_icon_url", "proxy_url", "height", "width"}
    yield from check_keys(part, frozenset({*known, *texts}), here)
    if not str(part.get(required) or "").strip():
        yield Violation((*here, required), "BASE_TYPE_REQUIRED", "This is required")
    for name, limit in texts.items():
        yield from check_text(part, name, limit, here)
    for name in ("url", "icon_url"):
        yield from check_url(part, name, 2048, here, is_image=key != "author")


def _fields(fields: Any, path: tuple[str | int, ...]) -> Iterator[Violation]:
    if fields is None:
        return
    if not isinstance(fields, list) or not all(map(is_object, fields)):
        yield Violation(path, "LIST_TYPE_CONVERT", "Only lists of objects may be used")
        return
    if len(fields) > 25:
        yield Violation(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for number, field in enumerate(fields):
        here = (*path, number)
        yield from check_keys(field, frozenset({"name", "value", "inline"}), here)
        for key, limit in (("name", 256), ("value", 1024)):
            yield from check_text(field, key, limit, here)
            if not str(field.get(key) or "").strip():
                yield Violation((*here, key), "BASE_TYPE_REQUIRED", "This is required")


def _colour_and_time(
    embed: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[Violation]:
    colour = embed.get("color")
    if colour is not None and not (type(colour) is int and 0 <= colour <= 0xFFFFFF):
        text = "int value should be between 0 and 16777215"
        yield Violation((*path, "color"), "NUMBER_TYPE_MAX", text)
    moment = embed.get("timestamp")
    if moment is None:
        return
    try:
        datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        text = f"Could not parse {moment!r}. Should be ISO8601."
        yield Violation((*path, "timestamp"), "DATE_TIME_TYPE_PARSE", text)


def _mentions(allowed: Any) -> Iterator[Violation]:
    path: tuple[str | int, ...] = ("allowed_mentions",)
    if allowed is None:
        return
    if not is_object(allowed):
        yield Violation(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used")
        return
    known = frozenset({"parse", "users", "roles", "replied_user"})
    yield from check_keys(allowed, known, path)
    parse = allowed.get("parse") or []
    if not set(parse) <= _MENTION_KINDS:
        text = "Value must be one of {'users', 'roles', 'everyone'}."
        yield Violation((*path, "parse"), "BASE_TYPE_CHOICES", text)
    for key in ("users", "roles"):
        ids = allowed.get(key) or []
        if ids and key in parse:
            text = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
            yield Violation(path, code, text)
        if len(ids) > 100 or not all(str(i).isdecimal() for i in ids):
            text = "Must be 100 or fewer snowflakes."
            yield Violation((*path, key), "BASE_TYPE_MAX_LENGTH", text)


def _is_shown(part: Any) -> bool:
    return bool(part.strip() if isinstance(part, str) else part)


def _size(embed: Mapping[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [
        (embed.get(k) or {}).get(n) for k, n in (("footer", "text"), ("author", "name"))
    ]
    for field in embed.get("fields") or ():
        texts += [field.get("name"), field.get("value")]
    return sum(len(text.strip()) for text in texts if isinstance(text, str))
