"""Every secret is a canary, everything goes wrong, and no canary is ever heard."""

import asyncio
import base64
import io
import json
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import aiohttp
import pytest

from catalyst_bot.app import Parts
from catalyst_bot.card_state import CardState
from catalyst_bot.delivery.card import Card
from catalyst_bot.model import Alert
from catalyst_bot.ops.logs import LogFormat, configure
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.settings import load_settings
from catalyst_bot.settings_rows import setting_rows
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import approval, open_stage, release
from tests.e2e.test_commands import command
from tests.echo import Echo
from tests.waiting import until

MARK = "canary"
WEBHOOK_TOKEN = f"{MARK}-of-the-webhook-" + "w" * 60
BOT_TOKEN = f"MTA5{MARK}ofthebot0000.{MARK}." + MARK * 6
API_TOKEN = f"{MARK}-of-the-api-" + "a" * 40
KEYS = {
    "OPENAI_API_KEY": f"sk-{MARK}-of-openai-0123456789",
    "GEMINI_API_KEY": f"AIza{MARK}ofgemini0123456789abcdefgh",
    "ANTHROPIC_API_KEY": f"{MARK}+of/anthropic=0123456789",
    "LLM_CACHE_URL": f"redis://user:{MARK}-of-the-cache@127.0.0.1:1/0",
    "ALPACA_KEY_ID": f"PK{MARK.upper()}OFALPACA",
    "ALPACA_SECRET_KEY": f"{MARK}/of/alpaca+secret",
    "FINNHUB_API_KEY": f"{MARK}offinnhub0123456789",
    "HEARTBEAT_PING_URL": f"https://127.0.0.1:1/ping/{MARK}-of-the-heartbeat-0123",
    "API_TOKENS": API_TOKEN,
}
# Of a channel that channels.toml may name.
SPARE = "https://discord.com/api/webhooks/12345678901234567/" + WEBHOOK_TOKEN
OF_FEEDS = f"{MARK}-of-a-feed-0123456789"
PATHS = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/status",
    "/api/usage",
    "/api/alerts",
    "/api/rejections",
    "/api/nothing",
    "/api/alerts?limit=x",
    "/openapi.json",
)


def leaks_in(text: str) -> list[str]:
    """Return the lines that hold a canary, in whatever form it was written."""
    encoded = base64.b64encode(MARK.encode()).decode().rstrip("=")
    forms = (MARK, quote(MARK, safe=""), encoded, MARK.encode().hex())
    lines = text.lower().splitlines()
    return [line for line in lines if any(form.lower() in line for form in forms)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(echo: Echo, *, port: int, form: str) -> dict[str, str]:
    """Return settings in which each secret is a canary and goes to a hostile server."""
    bases = ("OPENAI", "GEMINI", "ANTHROPIC", "NASDAQ", "ALPACA", "FINNHUB")
    return KEYS | {
        "HEARTBEAT_PING_URL": f"{echo.origin}/ping/{MARK}-of-the-heartbeat",
        "STATUS_MESSAGE_SECS": "30",
        "DISCORD_WEBHOOK_URL_SPARE": SPARE,
        **{f"{name}_BASE_URL": echo.origin for name in bases},
        "LLM_ENDPOINT_URL": f"{echo.origin}/api/generate",
        "LLM_PROVIDERS": "openai,gemini,anthropic,ollama",
        "QUOTE_PROVIDERS": "finnhub,alpaca,nasdaq",
        "LLM_BREAKER_FAIL_MAX": "50",
        "LLM_MAX_RETRIES": "1",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": form,
        "HTTP_PORT": str(port),
    }


def sources(echo: Echo) -> str:
    """Return entries whose addresses hold a key, as a query and as a password."""
    host = echo.origin.removeprefix("http://")
    query = f"{echo.origin}/feed?apikey={OF_FEEDS}&k={OF_FEEDS}"
    rest = f"{echo.origin}/news?token={OF_FEEDS}"
    return (
        f'[[source]]\nname = "keyed"\nkind = "feed"\nurl = "{query}"\n'
        "interval_seconds = 1\nenabled = true\n"
        f'[[source]]\nname = "stream"\nkind = "alpaca"\nurl = "ws://{host}/stream"\n'
        f'rest_url = "{rest}"\ninterval_seconds = 1\nenabled = true\n'
    )


async def seen_over_http(url: str) -> str:
    """Return all that the API, the probes and the stream tell."""
    told = []
    async with aiohttp.ClientSession(url) as client:
        for path in PATHS:
            for headers in ({}, {"Authorization": f"Bearer {API_TOKEN}x"}):
                async with client.get(path, headers=headers) as answer:
                    told.append(f"{answer.headers} {await answer.text()}")
        async with client.get("/events") as answer:
            told.append((await answer.content.readany()).decode())
    return "\n".join(told)


async def break_everything(bot: Bot) -> None:
    """Let each fault of Discord follow on the other, and the last one stay."""
    discord = bot.world.discord
    discord.faults = [
        Fault(kind=FaultKind.STATUS, status=500, message=f"no {WEBHOOK_TOKEN}"),
        Fault(kind=FaultKind.DROP),
        Fault(kind=FaultKind.NOT_JSON),
        Fault(kind=FaultKind.RATE_LIMITED, retry_after=0.1),
        Fault(kind=FaultKind.STATUS, status=400, message=f"no {BOT_TOKEN}"),
    ]
    bot.publish(*(approval(number) for number in range(6)))
    await discord.wait_for(
        lambda: not discord.faults and bool(discord.messages), timeout=60
    )
    discord.outage = Fault(
        kind=FaultKind.STATUS, status=401, message=f"401 {WEBHOOK_TOKEN} {BOT_TOKEN}"
    )
    bot.publish(release())
    await discord.wait_for(lambda: bool(discord.answered(401)), timeout=60)


def heard_all(echo: Echo) -> bool:
    """Tell whether each key was sent at least once: else nothing is proven."""
    heard = " ".join(echo.heard)
    keys = [KEYS[f"{name}_API_KEY"] for name in ("OPENAI", "GEMINI", "ANTHROPIC")]
    keys += [KEYS["FINNHUB_API_KEY"], KEYS["ALPACA_SECRET_KEY"], OF_FEEDS]
    keys.append("of-the-heartbeat")
    return all(key in heard or quote(key, safe="") in heard for key in keys)


def test_every_secret_setting_there_is_has_a_canary() -> None:
    secret = {row.name for row in setting_rows() if row.is_secret}
    assert secret == {*KEYS, "DISCORD_WEBHOOK_URL", "DISCORD_BOT_TOKEN"}


@pytest.mark.parametrize(("is_bot", "form"), [(False, "logfmt"), (True, "json")])
async def test_no_fault_of_the_outside_makes_the_daemon_tell_a_secret(
    is_bot: bool, form: str
) -> None:
    async with Echo().open() as echo, open_bot(is_bot=is_bot) as bot:
        discord, port = bot.world.discord, free_port()
        discord.webhook_token, discord.bot_token = WEBHOOK_TOKEN, BOT_TOKEN
        bot.env = environment(echo, port=port, form=form)
        bot.more_sources = sources(echo)
        await bot.start()
        await bot.primed()
        await break_everything(bot)
        async with asyncio.timeout(60):
            while not heard_all(echo):  # noqa: ASYNC110 - another process's work
                await asyncio.sleep(0.1)
        told = await seen_over_http(f"http://127.0.0.1:{port}")
        contact = json.loads((bot.folder / "catalyst.control").read_text())["token"]
        code, out, err = await command(
            *("doctor", "--env-file", "bot.env", "--config-dir", "."),
            folder=bot.folder,
        )
        assert code in (0, 1)
        assert await bot.stop() == 0
        log = (bot.folder / "log-1").read_text()
        assert contact
        assert contact not in log + told
        payloads = json.dumps([dict(request.payload) for request in discord.requests])
        assert "alert accepted" in log
        for text in (log, told, payloads, out, err):
            assert leaks_in(text) == []


async def test_a_start_that_fails_tells_no_secret(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("bad")
    wrong = dict.fromkeys(KEYS, f"{MARK} with a space, wrong")
    wrong |= {"DISCORD_WEBHOOK_URL": f"https://x.example/{WEBHOOK_TOKEN}"}
    wrong |= {"DISCORD_BOT_TOKEN": f"{MARK} {BOT_TOKEN}", "HTTP_PORT": BOT_TOKEN}
    for words in (("run",), ("doctor",)):
        _, out, err = await command(*words, folder=folder, **wrong)
        assert "is not accepted" in out + err
        assert leaks_in(out + err) == []


@contextmanager
def log_of(settings: dict[str, str], form: LogFormat) -> Iterator[io.StringIO]:
    """Log as the command does, into memory."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    redact = Redactor(load_settings(settings).secrets)
    configure(level="DEBUG", form=form, redact=redact, stream=stream)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.mark.parametrize("form", [LogFormat.CONSOLE, LogFormat.LOGFMT, LogFormat.JSON])
async def test_a_traceback_with_a_secret_in_it_is_logged_without(
    form: LogFormat,
) -> None:
    secrets = {"FINNHUB_API_KEY": KEYS["FINNHUB_API_KEY"], "API_TOKENS": API_TOKEN}

    def careless(alert: Alert, state: CardState, *, disclaimer: str) -> Card:
        raise RuntimeError(f"{alert.key}: {secrets}")

    parts = Parts(renderer=careless)
    env = {**secrets, "FEATURE_LLM": "0"}
    async with open_stage(env=env, parts=parts) as stage:
        with log_of(secrets, form) as log:
            async with stage.running():
                await stage.primed()
                stage.publish(release())
                await until(lambda: "RuntimeError" in log.getvalue())
            assert "careless" in log.getvalue()
            assert leaks_in(log.getvalue()) == []
