"""What the simulated clouds share: a key, and bodies read as strictly as theirs."""

import json
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from catalyst_bot.simulation.llm_records import Asked, Mode
from catalyst_bot.simulation.llm_server import ModelServer

KEY = "fictitious-key-of-a-simulated-cloud"
TOKENS = 4  # characters of a text that count as one token


class CloudServer(ModelServer):
    """A cloud that takes one key, in the dialect of a subclass; knobs as of its base.

    `looks` counts the requests for a model's description, which cost nothing.
    """

    def __init__(self, *models: str) -> None:
        super().__init__(*models)
        self.looks = 0

    def _key_in(self, request: web.Request) -> str:
        """Return the key that a request shows."""
        raise NotImplementedError

    def _prompt_in(self, body: Mapping[str, Any]) -> str:
        """Return what is asked, the system text first."""
        raise NotImplementedError

    def _body_fault(self, body: Mapping[str, Any]) -> str:
        """Return what is wrong with a body, "" when all is well."""
        raise NotImplementedError

    def _fault(self, mode: Mode) -> web.Response:
        """Return the refusal of a mode that is one."""
        raise NotImplementedError

    def _knows(self, key: str) -> bool:
        return key == KEY

    def _streams(
        self,
        request: web.Request,  # noqa: ARG002 - a subclass looks at it
        body: Mapping[str, Any],
    ) -> bool:
        return bool(body.get("stream"))

    def _model_in(self, request: web.Request, body: Mapping[str, Any]) -> str:
        return str(request.match_info.get("model") or body.get("model"))

    def _understand(self, request: web.Request, raw: bytes) -> tuple[Asked, str]:
        body = _object_of(raw)
        asked = Asked(
            path=request.path,
            key=self._key_in(request),
            body={**body, "model": self._model_in(request, body)},
            prompt=self._prompt_in(body),
            streams=self._streams(request, body),
            arrived=time.monotonic(),
        )
        return asked, self._body_fault(body) if body else "the body is no JSON object"

    def _refuse(self, asked: Asked, mode: Mode) -> web.Response | None:
        if mode is Mode.BAD_KEY or not self._knows(asked.key):
            return self._fault(Mode.BAD_KEY)
        if asked.body["model"] not in self.models or mode is Mode.MODEL_MISSING:
            return self._fault(Mode.MODEL_MISSING)
        is_refusal = mode.name.startswith("HTTP_")
        if is_refusal or mode in (Mode.SPEND_LIMIT, Mode.TOO_LONG):
            return self._fault(mode)
        return None

    async def _look(self, request: web.Request) -> web.Response:
        """Answer a look at one model, or at the list of all."""
        self.looks += 1
        if self.mode is Mode.BAD_KEY or not self._knows(self._key_in(request)):
            return self._fault(Mode.BAD_KEY)
        model = request.match_info.get("model")
        if model is not None and model not in self.models:
            return self._fault(Mode.MODEL_MISSING)
        return web.json_response({"data": [{"id": name} for name in self.models]})


def event(payload: Mapping[str, Any], *, name: str = "") -> bytes:
    """Return a server-sent event."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(payload)}\n\n".encode()


def unknown_in(body: Mapping[str, Any], known: set[str]) -> str:
    """Return the fault of a body with a key that nobody knows, "" without one."""
    unknown = sorted(set(body) - known)
    return f"unknown key {unknown[0]!r}" if unknown else ""


def limits_in(schema: object) -> bool:
    """Tell whether a schema has limits of the kind that clouds refuse."""
    if isinstance(schema, dict):
        refused = {"minimum", "maximum", "minLength", "maxLength"}
        return bool(refused & set(schema)) or any(map(limits_in, schema.values()))
    return False


def _object_of(raw: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
