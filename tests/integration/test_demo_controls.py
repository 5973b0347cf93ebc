"""The buttons of the demo's page over real sockets: who may press, and with what."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from catalyst_bot.simulation.beside import beside
from catalyst_bot.simulation.bot import Bot, BotEnded
from catalyst_bot.simulation.controls import Controls
from catalyst_bot.simulation.network import Network
from catalyst_bot.simulation.newsroom import WIRE_ONE, WIRE_TWO, Newsroom
from catalyst_bot.simulation.scenarios.programme import SCENARIOS, go_on
from catalyst_bot.simulation.show import Show
from catalyst_bot.simulation.stage import Model, Stage
from catalyst_bot.simulation.world import open_world
from tests.clocks import ManualClock
from tests.e2e.test_commands import ROOT

PAGE = "http://127.0.0.1:8787"
STATE = {
    "scenario": "halt",
    "model": "ok",
    "limited": False,
    "bot": "starting",
    "restarts": 0,
    "over": False,
}


@pytest.fixture
async def controls(tmp_path: Path) -> AsyncIterator[Controls]:
    """Open the buttons of a show whose daemon is not started."""
    async with open_world() as world, Controls(page_port=8787).open() as opened:
        clock = ManualClock()
        room, network = Newsroom(world, clock), Network(world)
        stage = Stage(world=world, clock=clock, room=room, network=network)
        stage.room.open()
        bot = Bot((), {}, folder=tmp_path)
        opened.show = Show(scenario=SCENARIOS["halt"], stage=stage, bot=bot, page=PAGE)
        yield opened


@pytest.fixture
async def page(controls: Controls) -> AsyncIterator[aiohttp.ClientSession]:
    """Ask as the page does: from its origin."""
    async with aiohttp.ClientSession(
        controls.origin, headers={"Origin": PAGE}
    ) as session:
        yield session


async def test_the_state_is_what_the_page_shows(page: aiohttp.ClientSession) -> None:
    async with page.get("/state") as response:
        assert (response.status, await response.json()) == (200, STATE)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:8788", "https://localhost:8787"]
)
async def test_a_page_of_another_origin_may_press_nothing(
    origin: str, controls: Controls, page: aiohttp.ClientSession
) -> None:
    headers = {"Origin": origin}
    for path in ("/kill", "/headline", "/model", "/discord", "/correction"):
        async with page.post(path, json={}, headers=headers) as response:
            assert response.status == 403
            assert "Access-Control-Allow-Origin" not in response.headers
    async with page.options("/kill", headers=headers) as response:
        assert response.status == 403


async def test_the_browser_is_told_what_the_page_may_send(
    page: aiohttp.ClientSession,
) -> None:
    asked = {"Origin": "http://localhost:8787", "Access-Control-Request-Method": "POST"}
    async with page.options("/headline", headers=asked) as response:
        assert response.status == 204
        allowed = response.headers
        assert allowed["Access-Control-Allow-Origin"] == "http://localhost:8787"
        assert "content-type" in allowed["Access-Control-Allow-Headers"]


async def test_only_json_is_read(page: aiohttp.ClientSession) -> None:
    for path in ("/kill", "/headline"):
        async with page.post(path, data="title=x") as response:
            assert response.status == 415
    headers = {"Content-Type": "application/json"}
    for body, status in ((b"[]", 400), (b"{", 400), (b"\xff", 400), (b" " * 5000, 413)):
        async with page.post("/headline", data=body, headers=headers) as response:
            assert response.status == status
            assert set(await response.json()) == {"error", "detail"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": " \n\t\u200b"},
        {"title": 7},
        {"title": "x" * 513},
        {"title": "fine", "ticker": "NOT A TICKER"},
        {"title": "fine", "ticker": ["ABCD"]},
    ],
)
async def test_a_headline_that_is_none_is_refused_with_the_reason(
    body: dict[str, object], page: aiohttp.ClientSession
) -> None:
    async with page.post("/headline", json=body) as response:
        assert response.status == 400
        assert "expected" in (await response.json())["detail"]


@pytest.mark.parametrize(
    ("body", "title", "ticker"),
    [
        ({"title": "  A\nB \ud800<&> ", "ticker": "abcd"}, "A B <&>", "Nasdaq:ABCD"),
        ({"title": "Nobody named"}, "Nobody named", "Nasdaq:DEMO"),
        ({"title": "It (NYSE: XY) wins"}, "It (NYSE: XY) wins", ""),
    ],
)
async def test_a_headline_goes_on_the_wire_as_one_clean_line(
    body: dict[str, str],
    title: str,
    ticker: str,
    controls: Controls,
    page: aiohttp.ClientSession,
) -> None:
    async with page.post("/headline", json=body) as response:
        assert (response.status, await response.json()) == (202, {"title": title})
    assert controls.show is not None
    newest = controls.show.stage.room.wires[WIRE_ONE][0]
    assert newest.title == title
    assert newest.tickers == ((ticker,) if ticker else ())


async def test_the_model_is_hung_unplugged_and_mended(
    controls: Controls, page: aiohttp.ClientSession
) -> None:
    assert controls.show is not None
    llm = controls.show.stage.world.llm
    for mode in ("hang", "down", "down", "ok", "ok"):
        async with page.post("/model", json={"mode": mode}) as response:
            assert (response.status, (await response.json())["model"]) == (200, mode)
        async with aiohttp.ClientSession() as session:
            is_there = True
            try:
                await session.get(f"{llm.origin}/api/version")
            except aiohttp.ClientConnectionError:
                is_there = False
        assert is_there is (mode != "down")
    for bad in ("broken", None, ["ok"]):
        async with page.post("/model", json={"mode": bad}) as response:
            assert response.status == 400
            assert "ok, hang, down" in (await response.json())["detail"]


async def test_two_readers_may_press_the_models_buttons_at_once(
    controls: Controls,
) -> None:
    assert controls.show is not None
    stage = controls.show.stage
    for modes in (("down", "down"), ("ok", "ok"), ("down", "ok")):
        async with asyncio.TaskGroup() as group:
            for mode in modes:
                group.create_task(stage.set_model(Model(mode)))
    assert stage.model is Model.OK


async def test_discord_is_limited_and_set_free(
    controls: Controls, page: aiohttp.ClientSession
) -> None:
    assert controls.show is not None
    discord = controls.show.stage.world.discord
    for is_limited in (True, False):
        async with page.post("/discord", json={"limited": is_limited}) as response:
            assert (await response.json())["limited"] is is_limited
        assert bool(discord.limits) is is_limited
    async with page.post("/discord", json={"limited": "yes"}) as response:
        assert response.status == 400


async def test_without_a_card_there_is_nothing_to_correct(
    page: aiohttp.ClientSession,
) -> None:
    async with page.post("/correction", json={}) as response:
        assert response.status == 409


async def test_news_goes_on_after_the_show(controls: Controls) -> None:
    assert controls.show is not None
    stage = controls.show.stage
    before = len(stage.room.wires[WIRE_ONE] + stage.room.wires[WIRE_TWO])

    def is_more() -> bool:
        return len(stage.room.wires[WIRE_ONE] + stage.room.wires[WIRE_TWO]) > before

    async with beside(go_on(stage, seed=1), name="news"):
        await stage.world.feeds.wait_for(is_more)


async def test_a_daemon_that_ends_by_itself_is_told_with_the_end_of_its_log(
    tmp_path: Path,
) -> None:
    bot = Bot(("demo-bot", "--nonsense"), {}, folder=tmp_path)
    with pytest.raises(BotEnded, match="code 2") as told:
        await bot.run()
    assert "--nonsense" in str(told.value)


async def test_files_of_the_folder_and_a_long_path_do_not_disturb_the_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    (folder / "typer.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    bot = Bot(("demo-bot", "--nonsense"), {}, folder=folder)
    with pytest.raises(BotEnded, match="code 2"):
        await bot.run()
