"""A loopback Discord, for webhooks and a bot: it refuses, limits and fails as it does.

Sources: Discord's documentation (Resources/Webhook, Resources/Message, Topics/Rate
Limits). What becomes of a message stands in `discord_board`, what a payload may hold
in `discord_rules`.
"""

import asyncio
import json
import random
import re
import time

from aiohttp import web

from catalyst_bot.simulation.discord_answers import (
    as_json,
    fail,
    limited,
    refuse,
)
from catalyst_bot.simulation.discord_board import MessageBoard
from catalyst_bot.simulation.discord_guild import BOT_ROUTES, Guild
from catalyst_bot.simulation.discord_limits import Window, Windows
from catalyst_bot.simulation.discord_records import (
    Answer,
    Fault,
    FaultKind,
    Message,
    Payload,
    Recorded,
    Write,
)
from catalyst_bot.simulation.discord_webhooks import Webhooks
from catalyst_bot.simulation.loopback import Hook, LoopbackServer, call

_AGENT = re.compile(r"DiscordBot \(\S+, \S+\)")
_API = r"/api{version:(?:/v\d+)?}"
_ROUTE = _API + r"/webhooks/{webhook:\d+}/{token}"
_CHANNEL_WRITES = 20028  # the code of the limit that no header announces


class FakeDiscord(LoopbackServer):
    """One channel, with a webhook and a bot that may write there.

    Knobs, all may change while it runs:
        latency, jitter: seconds; half passes before the work and half after it.
        limits: {"execute": (5, 2.0), "edit": (5, 2.0)}, requests per seconds.
        shared_bucket: both routes count into the bucket of "execute".
        channel_limit: (30, 60.0), posts of the channel; no header announces it.
        faults: taken one per request, each by the first request of its method.
        outage: a fault for every request while it is set.
        webhook_gone: 404 for every request to the first webhook; `webhooks` are all
        of them, each with that knob of its own. age: seconds that messages are older.
        token_revoked: 401 for every request of the bot. guild: what else it may do.
        nonce_window: seconds for which a nonce is known.
        demands_agent: without the agent "DiscordBot (url, version)" 403, code 40333.
        on_request: a hook (method, "received" | "processed"); it sees POST and PATCH.
    Records, oldest first: requests, writes (posts, edits), refusals, lax_mentions
    (requests without `allowed_mentions`), pings (mentions that rang somebody's phone);
    repeats (ids of messages whose nonce came again); and messages by id.
    """

    def __init__(self, *, seed: int = 1) -> None:
        super().__init__()
        self.webhooks = Webhooks()
        first = self.webhooks.first
        self.webhook_id, self.channel_id = first.id, first.channel_id
        self.latency = self.jitter = self.age = 0.0
        self.limits: dict[str, tuple[int, float]] = {}
        self.channel_limit: tuple[int, float] | None = None
        self.shared_bucket = self.token_revoked = False
        self.bot_token = "simulated-bot.token." + "x" * 38
        self.guild = Guild(channel_id=self.channel_id)
        self.demands_agent = True
        self.faults: list[Fault] = []
        self.outage: Fault | None = None
        self.on_request: Hook | None = None
        self.requests: list[Recorded] = []
        board = self._board = MessageBoard()
        self.messages, self.writes = board.messages, board.writes
        self.refusals, self.pings = board.refusals, board.pings
        self.lax_mentions, self.repeats = board.lax_mentions, board.repeats
        self._windows = Windows()
        self._random = random.Random(seed)

    @property
    def base(self) -> str:
        """Return what DISCORD_API_BASE is set to."""
        return f"{self.origin}/api/v10"

    @property
    def webhook_url(self) -> str:
        return f"{self.origin}{self.webhooks.first.path}"

    @property
    def webhook_token(self) -> str:
        return self.webhooks.first.token

    @webhook_token.setter
    def webhook_token(self, token: str) -> None:
        self.webhooks.first.token = token

    @property
    def webhook_gone(self) -> bool:
        return self.webhooks.first.gone

    @webhook_gone.setter
    def webhook_gone(self, gone: bool) -> None:
        self.webhooks.first.gone = gone

    @property
    def nonce_window(self) -> float:
        return self._board.nonce_window

    @nonce_window.setter
    def nonce_window(self, seconds: float) -> None:
        self._board.nonce_window = seconds

    @property
    def posts(self) -> list[Write]:
        return [write for write in self.writes if write.version.method == "POST"]

    @property
    def edits(self) -> list[Write]:
        return [write for write in self.writes if write.version.method == "PATCH"]

    @property
    def tries(self) -> list[Recorded]:
        """Return the requests to post or to edit, whatever became of them."""
        return [one for one in self.requests if one.method in ("POST", "PATCH")]

    def answered(self, status: int) -> list[Recorded]:
        """Return the requests that were answered with `status`."""
        return [request for request in self.requests if request.status == status]

    @property
    def cards(self) -> list[Message]:
        """Return every card there is; those of a batch each as a message of its own."""
        return [card for message in self.messages.values() for card in message.cards()]

    def find(self, text: str) -> Message:
        """Return the one card with `text` in its content or an embed's title.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = [card for card in self.cards if card.mentions(text)]
        if len(found) != 1:
            titles = [card.title for card in self.cards]
            raise LookupError(f"{len(found)} cards with {text!r} among {titles}")
        return found[0]

    def delete(self, message_id: str) -> None:
        """Delete a message, as a moderator would."""
        del self.messages[message_id]
        self.changed()

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(_ROUTE, self._serve, name="webhook")
        router.add_post(_ROUTE, self._serve, name="execute")
        router.add_get(_ROUTE + r"/messages/{message:\d+}", self._serve, name="message")
        router.add_patch(_ROUTE + r"/messages/{message:\d+}", self._serve, name="edit")
        router.add_delete(
            _ROUTE + r"/messages/{message:\d+}", self._serve, name="delete"
        )
        for name, method, path in BOT_ROUTES:
            router.add_route(method, _API + path, self._serve, name=f"bot_{name}")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        recorded, is_json = await self._record(request)
        fault = self._next_fault(request.method)
        await self._call_hook(recorded, "received")
        delay = (self.latency + self.jitter * self._random.random()) / 2
        await asyncio.sleep(delay)
        if fault is not None and not fault.is_late:
            response = await fail(request, fault, self._headers(_kind(request)))
        else:
            response = self._answer(request, recorded, is_json=is_json)
            self.changed()
            if response.status < 300:
                await self._call_hook(recorded, "processed")
            if fault is not None:
                response = await fail(request, fault, self._headers(_kind(request)))
        await asyncio.sleep(delay)
        recorded.status, recorded.answered = response.status, time.monotonic()
        return response

    async def _call_hook(self, recorded: Recorded, stage: str) -> None:
        if recorded.method != "GET":
            await call(self.on_request, recorded.method, stage)

    async def _record(self, request: web.Request) -> tuple[Recorded, bool]:
        payload, is_json = _parse(await request.read())
        recorded = Recorded(
            method=request.method,
            path=request.path,
            query=dict(request.query),
            agent=request.headers.get("User-Agent", ""),
            payload=payload,
            arrived=time.monotonic(),
        )
        self.requests.append(recorded)
        self.changed()
        return recorded, is_json

    def _next_fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method in ("", method):
                self.faults.remove(fault)
                return fault
        outage = self.outage
        return outage if outage and outage.method in ("", method) else None

    def _answer(
        self, request: web.Request, recorded: Recorded, *, is_json: bool
    ) -> web.Response:
        kind = _kind(request)
        refusal = self._deny(request, recorded) or self._limit(kind)
        if refusal is not None:
            return refusal
        if not is_json:
            text = "The request body contains invalid JSON."
            return refuse(400, text, 50109, self._headers(kind))
        answer = self._carry_out(kind, request, recorded)
        is_silent = not (_is_bots(request) or recorded.waits)
        if kind == "execute" and answer.status == 200 and is_silent:
            return web.Response(status=204, headers=self._headers(kind))
        if answer.status == 204:
            return web.Response(status=204, headers=self._headers(kind))
        return as_json(answer.body, answer.status, self._headers(kind))

    def _deny(self, request: web.Request, recorded: Recorded) -> web.Response | None:
        if self.demands_agent and not _AGENT.match(recorded.agent):
            return refuse(403, "internal network error", 40333)
        if _is_bots(request):
            return self._deny_bot(request)
        hook = self.webhooks.by_id.get(request.match_info["webhook"])
        if hook is None or hook.gone:
            return refuse(404, "Unknown Webhook", 10015)
        if request.match_info["token"] != hook.token:
            return refuse(401, "Invalid Webhook Token", 50027)
        return None

    def _deny_bot(self, request: web.Request) -> web.Response | None:
        is_known = request.headers.get("Authorization") == f"Bot {self.bot_token}"
        if self.token_revoked or not is_known:
            return refuse(401, "401: Unauthorized", 0)
        channel = request.match_info.get("channel")
        answer = self.guild.deny(_kind(request), channel) if channel else None
        return None if answer is None else as_json(answer.body, answer.status, {})

    def _limit(self, kind: str) -> web.Response | None:
        window = self._window(kind)
        if window is not None and not window.take():
            return limited(_waiting(window), self._headers(kind))
        if kind == "execute" and self.channel_limit is not None:
            hidden = self._windows.get("channel", self.channel_limit)
            if not hidden.take():
                return limited(_waiting(hidden, _CHANNEL_WRITES), self._headers(kind))
        return None

    def _carry_out(self, kind: str, request: web.Request, recorded: Recorded) -> Answer:
        message_id = request.match_info.get("message", "")
        if _is_bots(request):
            return self.guild.carry_out(
                kind, recorded, self._board, message_id=message_id, aged=self.age
            )
        return self.webhooks.by_id[request.match_info["webhook"]].carry_out(
            kind, recorded, self._board, message_id=message_id, aged=self.age
        )

    def _window(self, kind: str) -> Window | None:
        name = "execute" if self.shared_bucket and kind == "edit" else kind
        limit = self.limits.get(name)
        return None if limit is None else self._windows.get(name, limit)

    def _headers(self, kind: str) -> dict[str, str]:
        window = self._window(kind)
        name = "execute" if self.shared_bucket else kind
        return {} if window is None else window.headers(name)


def _kind(request: web.Request) -> str:
    """Return what is asked for, by the same name of a webhook and of a bot."""
    return str(request.match_info.route.name).removeprefix("bot_")


def _is_bots(request: web.Request) -> bool:
    return str(request.match_info.route.name).startswith("bot_")


def _parse(body: bytes) -> tuple[Payload, bool]:
    """Return the JSON object of a body, {} with False when it is none."""
    try:
        payload = json.loads(body or b"{}")
    except ValueError:
        return {}, False
    return (payload, True) if isinstance(payload, dict) else ({}, False)


def _waiting(window: Window, code: int = 0) -> Fault:
    wait = window.reset_after
    return Fault(kind=FaultKind.RATE_LIMITED, retry_after=wait, code=code)
