"""What the fuzzers begin with: one good example of each kind, in fictitious words."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_FEEDS = Path(__file__).parents[1] / "data" / "feeds"
_RSS = (
    b"<rss><channel><item><title>A &amp; B</title><link>https://a.example/</link>"
    b"<pubDate>Fri, 20 Nov 2026 15:00:00 GMT</pubDate></item>"
)
_ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">&lt;b&gt;x'
    b'</title><link href="/x"/><id>urn:1</id></entry></feed>'
)
_PAGE = (
    b"<html><body><p>Acme. Revenue was $5 million.</p><ul><li>A</ul><table>"
    b"<tr><td>Revenue<td>$<td>5<tr><td>Cost<td>(<td>3<td>)</table></body>"
)
_VERDICT = {
    "direction": "bullish",
    "confidence": 0.9,
    "catalyst": "earnings",
    "evidence": "reports record profit",
    "reason": "Record profit of $50M beats the plan.",
    "risk": "Currency.",
}
_NOTE = {
    "T": "n",
    "id": 1,
    "headline": "Acme Corp reports record profit",
    "summary": "Good.",
    "created_at": "2026-11-20T15:00:00Z",
    "updated_at": "2026-11-20T15:00:00Z",
    "url": "https://news.example.com/1",
    "symbols": ["ACME"],
    "source": "wire",
}


def _page(name: str) -> bytes:
    return b"\x01" + (_FEEDS / f"{name}.xml").read_bytes()  # \x01: told to be UTF-8


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


SEEDS: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        "feed": (
            _page("wire"),
            b"\x01" + _RSS,
            b"\x01" + _ATOM,
        ),
        "edgar": (_page("edgar"),),
        "halts": (_page("halts"),),
        "alpaca": (b"\x01" + _json([_NOTE]), b"\x01" + _json({"news": [_NOTE]})),
        "verdict": (
            _json(_VERDICT),
            b"<think>so</think>\n```json\n" + _json(_VERDICT) + b"\n```",
            b"Here it is: " + _json(_VERDICT)[:-20],
        ),
        "document": (
            b"\x01" + _PAGE,
            b"\x01Acme.\n\n- Revenue of $5\n\nRevenue   5   6\nCost   3   2\n",
        ),
        "answer": (
            _json({"model": "m", "response": "{}", "done": True, "eval_count": 2}),
            _json({"message": {"content": "{}"}, "done": True, "done_reason": "stop"}),
            _json(
                {
                    "choices": [
                        {"message": {"content": "{}"}, "finish_reason": "stop"}
                    ],
                    "usage": {"prompt_tokens": 1, "completion_tokens": 2},
                }
            ),
            _json(
                {
                    "candidates": [
                        {"content": {"parts": [{"text": "{}"}]}, "finishReason": "STOP"}
                    ],
                    "usageMetadata": {"promptTokenCount": 1},
                }
            ),
            _json(
                {
                    "type": "message",
                    "content": [{"type": "text", "text": "{}"}],
                    "stop_reason": "end_turn",
                    "usage": {"input_tokens": 1, "output_tokens": 2},
                }
            ),
        ),
    }
)
