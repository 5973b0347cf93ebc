"""The ways in which the simulated LLM server sends, or fails to send, an answer."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from catalyst_bot.simulation.llm_records import Mode

_BROKEN = "an error was encountered while running the model: unexpected EOF"
_BLANK = b" " * (1 << 14)


def error(status: int, text: str, *, retry_after: float | None = None) -> web.Response:
    """Return an error as Ollama words it."""
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return web.json_response({"error": text}, status=status, headers=headers)


async def send(
    request: web.Request,
    lines: Sequence[Mapping[str, Any]],
    mode: Mode,
    *,
    pause: float,
) -> web.StreamResponse:
    """Send the objects of an answer; `pause` is in seconds, between bytes."""
    if mode is Mode.ERROR_LINE:
        lines = [*lines[:-1], {"error": _BROKEN}]
    body = b"\n".join(json.dumps(line).encode() for line in lines) + b"\n"
    if mode is Mode.GARBAGE:
        body = b"\x00\xff{]\x1b garbage \xfe" * 20
    is_streamed = len(lines) > 1
    response = web.StreamResponse()
    response.content_type = (
        "application/x-ndjson" if is_streamed else "application/json"
    )
    if not is_streamed and mode is not Mode.ENDLESS:
        response.content_length = len(body)
    await response.prepare(request)
    match mode:
        case Mode.ENDLESS:
            await _send_blanks(response)
        case Mode.DRIP:
            await _drip(response, body, pause)
        case Mode.CUT_BODY:
            await response.write(body[: len(body) // 2])
            if request.transport is not None:
                request.transport.close()
            return response
        case _:
            await response.write(body)
    await response.write_eof()
    return response


async def _send_blanks(response: web.StreamResponse) -> None:
    while True:
        await response.write(_BLANK)
        await asyncio.sleep(0.001)


async def _drip(response: web.StreamResponse, body: bytes, pause: float) -> None:
    for byte in body:
        await response.write(bytes([byte]))
        await asyncio.sleep(pause)
