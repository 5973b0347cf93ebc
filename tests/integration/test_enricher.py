"""What a card gets to say for everything that a model's server can do."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import NoReturn

import pytest

from catalyst_bot.card_state import Analysis, Direction, Phase
from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.enrichment.enricher import LATE_AT_ONCE, LLMEnricher
from catalyst_bot.enrichment.off import LLMOff
from catalyst_bot.llm.client import LLMClient
from catalyst_bot.llm.member import Member
from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.llm.router import Router
from catalyst_bot.llm.structured import StructuredLLM
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.alerts import alert_of
from tests.asking import PLENTY, client_of
from tests.clocks import ManualClock
from tests.news import headline

ALERT = alert_of(headline("Acme Corp reports record profit of 12 million"))
OTHERS = [alert_of(headline(f"Acme Corp wins contract {n}")) for n in range(2)]
DEADLINE = 10.0


@asynccontextmanager
async def enricher_of(
    fake: FakeLLM,
    *,
    clock: Clock | None = None,
    max_concurrent: int = 5,
    max_attempts: int = 3,
) -> AsyncIterator[LLMEnricher]:
    clock = clock or SystemClock()
    async with client_of(
        fake, clock=clock, max_concurrent=max_concurrent, max_attempts=max_attempts
    ) as client:
        yield LLMEnricher(
            router_of(client),
            asks=asks_of(client),
            clock=clock,
            model="mistral",
            deadline=DEADLINE,
            fence=random.Random(1),
        )


def router_of(client: LLMClient) -> Router:
    clock = SystemClock()
    member = Member(client, model="mistral", now=clock.now, is_local=True)
    return Router([member], monotonic=clock.monotonic)


def asks_of(client: LLMClient) -> StructuredLLM:
    return StructuredLLM(client, metrics=Metrics(), monotonic=SystemClock().monotonic)


async def wave(
    enricher: LLMEnricher, count: int, *, within: float = PLENTY
) -> list[Analysis]:
    """Have `count` alerts read at once, all different: equal ones are asked once."""
    alerts = (alert_of(headline(f"Acme Corp wins contract {n}")) for n in range(count))
    readings = (enricher.read(alert, within=within) for alert in alerts)
    return list(await asyncio.gather(*readings))


async def test_a_healthy_model_gives_a_checked_verdict() -> None:
    async with FakeLLM().open() as fake, enricher_of(fake) as enricher:
        analysis = await enricher.read(ALERT, within=PLENTY)
    assert analysis.phase is Phase.ANALYSED
    assert (analysis.model, analysis.late) == ("mistral", 0.0)
    assert analysis.seconds > 0.0
    verdict = analysis.verdict
    assert verdict is not None
    assert verdict.direction is Direction.BULLISH
    assert verdict.evidence in ALERT.item.title
    assert (verdict.is_grounded, verdict.agrees) == (True, True)


@pytest.mark.parametrize(
    ("mode", "phase", "detail"),
    [
        (Mode.HANG, Phase.TIMED_OUT, ""),
        (Mode.DRIP, Phase.TIMED_OUT, ""),
        (Mode.DROP, Phase.OFFLINE, "connection closed by the server"),
        (Mode.CUT_BODY, Phase.OFFLINE, "answer cut off on the way"),
        (Mode.ENDLESS, Phase.OFFLINE, "answer above 1 MiB"),
        (Mode.HTTP_429, Phase.OFFLINE, "HTTP 429"),
        (Mode.HTTP_500, Phase.OFFLINE, "HTTP 500"),
        (Mode.HTTP_503, Phase.OFFLINE, "HTTP 503"),
        (
            Mode.MODEL_MISSING,
            Phase.OFFLINE,
            "model mistral is not installed: ollama pull mistral",
        ),
        (Mode.ERROR_LINE, Phase.OFFLINE, "the server reported an error"),
        (Mode.GARBAGE, Phase.UNUSABLE, "unusable answer (no JSON answer)"),
        (Mode.EMPTY, Phase.UNUSABLE, "unusable answer (empty answer)"),
        (Mode.CUT, Phase.UNUSABLE, "unusable answer (cut off, reason: missing)"),
        (Mode.NOT_JSON, Phase.UNUSABLE, "unusable answer (not JSON)"),
        (
            Mode.OUT_OF_RANGE,
            Phase.UNUSABLE,
            "unusable answer (confidence: against maximum 1)",
        ),
    ],
)
async def test_every_bad_day_has_its_phase_and_its_true_reason(
    mode: Mode, phase: Phase, detail: str
) -> None:
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, max_attempts=1) as enricher,
    ):
        fake.mode, fake.retry_after = mode, 2 * PLENTY
        is_slow = phase is Phase.TIMED_OUT
        analysis = await enricher.read(ALERT, within=1.0 if is_slow else PLENTY)
        await fake.wait_for(lambda: not fake.in_flight)
    assert analysis.phase is phase
    assert is_slow or analysis.detail == detail  # the card names its own deadline
    assert analysis.seconds == (DEADLINE if is_slow else 0.0)
    assert analysis.model == "mistral"
    assert analysis.verdict is None


async def test_a_stopped_server_is_called_refused_then_open_with_its_probe() -> None:
    clock = ManualClock()
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, clock=clock, max_attempts=1) as enricher,
    ):
        await fake.stop_listening()
        for analysis in await wave(enricher, 5):
            assert (analysis.phase, analysis.detail) == (
                Phase.OFFLINE,
                "connection refused",
            )
            assert analysis.retry == 0.0
        clock.advance(4.0)
        offline = Analysis(
            phase=Phase.OFFLINE,
            detail="circuit open",
            model="mistral",
            retry=clock.unix() + 6.0,
        )
        assert await enricher.read(ALERT, within=PLENTY) == offline
        assert enricher.first(posted=clock.unix()) == offline
        assert "circuit open" in enricher.status()


async def test_a_card_begins_pending_until_its_deadline() -> None:
    async with FakeLLM().open() as fake, enricher_of(fake) as enricher:
        assert enricher.first(posted=1000.0) == Analysis(
            phase=Phase.PENDING, due=1010.0, model="mistral"
        )


async def test_a_card_begins_pending_when_a_probe_is_due() -> None:
    clock = ManualClock()
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, clock=clock, max_attempts=1) as enricher,
    ):
        await fake.stop_listening()
        await wave(enricher, 5)
        clock.advance(10.0)
        assert enricher.first(posted=1000.0).phase is Phase.PENDING


async def test_while_a_probe_is_away_no_time_of_the_next_is_named() -> None:
    clock = ManualClock()
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, clock=clock, max_attempts=1) as enricher,
    ):
        fake.mode = Mode.HTTP_500
        await wave(enricher, 5)
        clock.advance(10.0)
        fake.mode = Mode.HANG
        probe = asyncio.ensure_future(enricher.read(ALERT, within=PLENTY))
        await fake.wait_for(lambda: fake.serving == 1)
        assert await enricher.read(OTHERS[0], within=PLENTY) == Analysis(
            phase=Phase.OFFLINE, detail="circuit open", model="mistral"
        )
        probe.cancel()
        await asyncio.wait([probe])


async def test_who_comes_too_late_in_the_queue_is_told_how_many_were_ahead() -> None:
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, max_concurrent=1) as enricher,
    ):
        fake.mode = Mode.HANG
        first = asyncio.ensure_future(enricher.read(ALERT, within=PLENTY))
        await fake.wait_for(lambda: fake.serving == 1)
        urgent = replace(OTHERS[0], value=1.0)
        second = asyncio.ensure_future(enricher.read(urgent, within=PLENTY))
        await asyncio.sleep(0)
        assert await enricher.read(OTHERS[1], within=0.1) == Analysis(
            phase=Phase.BUSY, detail="2 alerts ahead", model="mistral"
        )
        for task in (first, second):
            task.cancel()
        await asyncio.wait([first, second])


async def test_hostile_words_of_the_model_do_not_reach_a_card() -> None:
    async with FakeLLM().open() as fake, enricher_of(fake) as enricher:
        fake.mode = Mode.LINKS_AND_MENTIONS
        analysis = await enricher.read(ALERT, within=PLENTY)
    assert analysis.verdict is not None
    shown = f"{analysis.verdict.reason} {analysis.verdict.risk}"
    assert not re.search(r"://|<@|\]\(|@everyone|@here|discord\.gg", shown)


async def test_a_wrong_number_is_not_grounded() -> None:
    async with FakeLLM().open() as fake, enricher_of(fake) as enricher:
        fake.mode = Mode.WRONG_NUMBER
        analysis = await enricher.read(ALERT, within=PLENTY)
    assert analysis.verdict is not None
    assert not analysis.verdict.is_grounded


async def test_the_best_alert_is_read_first() -> None:
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, max_concurrent=1) as enricher,
    ):
        fake.latency = 0.05
        alerts = [alert_of(headline(f"Acme item {n}"), key=str(n)) for n in range(3)]
        async with asyncio.TaskGroup() as group:
            for n, alert in enumerate(alerts):
                valued = replace(alert, value=n / 10)
                group.create_task(enricher.read(valued, within=PLENTY))
        order = [re.findall(r"Acme item \d", asked.prompt)[0] for asked in fake.prompts]
    assert order == ["Acme item 0", "Acme item 2", "Acme item 1"]


async def test_a_halt_is_read_before_any_news() -> None:
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, max_concurrent=1) as enricher,
    ):
        fake.latency = 0.05
        news = [alert_of(headline(f"Acme item {n}"), key=str(n)) for n in range(3)]
        stop = replace(news[2], breaking=True, value=0.0)
        async with asyncio.TaskGroup() as group:
            for alert in (news[0], replace(news[1], value=1.0), stop):
                group.create_task(enricher.read(alert, within=PLENTY))
        order = [re.findall(r"Acme item \d", asked.prompt)[0] for asked in fake.prompts]
    assert order == ["Acme item 0", "Acme item 2", "Acme item 1"]


async def test_late_readings_wait_for_an_idle_model_and_the_best_goes_first() -> None:
    async with FakeLLM().open() as fake, enricher_of(fake) as enricher:
        fake.modes = {"in time": Mode.HANG}
        alerts = [alert_of(headline(f"Acme late {n}"), key=str(n)) for n in range(3)]
        in_time = alert_of(headline("Acme in time"))
        running = asyncio.ensure_future(enricher.read(in_time, within=PLENTY))
        await fake.wait_for(lambda: fake.serving == 1)
        async with asyncio.TaskGroup() as group:
            late = [
                group.create_task(
                    enricher.read_late(replace(alert, value=n / 10), within=PLENTY)
                )
                for n, alert in enumerate(alerts)
            ]
            await asyncio.sleep(0)
            running.cancel()
        ends = [task.result() for task in late]
        assert all(end and end.phase is Phase.ANALYSED for end in ends)
        order = [re.findall(r"late \d|in time", one.prompt)[0] for one in fake.prompts]
    assert order == ["in time", "late 2", "late 1", "late 0"]


async def test_a_late_reading_is_not_sent_through_an_open_circuit() -> None:
    clock = ManualClock()
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, clock=clock, max_attempts=1) as enricher,
    ):
        assert enricher.late_room == LATE_AT_ONCE
        fake.mode = Mode.HTTP_500
        await wave(enricher, 5)
        assert enricher.late_room == 0
        assert await enricher.read_late(ALERT, within=PLENTY) is None
        assert len(fake.prompts) == 5
        clock.advance(10.0)
        assert enricher.late_room == 1  # it may be the probe
        assert await enricher.read_late(ALERT, within=PLENTY) is None  # which failed
        assert len(fake.prompts) == 6


async def test_a_late_reading_that_times_out_is_not_made_again() -> None:
    async with FakeLLM().open() as fake, enricher_of(fake) as enricher:
        fake.mode = Mode.HANG
        late = await enricher.read_late(ALERT, within=2.0)
    assert late is not None
    assert late.phase is Phase.TIMED_OUT


async def test_a_late_reading_that_was_a_sick_models_probe_is_made_again() -> None:
    clock = ManualClock()
    async with (
        FakeLLM().open() as fake,
        enricher_of(fake, clock=clock, max_attempts=1) as enricher,
    ):
        fake.mode = Mode.HTTP_500
        await wave(enricher, 5)
        clock.advance(10.0)
        fake.mode = Mode.HANG
        assert await enricher.read_late(ALERT, within=1.0) is None


async def test_who_was_alone_and_had_too_little_time_left_says_so() -> None:
    class Slow:
        async def ask(self, *_: object, **__: object) -> NoReturn:
            raise LLMError(LLMErrorKind.BUSY, "0 ahead")

    async with FakeLLM().open() as fake, client_of(fake) as client:
        enricher = LLMEnricher(
            router_of(client),
            asks=Slow(),
            clock=SystemClock(),
            model="mistral",
            deadline=DEADLINE,
            fence=random.Random(1),
        )
        analysis = await enricher.read(ALERT, within=PLENTY)
    assert analysis.phase is Phase.BUSY
    assert analysis.detail == "the model needs longer than is left"


async def test_an_unexpected_error_is_not_swallowed() -> None:
    class Broken(random.Random):
        def getrandbits(self, k: int, /) -> int:
            raise ZeroDivisionError

    async with FakeLLM().open() as fake, client_of(fake) as client:
        enricher = LLMEnricher(
            router_of(client),
            asks=asks_of(client),
            clock=SystemClock(),
            model="mistral",
            deadline=DEADLINE,
            fence=Broken(),
        )
        with pytest.raises(ZeroDivisionError):
            await enricher.read(ALERT, within=PLENTY)


async def test_switched_off_no_card_waits_for_an_analysis() -> None:
    off = LLMOff()
    assert off.first(posted=1000.0) == Analysis(phase=Phase.OFF)
    assert (await off.read(ALERT, within=1.0)).detail == "switched off"
    assert await off.read_late(ALERT, within=1.0) is None
    assert off.late_room == 0
    assert off.status() == "off"
    await off.warm_up()
    await off.drop_if_idle(0.0)
