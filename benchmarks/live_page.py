"""How smooth the page stays with many cards: `python -m benchmarks.live_page`.

Two real daemons fill a real browser, one with 10 cards and one with 2,000. By turns,
so that what else the machine does meets both, each page scrolls without rest while new
alerts come and verdicts edit those in sight. The medians of the rounds are compared.
"""

import asyncio
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, CDPSession, Page
from rich.console import Console
from rich.table import Table

from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.world import Listed
from tests.browser import open_browser, open_page
from tests.e2e.stage import Stage, open_stage, release

FEW, MANY = 10, 2000
LONGEST = 20.0  # milliseconds at the 95th percentile
SLACK = 1.2  # times the page with FEW cards
PAGE = 100  # items that a wire lists
FRESH = 10  # alerts in each burst while it is measured
BURSTS = 6
ROUNDS = 5
WIRES = tuple(Listed(name=f"wire-{n}") for n in range(5))
# Without Discord: its limits would decide how long the filling takes.
ENV = {"DISCORD_WEBHOOK_URL": "", "LLM_MAX_CONCURRENT": "20"}
VERDICTS = """async () => {
  const { llm } = await (await fetch("/api/status")).json();
  return Object.values(llm.answers).reduce((sum, count) => sum + count, 0);
}"""
LOAD_ALL = """async (count) => {
  const view = document.getElementById("alerts-panel");
  const shown = () => document.querySelectorAll("article.message").length;
  while (shown() < count) {
    view.scrollTo(0, view.scrollHeight);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  view.scrollTo(0, 0);
  return shown();
}"""
# Down and up over what both pages have, so that both draw cards in every frame.
MEASURE = """(seconds) => new Promise((resolve) => {
  const view = document.getElementById("alerts-panel");
  const frames = [];
  const begin = performance.now();
  let before = begin;
  const frame = (now) => {
    frames.push(now - before);
    before = now;
    const range = Math.min(3000, view.scrollHeight - view.clientHeight);
    const phase = (now - begin) / 2500;
    view.scrollTo(0, range * (0.5 - Math.cos(phase * 2 * Math.PI) / 2));
    if (now - begin < seconds * 1000) requestAnimationFrame(frame);
    else resolve(frames.slice(5));
  };
  requestAnimationFrame(frame);
})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smoothness:
    """Milliseconds of a frame while the page scrolls and changes.

    `work` is what the page's main thread does in one, on the average: unlike the
    others it tells a change that the display's own rhythm hides.
    """

    cards: int
    median: float
    p95: float
    worst: float
    work: float


def headlines(start: int, count: int, *, wire: int = 0) -> list[WireItem]:
    return [
        release(f"Alderbrook receives FDA approval for drug number {n}{wire}")
        for n in range(start, start + count)
    ]


async def fill(stage: Stage, count: int, page: Page) -> None:
    """Let the daemon raise at least `count` alerts, each with its verdict."""
    raised = 0
    while raised < count:
        share = min(PAGE, (count - raised + len(WIRES) - 1) // len(WIRES))
        for number, wire in enumerate(WIRES):
            items = headlines(raised, share, wire=number)
            stage.world.feeds.publish(wire.name, prnewswire(items))
        raised += share * len(WIRES)
        await read(page, raised)


async def read(page: Page, count: int) -> None:
    """Wait until so many alerts have their verdict."""
    async with asyncio.timeout(60):
        while await page.evaluate(VERDICTS) < count:  # noqa: ASYNC110 - no event there
            await asyncio.sleep(0.2)


async def burst(stage: Stage, *, start: int) -> None:
    """Publish fresh alerts while the page is measured."""
    for number in range(BURSTS):
        items = headlines(start + number * FRESH, FRESH)
        stage.world.feeds.publish(WIRES[0].name, prnewswire(items))
        await asyncio.sleep(1)  # the rhythm of the load, nothing is waited for


@asynccontextmanager
async def filled(browser: Browser, count: int) -> AsyncIterator[Stage]:
    """Run a daemon that has raised `count` alerts, each with its verdict."""
    async with open_stage(listed=WIRES, env=ENV) as stage, stage.running() as app:
        await stage.primed()
        async with open_page(browser, app.url) as page:
            await fill(stage, count, page)
        yield stage


async def measure(browser: Browser, stage: Stage, count: int, lap: int) -> Smoothness:
    """Load `count` cards at least; scroll and change them for BURSTS seconds."""
    assert stage.app is not None
    async with open_page(browser, stage.app.url) as page:
        page.set_default_timeout(180_000)
        cards = await page.evaluate(LOAD_ALL, count)
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        before = await work_in(session)
        async with asyncio.TaskGroup() as group:
            group.create_task(burst(stage, start=(lap + 1) * 100_000))
            frames = await page.evaluate(MEASURE, BURSTS)
        work = (await work_in(session) - before) / len(frames)
    return summary(cards, frames, work=work)


async def work_in(session: CDPSession) -> float:
    """Return the milliseconds that the page's main thread has worked."""
    answer = await session.send("Performance.getMetrics")
    found = {entry["name"]: entry["value"] for entry in answer["metrics"]}
    return float(found["TaskDuration"]) * 1000


def summary(cards: int, frames: Sequence[float], *, work: float) -> Smoothness:
    ordered = sorted(frames)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    return Smoothness(
        cards=cards, median=at(0.5), p95=at(0.95), worst=ordered[-1], work=work
    )


def middle(laps: Sequence[Smoothness]) -> Smoothness:
    """Return the medians over the laps; `cards` is what the first one had."""

    def of(field: str) -> float:
        return float(statistics.median(getattr(lap, field) for lap in laps))

    return Smoothness(
        cards=laps[0].cards,
        median=of("median"),
        p95=of("p95"),
        worst=of("worst"),
        work=of("work"),
    )


async def main() -> None:
    few: list[Smoothness] = []
    many: list[Smoothness] = []
    async with (
        open_browser() as browser,
        filled(browser, FEW) as small,
        filled(browser, MANY) as large,
    ):
        for lap in range(ROUNDS):
            few.append(await measure(browser, small, FEW, lap))
            many.append(await measure(browser, large, MANY, lap))
    bar = max(LONGEST, SLACK * middle(few).p95)
    columns = ("cards", "median frame", "p95", "worst", "work in a frame")
    table = Table(*columns, "bar for p95", title=f"medians of {ROUNDS} laps each")
    for each, limit in ((middle(few), "–"), (middle(many), f"≤ {bar:.1f} ms")):
        values = (each.median, each.p95, each.worst, each.work)
        table.add_row(str(each.cards), *(f"{ms:.1f} ms" for ms in values), limit)
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
