"""Mends bytes that a strict XML parser refuses, without losing a visible character.

A recovering parser alone deletes text in silence ("AT&T & Co" becomes "AT  Co"), so it
comes last, behind this.
"""

import codecs
import html.entities
import re

# Encodings that agree with ASCII byte by byte on markup; the rest is read as UTF-8.
_BYTEWISE = re.compile(
    r"iso[-_]?8859[-_]\d{1,2}|latin-?1|windows-125\d|cp125\d|gb2312|gbk|gb18030|big5|"
    r"shift_jis|euc-jp|euc-kr",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARATION = re.compile(rb"\A<\?xml\s[^>]*>")
_UTF16_WITHOUT_MARK = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}

_CONTROL = bytes(n for n in range(0x20) if n not in (0x9, 0xA, 0xD))
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF: illegal in XML
_LITERAL = re.compile(rb"<!(?:\[CDATA\[|--)")
# A tag ends before the next "<"; what does not is text: "sales <estimates".
_BARE_LESS = re.compile(rb"<(?!(?:/?[A-Za-z_]|\?[A-Za-z])[^<>]*>)")
_BARE_AMPERSAND = re.compile(
    rb"&(?!(?:#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});)"
)
_REFERENCE = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#[1-9][0-9]{2,3});)"  # these are right: left alone
    rb"(?:#(x[0-9A-Fa-f]{1,6}|[0-9]{1,7})|([A-Za-z][A-Za-z0-9]{1,31}));"
)
_HTML_NAMES = {
    name[:-1].encode(): (
        text.encode() if text not in "<&>" else f"&#{ord(text)};".encode()
    )
    for name, text in html.entities.html5.items()
    if name.endswith(";")
}
_STRAY = re.compile("[\udc80-\udcff]")
_ROOT_CLOSED = re.compile(rb"</(?:[\w.-]+:)?(?:rss|RDF|feed)\s*>")
_ITEM_TAG = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>/])[^<>]*?(/?)>")


def as_utf8(body: bytes) -> bytes:
    """Return real UTF-16 and UTF-32 as UTF-8, the rest as it came.

    The byte order mark, leading blanks and, where the encoding changed, its declaration
    are gone. One byte scan then suits every document.
    """
    wide = _wide_encoding(body)
    if wide:
        text = body.decode(wide, "replace").removeprefix("\ufeff")
        body = _DECLARATION.sub(b"", text.lstrip().encode("utf-8", "replace"))
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()


def declared_encoding(body: bytes) -> str:
    """Return the encoding that the XML declaration names, or ""."""
    match = _DECLARED.match(body[:200])
    return match.group(1).decode() if match else ""


def is_known_encoding(name: str) -> bool:
    """Tell whether `name` is an encoding whose markup reads as ASCII."""
    return is_utf8(name) or _is_bytewise(name)


def is_utf8(encoding: str) -> bool:
    """Tell whether `encoding` is a name of UTF-8."""
    return encoding.lower() in ("utf-8", "utf8")


def repair(body: bytes, *, encoding: str) -> bytes:
    """Return `body` as UTF-8 without declaration, mended for a strict parser.

    Control bytes and illegal numbers go, stray bytes of bad UTF-8 are read as
    windows-1252, bare & and < become text, HTML names become letters. CDATA and
    comments stay as they are. An `encoding` that nobody knows, or UTF-16 in a document
    that is not, is a false label: such a body is read as UTF-8.
    """
    body = _DECLARATION.sub(b"", _decoded(body, encoding))
    body = body.translate(None, _CONTROL)
    for noncharacter in _NONCHARACTERS:
        body = body.replace(noncharacter, b"")
    parts = split_literals(body)
    parts[::2] = [_mended(part) for part in parts[::2]]
    return b"".join(parts)


def split_literals(body: bytes) -> list[bytes]:
    """Split `body` into markup (even places) and CDATA or comments (odd places).

    Linear in time whatever the input: a section that never ends is looked for once.
    """
    parts: list[bytes] = []
    at, has_comment_end = 0, True
    for match in _LITERAL.finditer(body):
        is_comment = match.group() == b"<!--"
        if match.start() < at or (is_comment and not has_comment_end):
            continue
        closing = b"-->" if is_comment else b"]]>"
        end = body.find(closing, match.end())
        if end < 0 and is_comment:
            has_comment_end = False
            continue
        end = len(body) if end < 0 else end + 3
        parts += [body[at : match.start()], body[match.start() : end]]
        at = end
    return [*parts, body[at:]]


def is_cut_off(body: bytes) -> tuple[bool, bool]:
    """Tell whether the document ends early, and whether it ends inside of an item."""
    markup = b"".join(split_literals(body)[::2])
    if _ROOT_CLOSED.search(markup):
        return False, False
    is_open = False
    for tag in _ITEM_TAG.finditer(markup):
        is_open = not tag[1] and not tag[2]
    return True, is_open


def _wide_encoding(body: bytes) -> str:
    if body[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return _UTF16_WITHOUT_MARK.get(body[:2], "")


def _decoded(body: bytes, encoding: str) -> bytes:
    """Return `body` as UTF-8; "replace" shows what cannot be read, nothing vanishes."""
    if _is_bytewise(encoding):
        return body.decode(encoding, "replace").encode()
    try:
        body.decode()
    except UnicodeDecodeError:
        text = body.decode("utf-8", "surrogateescape")
        for stray in set(_STRAY.findall(text)):  # 128 at most, a few in truth
            text = text.replace(stray, _as_windows_1252(stray))
        return text.encode()
    return body


def _is_bytewise(encoding: str) -> bool:
    if not _BYTEWISE.fullmatch(encoding):
        return False
    try:
        codecs.lookup(encoding)
    except LookupError:  # such as iso-8859-12, which was never made
        return False
    return True


def _as_windows_1252(stray: str) -> str:
    return stray.encode("utf-8", "surrogateescape").decode("windows-1252", "replace")


def _mended(markup: bytes) -> bytes:
    markup = _BARE_LESS.sub(b"&lt;", markup)
    markup = _BARE_AMPERSAND.sub(b"&amp;", markup)
    markup = _REFERENCE.sub(_mended_reference, markup)
    return markup.replace(b"]]>", b"]]&gt;")


def _mended_reference(match: re.Match[bytes]) -> bytes:
    number, name = match.groups()
    if number is None:
        return _HTML_NAMES.get(name, b"&amp;" + match.group()[1:])
    point = int(number[1:], 16) if number[:1] == b"x" else int(number)
    return match.group() if _is_xml_character(point) else b""


def _is_xml_character(point: int) -> bool:
    """Tell whether XML 1.0 (section 2.2) allows the character."""
    return (
        point in (0x9, 0xA, 0xD)
        or 0x20 <= point <= 0xD7FF
        or 0xE000 <= point <= 0xFFFD
        or 0x10000 <= point <= 0x10FFFF
    )
