"""Makes text of a file's bytes, or says why it is none."""

import codecs
import re

from catalyst_bot.errors import UnreadableDocument

MAX_BYTES = 20_000_000  # the longest annual reports of EDGAR have about 15 MB of HTML
_MARKS = (  # the longer ones first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_READABLE = "only text and HTML can be read"
_PICTURE = f"a picture: {_READABLE}"
_FORMATS = (
    (b"%PDF-", f"a PDF: {_READABLE}; make text of it (pdftotext) and give that file"),
    (
        b"PK\x03\x04",
        f"a ZIP archive or office document: {_READABLE}; unpack or export it",
    ),
    (b"\x1f\x8b", f"a gzip archive: {_READABLE}; unpack it and give the file in it"),
    (b"\xd0\xcf\x11\xe0", f"an old office document: {_READABLE}; export it as text"),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
)
# Those that read markup as ASCII; others are a way to make text of what is none.
_CHARSET = re.compile(
    r"utf-?8|us-ascii|ascii|iso[-_]?8859[-_]\d{1,2}|latin-?1|windows-125\d|cp125\d"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-jp|euc-kr",
    re.IGNORECASE,
)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]{1,40})"
    rb"|<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.-]{1,40})",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROL = 0.01  # share of control characters that a text may have


def decoded(raw: bytes, *, charset: str | None = None) -> str:
    """Return the text of a file; a byte order mark is none of its characters.

    `charset` is what its server said; a mark goes before it, and valid UTF-8 too:
    servers add a default to everything. What is neither is read as it declares itself,
    else as windows-1252.

    Raises:
        UnreadableDocument: longer than MAX_BYTES, binary, or in no known encoding.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableDocument(f"longer than {MAX_BYTES:,} bytes: split it")
    text = _decoded(raw, charset)
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text) or "\0" in text:
        raise UnreadableDocument(f"binary, not text: {_READABLE}")
    return text


def _decoded(raw: bytes, charset: str | None) -> str:
    for mark, told in _FORMATS:
        if raw.startswith(mark):
            raise UnreadableDocument(told)
    for encoding in _encodings(raw, charset):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):  # the latter: a name that is none
            continue
    raise UnreadableDocument("in no known encoding: save it as UTF-8")


def _encodings(raw: bytes, charset: str | None) -> tuple[str, ...]:
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return (name,)
    found = _DECLARED.search(raw[:4_000])
    declared = (found[1] or found[2]).decode("ascii", "replace") if found else ""
    named = [name for name in (declared, charset) if name and _CHARSET.fullmatch(name)]
    return ("utf-8", *named, "windows-1252")
