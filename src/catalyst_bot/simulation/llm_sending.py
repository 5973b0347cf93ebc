"""The ways in which a simulated LLM server sends, or fails to send, an answer."""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from catalyst_bot.simulation.llm_records import Mode, Shape
from catalyst_bot.simulation.loopback import hang

BROKEN = "an error was encountered while running the model: unexpected EOF"
_GARBAGE = b"\x00\xff{]\x1b garbage \xfe" * 20
_BLANK = b" " * (1 << 14)


async def send(
    request: web.Request, shape: Shape, mode: Mode, *, pause: float, drip_pause: float
) -> web.StreamResponse:
    """Send an answer; seconds between its pieces, and between the bytes of a drip."""
    pieces = _spoilt(shape, mode)
    response = web.StreamResponse()
    response.content_type = shape.content_type
    if len(shape.pieces) == 1 and mode is not Mode.ENDLESS:
        response.content_length = sum(map(len, pieces))
    await response.prepare(request)
    match mode:
        case Mode.ENDLESS:
            await _send_blanks(response)
        case Mode.DRIP:
            await _send_pieces(response, _bytes_of(pieces), drip_pause)
        case Mode.STALL:
            await _send_pieces(response, pieces[:-2], pause)
            await hang()
        case Mode.CUT_BODY:
            body = b"".join(pieces)
            await response.write(body[: len(body) // 2])
            if request.transport is not None:
                request.transport.close()
            return response
        case _:
            await _send_pieces(response, pieces, pause)
    await response.write_eof()
    return response


def _spoilt(shape: Shape, mode: Mode) -> Sequence[bytes]:
    if mode is Mode.GARBAGE:
        return (_GARBAGE,)
    if mode is Mode.ERROR_LINE:
        return (*shape.pieces[:-1], shape.fault)
    return shape.pieces


def _bytes_of(pieces: Sequence[bytes]) -> Sequence[bytes]:
    return [bytes([byte]) for byte in b"".join(pieces)]


async def _send_blanks(response: web.StreamResponse) -> None:
    while True:
        await response.write(_BLANK)
        await asyncio.sleep(0.001)


async def _send_pieces(
    response: web.StreamResponse, pieces: Sequence[bytes], pause: float
) -> None:
    if not pause:
        await response.write(b"".join(pieces))
        return
    for piece in pieces:
        await response.write(piece)
        await asyncio.sleep(pause)
