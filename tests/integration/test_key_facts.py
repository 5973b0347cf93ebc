"""The key facts of an alert: in the background, once, never of what is taken back."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from catalyst_bot.card_state import Change, ChangeKind
from catalyst_bot.documents.model import Document, Kind, Section
from catalyst_bot.errors import SourceError, UnreadableDocument
from catalyst_bot.llm.ladder import Rung
from catalyst_bot.llm.model import (
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.structured import Structured
from catalyst_bot.model import NewsItem
from catalyst_bot.simulation.llm_statements import extract, payload_in
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.stored import StoredAlert, retract
from tests.clocks import NOON, ManualClock
from tests.completing import completion
from tests.house import House, open_house
from tests.news import headline, page

TITLE = "Acme posts record profit"
TEXT = "Acme Corp holds $96 million in cash. It employs 1,240 people at six sites."


@dataclass
class Shelf:
    """Has the document of each release, but for the `faults` that come first."""

    faults: list[Exception] = field(default_factory=list)
    text: str = TEXT
    fetches: int = 0

    def has(self, item: NewsItem) -> bool:
        return item.title.startswith("Acme")

    async def fetch(self, item: NewsItem, *, within: float) -> Document:
        assert within > 0
        self.fetches += 1
        if self.faults:
            raise self.faults.pop(0)
        text = self.text
        whole = Section(kind=Kind.BODY, part="release", start=0, end=len(text))
        return Document(id=item.key, text=text, sections=(whole,), parts=("release",))


@dataclass
class Model:
    """Takes statements out of texts by rule; `faults` come first."""

    faults: list[LLMErrorKind] = field(default_factory=list)
    lanes: set[Lane] = field(default_factory=set)
    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def ask(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
        needed: Sequence[str] = (),
    ) -> Structured:
        self.lanes.add(lane)
        if self.meanwhile:
            await self.meanwhile()
            self.meanwhile = None
        if self.faults:
            raise LLMError(self.faults.pop(0), "no answer")
        payload = payload_in(request.prompt)
        assert payload is not None
        return Structured(
            value=extract(payload, slips=False),
            rung=Rung.STRICT,
            completion=completion(),
        )


@dataclass
class Room:
    """A house with a shelf and a model."""

    house: House
    shelf: Shelf
    model: Model

    async def stored(self) -> StoredAlert:
        (found,) = await self.house.archive.latest(1)
        return found

    def counted(self, result: str) -> float:
        return float(self.house.metrics.key_facts.labels(result)._value.get())


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    shelf, model = Shelf(), Model()
    async with open_house(tmp_path, ManualClock(), documents=shelf, llm=model) as house:
        await house.accept(page(headline(TITLE)))
        await house.settle()
        yield Room(house, shelf, model)


async def test_statements_are_kept_and_shown_by_one_more_edit(room: Room) -> None:
    await room.house.read_documents()
    await room.house.edit()
    assert room.house.screen.lines == [
        f"posted {TITLE}: pending",
        f"edited {TITLE}: analysed",
        f"edited {TITLE}: analysed",
    ]
    assert room.house.screen.states[-1].key_facts == (
        "Acme Corp holds $96 million in cash.",
        "It employs 1,240 people at six sites.",
    )
    kept = (await room.stored()).statements
    assert [TEXT[slice(*one.offsets)] for one in kept] == [
        "Acme Corp holds $96 million in cash.",
        "It employs 1,240 people at six sites.",
    ]
    assert room.model.lanes == {Lane.LATE}
    assert room.counted("found") == 1
    await room.house.read_documents()
    assert room.shelf.fetches == 1


@pytest.mark.parametrize(
    "fault",
    [UnreadableDocument("a PDF"), SourceError("HTTP 404", is_permanent=True)],
)
async def test_what_will_never_be_read_is_given_up_at_once(
    room: Room, fault: Exception
) -> None:
    room.shelf.faults = [fault]
    await room.house.read_documents()
    room.house.clock.advance(7200)
    await room.house.read_documents()
    assert (room.shelf.fetches, room.counted("given_up")) == (1, 1)


async def test_a_sick_server_is_asked_again_until_its_day_is_over(room: Room) -> None:
    room.shelf.faults = [SourceError("HTTP 503", retry_after=600.0)]
    await room.house.read_documents()
    room.house.clock.advance(599)
    await room.house.read_documents()
    assert room.shelf.fetches == 1
    room.house.clock.advance(2)
    await room.house.read_documents()
    assert (room.shelf.fetches, room.counted("found")) == (2, 1)


async def test_a_document_that_never_comes_is_given_up_after_a_day(room: Room) -> None:
    room.shelf.faults = [SourceError("HTTP 503") for _ in range(100)]
    for _ in range(30):
        await room.house.read_documents()
        room.house.clock.advance(timedelta(hours=1).total_seconds() + 1)
    assert 20 < room.shelf.fetches < 30
    assert room.counted("given_up") == 1


async def test_a_model_that_is_away_is_asked_again(room: Room) -> None:
    room.model.faults = [LLMErrorKind.UNAVAILABLE]
    await room.house.read_documents()
    assert (await room.stored()).statements == ()
    room.house.clock.advance(31)
    await room.house.read_documents()
    assert len((await room.stored()).statements) == 2


async def test_a_document_that_is_too_long_is_read_once_as_far_as_it_goes(
    room: Room,
) -> None:
    room.shelf.text += " And so on it goes." * 30_000
    await room.house.read_documents()
    assert len((await room.stored()).statements) == 2
    assert (room.shelf.fetches, room.counted("found")) == (1, 1)


async def test_an_alert_that_was_taken_back_gets_no_key_facts(room: Room) -> None:
    await take_back(room)
    await room.house.read_documents()
    assert room.shelf.fetches == 0
    assert (await room.stored()).statements == ()


async def test_an_alert_that_is_taken_back_while_it_is_read_gets_none(
    room: Room,
) -> None:
    room.model.meanwhile = partial(take_back, room)
    await room.house.read_documents()
    assert (await room.stored()).statements == ()
    assert room.counted("none") == 1


async def test_switched_off_no_job_is_put_and_an_old_one_is_ended(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, ManualClock(), llm=Model()) as house:
        await house.accept(page(headline(TITLE)))
        await house.settle()
        assert await house.take("facts") == []
        (stored,) = await house.archive.latest(1)
        key = stored.alert.key
        await house.ledger.done(then=[NewJob(queue="facts", key=key, body=key)])
        await house.read_documents()
        assert not await house.ledger.is_open("facts", key)


async def take_back(room: Room) -> None:
    """Retract the alert, as an operator would."""
    change = Change(kind=ChangeKind.RETRACTED, was="", at=NOON, note="wrong")
    await room.house.ledger.done(facts=retract(await room.stored(), change))
