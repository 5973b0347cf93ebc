"""Each scenario of the demo, as a subscriber of its simulated Discord saw it."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from typer.testing import CliRunner

from catalyst_bot.cli.main import cli
from catalyst_bot.simulation.beside import beside
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.loopback import HOST
from catalyst_bot.simulation.newsroom import WIRE_ONE
from catalyst_bot.simulation.scenarios.flood import HEADLINES
from catalyst_bot.simulation.scenarios.network_away import MEANWHILE
from catalyst_bot.simulation.show import Show
from catalyst_bot.simulation.stage import FIELD, VERDICTS
from tests.e2e.test_commands import command
from tests.forked import Command, start
from tests.shows import free_port, showing
from tests.waiting import until

TITLE = "Larkhaven Biologics wins FDA approval for heart drug"


def states(card: Message) -> list[str]:
    """Return the first word of each analysis that a card had; prices change none."""
    words = [version.field(FIELD).split(" ")[0] for version in card.history]
    return [word for word, _ in groupby(words)]


def is_late(card: Message) -> bool:
    return "(late +" in card.field(FIELD)


async def test_a_slow_model_times_out_on_the_card_and_is_heard_late() -> None:
    async with showing("slow-llm") as show:
        discord = show.stage.world.discord
        await show.scenario.play(show.stage)
        assert states(discord.find("Glasswater")) == ["⏳", "Bullish,"]
        assert states(discord.find("Dunmarrow")) == ["⏳", "⏱"]
        await discord.wait_for(lambda: is_late(discord.find("Alderbrook")), timeout=40)
        assert states(discord.find("Alderbrook")) == ["⏳", "⏱", "Bullish,"]
        assert len(show.cards) == 5
        assert show.missing() == ()


async def test_alerts_go_on_without_a_model_and_get_verdicts_when_it_is_back() -> None:
    async with showing("llm-down") as show:
        await show.play()
        *early, last = show.cards
        for card in early:
            said = [version.field(FIELD) for version in card.history]
            assert any(value.startswith("⚠ AI offline") for value in said)
            assert is_late(card)
        assert any("circuit open" in card.history[0].field(FIELD) for card in early)
        assert states(last) == ["⏳", "Bullish,"]
        assert show.missing() == ()


async def test_news_of_an_outage_is_posted_once_when_the_network_is_back() -> None:
    async with showing("network-away") as show:
        await show.play()
        titles = [card.title for card in show.cards if card.title]
        assert len(titles) == len(set(titles)) == 2 + len(MEANWHILE)
        assert show.missing() == ()


async def test_two_hundred_headlines_within_a_second_are_all_posted() -> None:
    async with showing("flood") as show:
        discord = show.stage.world.discord
        async with beside(show.scenario.play(show.stage), name="flood"):
            await discord.wait_for(lambda: len(show.cards) == HEADLINES, timeout=60)
            await discord.wait_for(lambda: not show.missing(), timeout=60)
        assert len({card.title for card in show.cards}) == HEADLINES
        assert discord.answered(429) == []


async def test_a_halt_its_codes_and_its_resumption_are_one_card() -> None:
    async with showing("halt") as show:
        await show.play()
        halted = show.stage.world.discord.find("LRKH, LRKHW")
        titles = [str(v.payload["embeds"][0]["title"]) for v in halted.history]
        for part in ("(T1)", "(T2)", "Trading resumes"):
            assert any(part in title for title in titles)
        assert "Trading resumes" in titles[-1]
        assert halted.field("Price").startswith("`$")
        assert "Trading resumes" in show.stage.world.discord.find("VRDM").title
        assert "(H11)" in show.stage.world.discord.find("ELVS").title
        assert len(show.cards) == 4
        assert show.missing() == ()


async def test_a_typed_headline_becomes_a_card_that_can_be_corrected() -> None:
    async with showing("halt") as show, pressing(show) as press:
        stage, typed = (
            show.stage,
            {"title": "Demo wins FDA approval for its heart drug"},
        )
        assert await press("headline", **typed, ticker="abcd") == (202, typed)
        await stage.shows(typed["title"], *VERDICTS)
        code, corrected = await press("correction")
        assert (code, corrected) == (202, {"title": f"Correction: {typed['title']}"})
        await stage.shows(corrected["title"], *VERDICTS)
        (card,) = show.cards
        assert card.title == f"ABCD ▲ {corrected['title']}"
        assert (await press("correction"))[0] == 409


async def test_a_limited_discord_delays_cards_and_loses_none() -> None:
    async with showing("halt") as show, pressing(show) as press:
        code, state = await press("discord", limited=True)
        assert (code, state["limited"]) == (200, True)
        for number in range(3):
            show.stage.announce(f"Demo raises guidance to ${number + 2} billion")
        await show.stage.cards_are(lambda: len(show.cards) == 3)
        first, *_, last = [card.created for card in show.cards]
        assert last - first > 1.0  # one in two seconds, by windows


async def test_a_killed_bot_comes_back_and_finishes_the_same_cards() -> None:
    # a slow machine restarts slowly
    patient = {"LLM_ENRICH_DEADLINE_SECS": "30", "LLM_TIMEOUT_SECS": "30"}
    async with showing("halt", **patient) as show, pressing(show) as press:
        stage, discord = show.stage, show.stage.world.discord
        stage.world.llm.latency = 1.0
        stage.room.release(WIRE_ONE, "LRKH", TITLE)
        llm = stage.world.llm
        await llm.wait_for(lambda: any(TITLE in one.prompt for one in llm.prompts))
        (before,) = show.cards  # it is being read, so its post is on record
        code, state = await press("kill")
        assert (code, state["bot"]) == (202, "killed")
        await show.bot.ready()
        assert (await press("model", mode="ok"))[1]["restarts"] == 1
        await stage.shows(TITLE, *VERDICTS)
        (after,) = show.cards
        assert after.id == before.id
        assert len(discord.posts) == 1
        later = "Larkhaven Biologics receives Nasdaq delisting notice"
        stage.room.release(WIRE_ONE, "LRKH", later)
        await stage.shows(later, "⏳", *VERDICTS)


async def test_the_demo_ends_with_a_table_and_exit_0(tmp_path: Path) -> None:
    words = ("demo", "--scenario", "halt", "--once", "--port", "0")
    env = {"PYTHONIOENCODING": "ascii"}  # a terminal that knows no signs
    code, out, err = await command(*words, folder=tmp_path, **env)
    assert (code, err) == (0, "")
    head, _, table = out.partition("4 alerts, as Discord received them")
    assert "http://127.0.0.1:" in head
    assert "What to look for" in head
    assert "posted  LRKH" in head
    assert "Trading resumes" in table
    assert "Not seen" not in table


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--scenario", "doom"), "day, slow-llm, llm-down, network-away, flood, halt"),
        (("--speed", "0.5"), "from 1 to 1000"),
        (("--speed", "nan"), "from 1 to 1000"),
        (("--port", "70000"), "from 0 to 65535"),
    ],
)
def test_bad_usage_lists_what_is_accepted_and_exits_2(
    words: tuple[str, str], named: str
) -> None:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(cli, ["demo", *words])
    assert result.exit_code == 2
    assert named in result.output


async def test_a_port_in_use_is_named_with_a_free_one_before_anything_starts(
    tmp_path: Path,
) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = str(taken.getsockname()[1])
        code, out, err = await command("demo", "--port", port, folder=tmp_path)
    assert (code, out) == (78, "")
    assert f"--port: {port} cannot be used on {HOST} (Address already in use); " in err
    assert "is free" in err


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)],
)
async def test_an_interrupted_demo_takes_its_daemon_with_it(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    async with running_demo(tmp_path) as (demo, port):
        demo.send_signal(number)
        async with asyncio.timeout(60):
            assert await demo.wait() == code
        assert not answers(port)
        assert files_in(tmp_path) == []


async def test_the_daemon_dies_with_a_demo_that_is_killed(tmp_path: Path) -> None:
    async with running_demo(tmp_path) as (demo, port):
        demo.kill()
        await demo.wait()
        await until(lambda: not answers(port))


Press = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


@asynccontextmanager
async def pressing(show: Show) -> AsyncIterator[Press]:
    """Give the page's buttons: found by its status, pressed from its origin."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{show.page}/api/status") as response:
            controls = (await response.json())["controls"]

        async def press(button: str, **body: object) -> tuple[int, dict[str, Any]]:
            async with session.post(
                f"{controls}/{button}", json=body, headers={"Origin": show.page}
            ) as response:
                assert response.headers["Access-Control-Allow-Origin"] == show.page
                return response.status, await response.json()

        yield press


@asynccontextmanager
async def running_demo(
    folder: Path,
) -> AsyncIterator[tuple[Command, int]]:
    """Start the command and wait for its page; its files go into `folder`."""
    port = free_port()
    words = ("demo", "--scenario", "halt", "--port", str(port))
    demo = await start(*words, folder=folder, env={"TMPDIR": str(folder)})
    try:
        async with asyncio.timeout(60):
            await demo.stdout.readuntil(str(port).encode())
        assert answers(port)
        yield demo, port
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=5).close()
    except ConnectionError:
        return False
    return True
