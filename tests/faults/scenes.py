"""What may befall a dependency, as scenes of some seconds; tests and a benchmark play.

A scene begins when all is well and quiet, and ends so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from catalyst_bot.simulation.chaos import Chaos
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from catalyst_bot.simulation.llm_records import Mode
from tests.faults.ground import Ground, Outcome
from tests.waiting import until

WAVE = 3  # headlines at a time
Turn = Callable[[Ground], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One trouble: how it begins and ends, and the metric that tells it was met.

    `says`: what a card says that is read meanwhile, "" where the model is well.
    `lasts`: seconds that it goes on once it was met.
    """

    begin: Turn
    end: Turn
    sign: str
    says: str | tuple[str, ...] = ""
    lasts: float = 0.7


async def play(scene: Scene, ground: Ground, *, wave: int = WAVE) -> Outcome:
    """Play one scene until all is over: news while it lasts, and afterwards."""
    ground.open_books()
    with ground.troubled():
        await scene.begin(ground)
        met = ground.total(scene.sign)
        ground.publish(wave)
        await until(lambda: ground.total(scene.sign) > met)
        await asyncio.sleep(scene.lasts)  # the trouble itself
        await scene.end(ground)
    ground.publish(wave)
    await ground.settled()
    return await ground.outcome()


async def _nothing(_: Ground) -> None:
    """Stand for a trouble that there is not."""


QUIET = Scene(begin=_nothing, end=_nothing, sign="discord_requests_total", lasts=0.0)


def on_the_wire(where: str, fault: Chaos, *, sign: str, says: str = "") -> Scene:
    """Spoil what passes between the daemon and one of its servers."""

    async def begin(ground: Ground) -> None:
        await ground.proxies[where].turn(fault)

    async def end(ground: Ground) -> None:
        await ground.proxies[where].turn(Chaos.NONE)

    return Scene(begin=begin, end=end, sign=sign, says=says)


def answered(fault: Fault) -> Scene:
    """Let Discord answer every request wrong."""

    async def begin(ground: Ground) -> None:
        ground.stage.world.discord.outage = fault

    async def end(ground: Ground) -> None:
        ground.stage.world.discord.outage = None

    return Scene(begin=begin, end=end, sign="discord_requests_total")


def limited(scope: str) -> Scene:
    fault = Fault(kind=FaultKind.RATE_LIMITED, retry_after=1.0, scope=scope)
    return answered(fault)


def limited_unseen() -> Scene:
    """Limit the posts of the channel, which no header announces."""

    async def begin(ground: Ground) -> None:
        ground.stage.world.discord.channel_limit = (1, 1.0)

    async def end(ground: Ground) -> None:
        ground.stage.world.discord.channel_limit = None

    return Scene(begin=begin, end=end, sign="discord_requests_total")


def model(mode: Mode, says: str | tuple[str, ...]) -> Scene:
    """Let the model answer all of it in a wrong way."""

    async def begin(ground: Ground) -> None:
        ground.stage.world.llm.mode = mode

    async def end(ground: Ground) -> None:
        ground.stage.world.llm.mode = Mode.OK

    return Scene(begin=begin, end=end, sign="enrich_total", says=says)


DISCORD: Mapping[str, Scene] = {
    **{
        f"Discord: {fault.replace('_', ' ')}": on_the_wire(
            "discord", fault, sign="discord_requests_total"
        )
        for fault in Chaos
        if fault is not Chaos.NONE
    },
    "Discord: 429 of the user": limited("user"),
    "Discord: 429 for all": limited("global"),
    "Discord: 429 of a shared resource": limited("shared"),
    "Discord: 429 of the channel": limited_unseen(),
    "Discord: 429 of Cloudflare": answered(
        Fault(kind=FaultKind.HTML_429, retry_after=1.0)
    ),
    "Discord: 500": answered(Fault(kind=FaultKind.STATUS, status=500)),
    "Discord: 502, but carried out": answered(
        Fault(kind=FaultKind.STATUS, status=502, is_processed=True)
    ),
    "Discord: a page instead of an answer": answered(Fault(kind=FaultKind.NOT_JSON)),
}

# How long a model may be sick, in some seconds instead of minutes.
MODEL_SETTINGS: Mapping[str, str] = {
    "LLM_ENRICH_DEADLINE_SECS": "3",
    "LLM_TIMEOUT_SECS": "1.5",
    "LLM_MAX_RETRIES": "2",
    "LLM_BREAKER_RESET_SECS": "1",
    "LLM_LATE_SECS": "60",
}
_OFFLINE, _TIMED_OUT, _UNUSABLE = "⚠ AI offline (", "⏱ Timed out", "⚠ No analysis — "
_ON_THE_WIRE: Mapping[Chaos, str] = {
    Chaos.REFUSE: f"{_OFFLINE}connection refused",
    Chaos.BLACK_HOLE: _TIMED_OUT,
    Chaos.GARBAGE: f"{_OFFLINE}no HTTP answer",
    Chaos.RESET_REQUEST: f"{_OFFLINE}connection closed by the server",
    Chaos.LOST_REPLY: f"{_OFFLINE}connection closed by the server",
    Chaos.HALF_OPEN: _TIMED_OUT,
    Chaos.RESET_ANSWER: f"{_OFFLINE}answer cut off on the way",
    Chaos.TRUNCATE: f"{_OFFLINE}answer cut off on the way",
    Chaos.DRIP: _TIMED_OUT,
}
_BY_THE_SERVER: Mapping[Mode, str | tuple[str, ...]] = {
    Mode.HTTP_500: f"{_OFFLINE}HTTP 500",
    Mode.HTTP_503: f"{_OFFLINE}HTTP 503",
    Mode.HTTP_429: f"{_OFFLINE}HTTP 429",  # also where waiting eats the deadline
    Mode.ERROR_LINE: f"{_OFFLINE}the server reported an error",
    Mode.CUT: f"{_UNUSABLE}unusable answer",  # half of the JSON
    Mode.GARBAGE: f"{_UNUSABLE}unusable answer",
    Mode.ENDLESS: (_TIMED_OUT, f"{_OFFLINE}answer above 1 MiB"),  # what is met first
    Mode.DRIP: _TIMED_OUT,
    Mode.HANG: _TIMED_OUT,
}
MODEL: Mapping[str, Scene] = {
    **{
        f"model's wire: {fault.replace('_', ' ')}": on_the_wire(
            "llm", fault, sign="enrich_total", says=says
        )
        for fault, says in _ON_THE_WIRE.items()
    },
    **{
        f"model: {mode.replace('_', ' ')}": model(mode, says)
        for mode, says in _BY_THE_SERVER.items()
    },
}
FEED: Mapping[str, Scene] = {
    f"feed's wire: {fault.replace('_', ' ')}": replace(
        on_the_wire("feeds", fault, sign="feed_polls_total"), lasts=0.0
    )
    for fault in Chaos
    if fault is not Chaos.NONE
}
