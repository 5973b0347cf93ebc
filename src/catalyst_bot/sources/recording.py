"""The file format of recordings: gzip JSON lines, one for each changed body.

Each line is a gzip member of its own (`zcat` reads the file all the same): a kill cuts
off the last line only, a damaged byte costs one line, and a file can be continued.
"""

import base64
import binascii
import gzip
import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from catalyst_bot.model import SourceKind
from catalyst_bot.sources.fetch import MAX_BODY

GZIP = b"\x1f\x8b"
KEPT_HEADERS = ("content-type", "date", "etag", "last-modified")
_MEMBER = b"\x1f\x8b\x08\x00"  # how our members begin: deflate, no file name
# Of what is played; the ends of the calendar, years 1 and 9999, cannot be added to.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_CHUNK = 1 << 16  # compressed bytes
_LONGEST_LINE = 2 * MAX_BODY  # base64 takes 4 bytes for 3
_HELD = 4 * _LONGEST_LINE  # bytes of a member that is not ours held back at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One body as it came; `page` > 0 is an older page, read just before the first.

    `url` has no query; `is_market` and `zone` are the source's of sources.toml.
    """

    source: str
    kind: SourceKind
    is_market: bool
    zone: ZoneInfo
    url: str
    page: int
    received_at: datetime
    headers: tuple[tuple[str, str], ...]  # names in lower case, KEPT_HEADERS only
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A line that cannot be read; `is_ours`: it looks as if it once was one of ours."""

    line: int  # 1 is the first
    reason: str
    is_ours: bool


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, strict=False)

    received_at: Annotated[AwareDatetime, Field(ge=_EARLIEST, lt=_LATEST)]
    source: Annotated[str, Field(min_length=1, max_length=64)]
    kind: SourceKind
    market: bool = False
    timezone: str = "UTC"
    url: str
    page: Annotated[int, Field(ge=0, le=100)] = 0
    status: Literal[200]
    headers: dict[str, str]
    sha256: str
    body_base64: str


def encode(recorded: Recorded) -> bytes:
    """Return the bytes to append to a recording."""
    line = _Line(
        received_at=recorded.received_at,
        source=recorded.source,
        kind=recorded.kind,
        market=recorded.is_market,
        timezone=recorded.zone.key,
        url=recorded.url,
        page=recorded.page,
        status=200,
        headers=dict(recorded.headers),
        sha256=sha256(recorded.body).hexdigest(),
        body_base64=base64.b64encode(recorded.body).decode("ascii"),
    )
    text = line.model_dump_json() + "\n"
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def read_recording(path: Path) -> Iterator[tuple[int, Recorded] | Damage]:
    """Yield each line with its number, or what is wrong with it; skip empty ones.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        if not path.stat().st_size:
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for number, line in enumerate(_lines(data), start=1):
                if line is None:
                    is_ours = data[:2] == GZIP
                    reason = "its bytes are damaged or cut off"
                    yield Damage(line=number, reason=reason, is_ours=is_ours)
                elif line.strip():
                    yield _decode(number, line)


def _decode(number: int, text: bytes) -> tuple[int, Recorded] | Damage:
    is_ours = b"body_base64" in text
    try:
        line = _Line.model_validate_json(text)
        body = base64.b64decode(line.body_base64, validate=True)
        zone = ZoneInfo(line.timezone)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        reason = f"{where}: {fault['msg']}" if where else "not a line of a recording"
        return Damage(line=number, reason=reason, is_ours=is_ours)
    except (binascii.Error, ZoneInfoNotFoundError, ValueError, OSError):
        reason = "its body or time zone is damaged"
        return Damage(line=number, reason=reason, is_ours=is_ours)
    if sha256(body).hexdigest() != line.sha256:
        reason = "its body is not the one that was recorded (sha256)"
        return Damage(line=number, reason=reason, is_ours=is_ours)
    recorded = Recorded(
        source=line.source,
        kind=line.kind,
        is_market=line.market,
        zone=zone,
        url=line.url,
        page=line.page,
        received_at=line.received_at,
        headers=tuple(line.headers.items()),
        body=body,
    )
    return number, recorded


def _lines(data: mmap.mmap) -> Iterator[bytes | None]:
    """Yield lines; None stands for one that is broken below the level of text."""
    rest = b""
    for piece in _pieces(data):
        if piece is None:
            rest = b""
            yield None
            continue
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        if len(rest) > _LONGEST_LINE:
            rest = b""
            yield None
    if rest:
        yield rest


def _pieces(data: mmap.mmap) -> Iterator[bytes | None]:
    """Yield the text of each gzip member, None where one breaks off."""
    position = 0
    while position < len(data):
        start, held = position, bytearray()
        press = zlib.decompressobj(zlib.MAX_WBITS | 16)  # 16: with gzip's header
        try:
            while not press.eof and position < len(data):
                chunk = data[position : position + _CHUNK]
                held += press.decompress(chunk)
                position += len(chunk) - len(press.unused_data)
                if len(held) > _HELD:
                    yield bytes(held)
                    held.clear()
        except zlib.error:  # the checksum too: then the last line is the suspect
            pass
        if press.eof:
            yield bytes(held)
            continue
        kept, newline, _ = held.rstrip(b"\n").rpartition(b"\n")
        if newline:  # another tool packed many lines into one member
            yield bytes(kept + newline)
        yield None
        following = data.find(_MEMBER, start + 1)
        position = following if following > 0 else len(data)
