"""A server that repeats what it was sent, headers too, in each of its refusals.

Real ones do it: "Incorrect API key provided: sk-…". Whoever shows a server's words
shows the keys among them.
"""

from itertools import cycle

from aiohttp import web

from catalyst_bot.simulation.loopback import LoopbackServer

STATUSES = (401, 500, 403, 429, 0, 200, 302, 503)  # 0: the connection is reset


class Echo(LoopbackServer):
    """Answers any request; `heard` is all that it was sent, as text."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self._statuses = cycle(STATUSES)

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/{path:.*}", self._repeat)

    async def _repeat(self, request: web.Request) -> web.Response:
        headers = " ".join(f"{key}: {value}" for key, value in request.headers.items())
        said = f"{request.method} {request.path_qs} {headers}"
        self.heard.append(said)
        status = next(self._statuses)
        if not status:
            raise ConnectionResetError
        error = {"message": said, "type": said, "code": said, "status": said}
        location = {"Location": f"http://127.0.0.1:1/{request.path_qs}"}
        return web.json_response(
            {"error": error, "detail": said, "message": said},
            status=status,
            reason="Refused",
            headers=location if status == 302 else {"X-Echo": said[:500]},
        )
