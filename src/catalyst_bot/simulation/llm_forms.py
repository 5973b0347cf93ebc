"""What Ollama takes as a request, and how it words its answers.

Source: Ollama's published API description; `template`, `context`, `shift` and
`truncate` from its server's types, which the description leaves out.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from catalyst_bot.simulation.llm_reading import Reading
from catalyst_bot.simulation.llm_records import Asked, Took

_COMMON = {"model", "format", "stream", "think", "keep_alive", "options", "shift"}
_COMMON |= {"logprobs", "top_logprobs", "truncate"}
_GENERATE = {"prompt", "suffix", "images", "system", "raw", "template", "context"}
_CHAT = {"messages", "tools"}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "model": (str,),
    "prompt": (str,),
    "system": (str,),
    "format": (str, dict),
    "stream": (bool,),
    "keep_alive": (str, int, float),
    "options": (dict,),
    "messages": (list,),
}
_PROMPT_SHARE = 0.1  # of the service time; the rest is generation


def body_fault(raw: bytes, path: str) -> tuple[Mapping[str, Any], str]:
    """Return the body of a request and what is wrong with it, "" when all is well."""
    try:
        body = json.loads(raw)
    except ValueError:
        return {}, "invalid character in request body"
    if not isinstance(body, dict):
        return {}, "json: cannot unmarshal into Go value of type api.GenerateRequest"
    known = _COMMON | (_CHAT if path.endswith("chat") else _GENERATE)
    unknown = sorted(set(body) - known)
    if unknown:  # Ollama passes over them; here they are typing errors
        return body, f"unknown key {unknown[0]!r}"
    for key, types in _TYPES.items():
        if key in body and not isinstance(body[key], types):
            return body, f"json: cannot unmarshal into Go struct field .{key}"
    if not body.get("model"):
        return body, "model is required"
    if body.get("think") not in (None, False):
        return body, f'"{body["model"]}" does not support thinking'
    return body, ""


def prompt_in(body: Mapping[str, Any]) -> str:
    """Return what is asked, the system text first; "" when a body only loads."""
    messages = body.get("messages")
    if isinstance(messages, list):
        return "\n".join(str(message.get("content", "")) for message in messages)
    prompt = str(body.get("prompt") or "")
    return f"{body.get('system') or ''}\n{prompt}".lstrip() if prompt else ""


def full_name(model: str) -> str:
    """Return a model's name with its tag: "mistral" is "mistral:latest"."""
    return model if ":" in model else f"{model}:latest"


def unfinished(asked: Asked, text: str) -> dict[str, Any]:
    """Return one line of a streamed answer."""
    line: dict[str, Any] = {
        "model": asked.body["model"],
        "created_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    if asked.path.endswith("chat"):
        line["message"] = {"role": "assistant", "content": text}
    else:
        line["response"] = text
    return {**line, "done": False}


def finished(asked: Asked, reading: Reading, took: Took) -> dict[str, Any]:
    """Return the last, or only, object of an answer; a stream has sent its text."""
    return {
        **unfinished(asked, "" if asked.streams else reading.text),
        "done": True,
        "done_reason": reading.finish,
        "total_duration": _nanoseconds(took.total),
        "load_duration": _nanoseconds(took.load),
        "prompt_eval_count": len(asked.prompt) // 4,
        "prompt_eval_duration": _nanoseconds(took.service * _PROMPT_SHARE),
        "eval_count": len(reading.text) // 4,
        "eval_duration": _nanoseconds(took.service * (1 - _PROMPT_SHARE)),
    }


def model_entry(name: str, *, weights: str) -> dict[str, Any]:
    """Return what /api/tags and /api/ps both say of a model."""
    details = {"format": "gguf", "family": "llama", "quantization_level": "Q4_K_M"}
    return {
        "name": name,
        "model": name,
        "size": 4_372_824_384,
        "digest": hashlib.sha256(f"{name}{weights}".encode()).hexdigest(),
        "details": {**details, "parameter_size": "7.2B", "families": ["llama"]},
    }


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
