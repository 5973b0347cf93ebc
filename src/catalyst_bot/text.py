"""The one normal form of text: what makes two titles the same, or two links."""

import html
import re
import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TAGS = re.compile(r"</?[A-Za-z!?][^<>]{0,2000}>")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ud800-\udfff\U000e0000-\U000e007f]"
)
_PUNCTUATION = re.compile(
    r"[^\w%$&+.\-]+|(?<!\d)[.](?!\d)|(?<!\w)-(?!\$?\.?\d)|-(?![\w$.])"
)


def plain_text(markup: str, *, limit: int) -> str:
    """Return `markup` as one line of visible text, at most `limit` characters.

    Tags and entities are resolved (escaped HTML too: feeds carry both), control,
    bidi and zero-width characters and lone surrogates removed, white space folded.
    """
    text = markup[: limit * 20 + 2000]
    if "<" in text or "&" in text:
        text = html.unescape(_TAGS.sub(" ", text))
    if "<" in text:
        text = html.unescape(_TAGS.sub(" ", text))
    return clip(" ".join(visible(text).split()), limit)


def visible(text: str) -> str:
    """Return `text` without its control, bidi and zero-width characters."""
    return _INVISIBLE.sub("", text)


def clip(text: str, limit: int) -> str:
    """Return `text` cut to at most `limit` characters, the last one an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, whose plural ends in s: "1 call", "2 calls"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fold_title(title: str) -> str:
    """Return the form in which two titles are compared: case, marks, spaces folded.

    Numbers, signs and letters stay as they are: "beats 0.45" never equals "beats 0.35".
    """
    text = (
        unicodedata.normalize("NFKC", title)
        .replace("’", "'")
        .replace("−", "-")
        .casefold()
    )
    return " ".join(_PUNCTUATION.sub(" ", text).split())


def canonical_link(link: str) -> str:
    """Return the form in which two links are the same page; "" for none.

    Host in lower case, no fragment, no campaign parameters (utm_*).
    """
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        query = urlencode(
            [
                (name, value)
                for name, value in parse_qsl(parts.query, keep_blank_values=True)
                if not name.lower().startswith("utm_")
            ]
        )
        return urlunsplit(
            ("https", parts.netloc.lower(), parts.path.rstrip("/"), query, "")
        )
    except ValueError:  # a bracketed host that is no address
        return link


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers of a text, thousands separators and trailing zeros dropped."""
    found = re.findall(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", text)
    return frozenset(_canonical(number.replace(",", "")) for number in found)


def _canonical(number: str) -> str:
    whole, dot, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (dot + fraction if fraction else "")
