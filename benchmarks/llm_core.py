"""Measures the LLM core under overload and on bad days, against the simulated server.

Run as `python -m benchmarks.llm_core [ROW…]`; without a name all rows run, in two and a
half minutes. Each is a ratio to what plain aiohttp with a semaphore does in the same
run, or a count that does not depend on the machine. Exit code 1: a bar is missed.
"""

import asyncio
import logging
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine

import aiohttp
import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.llm_overload import flood, hanging
from benchmarks.llm_router import failover, third
from benchmarks.llm_stage import PLENTY, SERVICE, Row, ends_of, question, stage
from catalyst_bot.clock import SystemClock
from catalyst_bot.llm.cache import CachedLLM
from catalyst_bot.llm.cache_memory import MemoryTier
from catalyst_bot.llm.client import LLMClient
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode

MINUTE = 60.0


async def plain(url: str, count: int, limit: int) -> float:
    """Ask as plain aiohttp with a semaphore does; return the seconds it took."""
    slots = asyncio.Semaphore(limit)

    async def ask(session: aiohttp.ClientSession, number: int) -> None:
        async with slots, session.post(url, data=body_of(number)) as response:
            assert response.status == 200
            await response.read()

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        await asyncio.gather(*(ask(session, number) for number in range(count)))
        return time.perf_counter() - began


def body_of(number: int) -> bytes:
    """Return a question as the server takes it."""
    prompt = question(number).prompt
    return orjson.dumps({"model": "mistral", "prompt": prompt, "stream": False})


async def hundred(*, slow: bool) -> Row:
    """100 calls, 10 at a time; `slow`: one in ten takes 2 s."""
    async with stage() as (server, client):
        if slow:
            server.latencies = {f"[#{10 * n + n % 10}]": 2.0 for n in range(10)}
        reference = await plain(server.endpoint_url, 100, 10)
        ends, took = await ends_of(client, range(100))
    bar = 5.6 if slow else 2.1
    tail = ", one in ten taking 2 s" if slow else ""
    return Row(
        what=f"100 calls, 10 at a time, {SERVICE} s each{tail}",
        ours=f"{took:.2f} s, {ends['ok']} ok",
        others=f"{reference:.2f} s: x{took / reference:.2f}",
        bar=f"<= {bar} s",
        is_met=took <= bar and ends["ok"] == 100,
    )


async def warm_pool() -> Row:
    """Five calls on an open pool against five that connect, one after another."""
    async with stage(limit=5) as (server, client):
        server.connect_delay = 0.15
        await client.warm_up()
        _, took = await ends_of(client, range(5))
        url = server.endpoint_url

        def one_by_one() -> float:
            began = time.perf_counter()
            for number in range(10, 15):
                with urllib.request.urlopen(url, body_of(number)) as response:  # noqa: S310 - loopback
                    response.read()
            return time.perf_counter() - began

        sync = await asyncio.to_thread(one_by_one)
        server.connections = 0
    ratio = sync / took
    return Row(
        what="5 calls, connecting takes 0.15 s, the pool is warm",
        ours=f"{took:.3f} s",
        others=f"{sync:.2f} s: x{ratio:.1f}",
        bar=">= 7.3 x",
        is_met=ratio >= 7.3,
    )


async def refusals() -> Row:
    """A server that answers 429 above three at a time."""
    async with stage() as (server, client):
        server.capacity = 3
        ends, took = await ends_of(client, range(20))
        sent = len(server.prompts)
    return Row(
        what="20 calls, the server takes 3 and answers 429 above",
        ours=f"{ends['ok']} ok, {took:.2f} s, {sent} requests",
        others="best possible 1.4 s",
        bar="20, <= 1.9 s, <= 50",
        is_met=ends["ok"] == 20 and took <= 1.9 and sent <= 50,
    )


async def first_refused(retry_after: float | None) -> Row:
    """Each question is refused once."""
    async with stage() as (server, client):
        server.retry_after = retry_after
        server.modes = {f"[#{number}]": Mode.HTTP_429 for number in range(20)}
        server.on_request = lambda prompt, _: forget(server, prompt)
        ends, took = await ends_of(client, range(20))
    bar = 1.2 if retry_after is None else 2.1
    named = "" if retry_after is None else f", Retry-After {retry_after:g}"
    return Row(
        what=f"20 calls, each refused at first{named}",
        ours=f"{ends['ok']} ok, {took:.2f} s",
        others="1.41 s" if retry_after is None else "2.45 s",
        bar=f"20, <= {bar} s",
        is_met=ends["ok"] == 20 and took <= bar,
    )


def forget(server: FakeLLM, prompt: str) -> None:
    """Let a question that was refused once be answered from now on."""
    server.modes.pop(prompt.rpartition(" ")[2], None)


async def sick() -> Row:
    """Two of twenty questions always fail."""
    async with stage() as (server, client):
        server.modes = {"[#3]": Mode.HTTP_500, "[#7]": Mode.HTTP_500}
        ends, took = await ends_of(client, range(20))
    return Row(
        what="20 calls, two always get 500",
        ours=f"{ends['ok']} ok, {ends['unavailable']} errors, {took:.2f} s",
        others="9.2 s; 3 lost",
        bar="18 + 2, <= 1.2 s",
        is_met=ends == {"ok": 18, "unavailable": 2} and took <= 1.2,
    )


async def changing() -> Row:
    """The server serves 10, then 3, then 10 at a time; the limit follows."""
    async with stage() as (server, client):
        server.slots = 10
        asking = asyncio.create_task(in_turns(client, 300))
        lags = []
        for slots in (3, 10):
            await asyncio.sleep(1.0)
            server.slots = slots
            server.changed()
            lags.append(await until_near(client, slots))
        answered = await asking
    return Row(
        what="300 calls, the server serves 10, 3, 10 at a time",
        ours=f"{answered} ok, follows in {lags[0]:.1f} s and {lags[1]:.1f} s",
        others="none",
        bar="300, 3 s",
        is_met=answered == 300 and max(lags) <= 3.0,
    )


async def in_turns(client: LLMClient, count: int) -> int:
    """Ask many questions, 30 at a time; return how many were answered."""
    left = iter(range(count))

    async def worker() -> int:
        return sum([(await ends_of(client, [n]))[0]["ok"] for n in left])

    return sum(await asyncio.gather(*(worker() for _ in range(30))))


async def until_near(client: LLMClient, slots: int) -> float:
    """Return the seconds until the client's limit is that of the server, or nearly."""
    began = time.perf_counter()
    async with asyncio.timeout(PLENTY):
        while abs(client.condition().limit - slots) > 1:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
    return time.perf_counter() - began


async def equal() -> Row:
    """Twenty prompts, five of them distinct, at once and once more."""
    async with stage() as (server, client):
        cache = CachedLLM(
            client,
            tiers=[MemoryTier(max_entries=100)],
            models=only_mistral,
            ttl=PLENTY,
            clock=SystemClock(),
            metrics=Metrics(),
        )
        counts = []
        for _ in range(2):
            before = len(server.prompts)
            questions = [question(number % 5) for number in range(20)]
            await asyncio.gather(*(cache.complete(q, within=PLENTY) for q in questions))
            counts.append(len(server.prompts) - before)
    return Row(
        what="20 prompts, 5 distinct, cold / again",
        ours=f"{counts[0]} / {counts[1]} requests",
        others="10 to 20 / 0 to 20",
        bar="5 / 0",
        is_met=counts == [5, 0],
    )


async def only_mistral() -> tuple[str, ...]:
    """Return who answers."""
    return ("ollama", "mistral")


async def rate() -> Row:
    """Forty at once where ten a minute are allowed."""
    async with stage(rate=10) as (server, client):
        ends, _ = await ends_of(client, range(40), within=MINUTE + 5.0)
        sent = [asked.arrived for asked in server.prompts]
    most = max(
        sum(first <= other < first + MINUTE - 0.02 for other in sent) for first in sent
    )
    return Row(
        what="40 at once, 10 a minute allowed, 65 s long",
        ours=f"{most} in a window, {ends['ok']} ok, {ends['busy']} busy",
        others="30 in a window",
        bar="<= 10",
        is_met=most <= 10 and ends["ok"] == 20 and ends["busy"] == 20,
    )


ROWS: dict[str, Callable[[], Coroutine[None, None, Row]]] = {
    "hundred": lambda: hundred(slow=False),
    "tail": lambda: hundred(slow=True),
    "warm": warm_pool,
    "capacity": refusals,
    "refused": lambda: first_refused(None),
    "retry-after": lambda: first_refused(1.0),
    "sick": sick,
    "changing": changing,
    "equal": equal,
    "flood": flood,
    "hang": hanging,
    "failover": failover,
    "third": third,
    "rate": rate,
}


def main() -> int:
    """Print the table; return 1 when a bar is missed."""
    logging.getLogger("catalyst_bot").setLevel(logging.CRITICAL)
    names = sys.argv[1:] or list(ROWS)
    table = Table(title="LLM core")
    for name in ("what", "ours", "others", "bar", ""):
        table.add_column(name)
    rows = [asyncio.run(ROWS[name]()) for name in names]
    for row in rows:
        verdict = "met" if row.is_met else "MISSED"
        table.add_row(row.what, row.ours, row.others, row.bar, verdict)
    Console().print(table)
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
