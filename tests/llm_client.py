"""Requests to an Ollama server, with nothing of the product in them."""

from typing import Any

import aiohttp


def prompt(headline: str = "Acme Corp beats estimates by $0.45") -> str:
    news = f"Headline: {headline}\nTickers: ACME"
    return f"Judge the news.\n<<<news:a1b2>>>\n{news}\n<<<end:a1b2>>>"


def body(text: str | None = None, **more: Any) -> dict[str, Any]:
    asked = prompt() if text is None else text
    return {"model": "mistral", "prompt": asked, "stream": False, **more}


async def ask(
    session: aiohttp.ClientSession, asked: Any = None, path: str = "/api/generate"
) -> tuple[int, Any]:
    payload = body() if asked is None else asked
    async with session.post(path, json=payload) as response:
        return response.status, await response.json(content_type=None)
