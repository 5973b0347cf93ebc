"""Makes text of strangers safe to show: no live mention, link, invite or markdown.

Feed text keeps its characters (NFC); model text is folded (NFKC) and loses its URLs.
The order of the steps matters: each one sees what the earlier ones uncovered.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

MODEL_LIMIT = 280  # characters of one text by the model
INVITE = "[invite removed]"
STRIKE = "~~"  # never left in a text of others: there it is escaped
BREAK = "\u200b"  # a zero-width space: parts what would come alive together

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e01ef]"
)
# Marks piled on one letter would cover the lines above; no script needs more than 3.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_PILES = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_DOMAINS = r"discord(?:app)?\.com/+(?:invite|gifts?)|discord\.(?:gg|gift|me|io|li|new)"
_INVITES = re.compile(
    rf"(?:https?://)?(?:www\.)?(?:{_DOMAINS}|dsc\.gg|invite\.gg)/\S*",
    re.IGNORECASE | re.ASCII,
)
# Not discord.utils.escape_markdown: of "[a](b) **c** [d](e)" it escapes the first
# bracket only, because its pattern for links is greedy.
_MARKDOWN = r"\*_~`|[]"  # the backslash first: it stands before the others then
_AT_START = ("#", ">", "-")
_CODES = re.compile(r"<(?=[@#/:&!+\w])")
_ADDRESSES = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://\S*|\bwww\.\S+|<[^<>\s][^<>]*>|\]\("
    r"|\b(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}/\S*",
    re.IGNORECASE,
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*\.)+[a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_NEVER_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0\"'`<>\\\s]|[\ud800-\udfff]")
_KEPT_IN_URLS = "%/:?#@!$&()*+,;=-._~"


def clean_feed(text: str, *, limit: int) -> str:
    """Return feed text as one harmless line of at most `limit` code points.

    What stays: the words. Markdown is escaped, mentions, URLs and `<…>` codes are
    broken by a zero-width space, invites replaced. "" when nothing visible is left.
    """
    return _disarm(_visible(unicodedata.normalize("NFC", _bounded(text, limit))), limit)


def clean_struck(text: str, *, limit: int) -> str:
    """Return feed text struck through, the marks within `limit`; "" stays ""."""
    harmless = clean_feed(text, limit=max(1, limit - 2 * len(STRIKE)))
    return f"{STRIKE}{harmless}{STRIKE}" if harmless else ""


def clean_model(text: str, *, limit: int = MODEL_LIMIT) -> str:
    """Return model text as one harmless line without any address.

    Beyond `clean_feed`: look-alike characters are folded; URLs, `<…>` and `](` go.
    """
    line = _visible(unicodedata.normalize("NFKC", _bounded(text, limit)))
    without = _ADDRESSES.sub(" ", _without_invites(line))
    return _disarm(" ".join(without.split()), limit)


def clean_footer(text: str, *, limit: int) -> str:
    """Return an operator's text as one line; Discord shows no markdown in a footer."""
    return clip(_visible(_bounded(text, limit)), limit)


def clean_url(url: str, *, limit: int) -> str:
    """Return a URL that Discord accepts and a reader can judge, or "".

    http or https, a host with a dot, no user, white space, control or quote, no invite
    to a server, at most `limit` characters (2048; 512 in a button) once the rest is
    percent-encoded.
    """
    if not url or len(url) > limit:
        return ""
    if _NEVER_IN_URLS.search(url) or _without_invites(url) != url:
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    if not _HOST.fullmatch(host) or ".." in host:
        return ""
    encoded = quote(url, safe=_KEPT_IN_URLS)
    return encoded if len(encoded) <= limit else ""


def clip(text: str, limit: int) -> str:
    """Cut by code points, not inside an escape nor before a mark or a break.

    What was struck through stays so: its end is put behind the cut.
    """
    if len(text) <= limit:
        return text
    cut = _cut(text, limit)
    if cut.count(STRIKE) % 2 == 0:
        return cut
    shorter = _cut(text, limit - len(STRIKE))
    return shorter + STRIKE * (shorter.count(STRIKE) % 2)


def _cut(text: str, limit: int) -> str:
    end = limit - 1
    while end > 0 and _belongs_to_last(text[end]):
        end -= 1
    escapes = len(text[:end]) - len(text[:end].rstrip("\\"))
    return text[: end - escapes % 2].rstrip() + "…"


def _bounded(text: str, limit: int) -> str:
    """Return no more of a text than can matter: a megabyte must not cost seconds."""
    return text[: limit * 8 + 200]


def _visible(text: str) -> str:
    """Return `text` as one line without characters that show nothing."""
    if not (text.isascii() and text.isprintable()):
        text = _PILES.sub(r"\1", _INVISIBLE.sub("", text))
    return " ".join(text.split())


def _without_invites(text: str) -> str:
    folded = text.lower()  # the pattern has no literal to look for first: it is slow
    if "discord" in folded or "gg/" in folded:
        return _INVITES.sub(INVITE, text)
    return text


def _disarm(line: str, limit: int) -> str:
    text = _without_invites(line)
    for sign in _MARKDOWN:
        text = text.replace(sign, f"\\{sign}")
    if text.startswith(_AT_START):
        text = f"\\{text}"
    text = text.replace("@", f"@{BREAK}").replace("://", f":{BREAK}//")
    return clip(_CODES.sub(f"<{BREAK}", text) if "<" in text else text, limit)


def _belongs_to_last(character: str) -> bool:
    return character == BREAK or unicodedata.category(character).startswith("M")
