"""Conflicts between alerts, from the look for them to what both cards tell."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalyst_bot.card_state import Analysis, Phase
from catalyst_bot.conflict import Dispute, Kind, State, Strength
from catalyst_bot.delivery.routing import Admission
from catalyst_bot.delivery.rules import ChannelRules, QuietHours
from catalyst_bot.disputes import Disputes
from catalyst_bot.model import Reason
from catalyst_bot.reading.conflicts.features import Features, features_of
from catalyst_bot.reading.contradiction import Label
from catalyst_bot.reading.standing import Found, StandingAlerts
from catalyst_bot.storage.disputes import save_dispute, settle_dispute
from tests.clocks import ManualClock
from tests.house import DEADLINE, MAX_AGE, WINDOW, House, open_house
from tests.news import headline, page

TALKS = "Acme in record talks to be acquired by Beta"
UNTRUE = "Acme says report of talks with Beta is untrue"
WINS, WINS_LESS = (
    "Acme wins record $80 million order",
    "Acme wins record $50 million order",
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock(), finds_conflicts=True) as house:
        yield house


async def tell(house: House, *titles: str) -> None:
    """Let a wire say this now, in one page, and run every queue once."""
    house.clock.advance(60)
    now = house.clock.now()
    items = [headline(title, published_at=now) for title in reversed(titles)]
    await house.accept(page(*items))
    await house.settle()


def told(house: House) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return what each card that was shown said of conflicts, with its verb."""
    return [
        (
            line,
            tuple(one.dispute.state.value for one in state.conflicts_with),
            tuple(one.dispute.state.value for one in state.disputed_by),
        )
        for line, state in zip(house.screen.lines, house.screen.states, strict=True)
    ]


async def states(house: House) -> list[State]:
    """Return the states of all conflicts, by the newest alert first."""
    found = await house.archive.latest(10)
    return [
        one.dispute.state
        for stored in found
        for one in stored.counterparts
        if one.dispute.later == stored.alert.key
    ]


async def test_a_dull_denial_is_posted_confirmed_and_told_by_the_earlier_card(
    house: House,
) -> None:
    await tell(house, TALKS)
    await tell(house, UNTRUE)
    posted, *edited = told(house)[2:]
    assert posted == (f"posted {UNTRUE}: pending", ("waiting",), ())
    assert len(edited) == 2
    assert set(edited) == {
        (f"edited {UNTRUE}: analysed", ("confirmed",), ()),
        (f"edited {TALKS}: analysed", (), ("confirmed",)),
    }
    assert house.judge.asked == [(TALKS, UNTRUE)]


class Cursed(StandingAlerts):
    """Breaks off on whatever it is asked."""

    def contradicted_by(
        self, title: str, tickers: Sequence[str], *, unix: float
    ) -> tuple[Found, ...]:
        raise RecursionError(title)


async def test_a_headline_that_breaks_the_rules_is_posted_all_the_same(
    house: House,
) -> None:
    house.pipeline = house.build_pipeline(
        Disputes(Cursed(window=WINDOW), metrics=house.metrics)
    )
    await tell(house, TALKS)
    assert house.screen.lines[0] == f"posted {TALKS}: pending"


async def test_a_stored_headline_that_breaks_the_rules_blinds_no_other(
    house: House,
) -> None:
    def read(title: str) -> Features:
        if "cursed" in title:
            raise RecursionError(title)
        return features_of(title)

    broke = house.metrics.unexpected_errors.labels("conflict").inc
    standing = StandingAlerts(window=WINDOW, read=read, broke=broke)
    conflicts = Disputes(standing, metrics=house.metrics)
    house.pipeline = house.build_pipeline(conflicts)
    standing.add(
        "of-an-earlier-start", "Acme cursed", ("ACME",), unix=house.clock.unix()
    )
    await conflicts.prepare()
    await tell(house, TALKS)
    await tell(house, UNTRUE)
    assert await states(house) == [State.CONFIRMED]
    assert 'errors_total{where="conflict"} 1.0' in house.metrics.render().decode()


async def test_a_conflict_within_one_page_is_seen(house: House) -> None:
    await tell(house, TALKS, UNTRUE)
    assert await states(house) == [State.CONFIRMED]


async def test_what_nobody_can_confirm_is_told_at_once(house: House) -> None:
    await tell(house, TALKS)
    house.reader.start = Analysis(phase=Phase.OFFLINE)
    await tell(house, UNTRUE)
    assert told(house)[2:] == [
        (f"posted {UNTRUE}: offline", ("waiting",), ()),
        (f"edited {TALKS}: analysed", (), ("unconfirmed",)),
    ]
    assert house.judge.asked == []


async def test_a_reading_that_comes_too_late_leaves_it_unconfirmed(
    house: House,
) -> None:
    await tell(house, TALKS)
    await house.accept(page(headline(UNTRUE)))
    await house.post()
    house.clock.advance(DEADLINE + 1)
    await house.settle()
    assert await states(house) == [State.UNCONFIRMED]
    assert ("unconfirmed",) in [by for _, _, by in told(house)[-2:]]


async def test_an_analysis_does_not_wait_long_for_a_verdict(house: House) -> None:
    await tell(house, TALKS)
    await house.accept(page(headline(UNTRUE)))
    await house.post()
    house.judge.hold = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(house.enrich())
        for job in await house.ledger.take("edit:main", 1, lease=60, wait=40):
            await house.lifecycle.edits.edit(house.screen, job)
        assert told(house)[-1] == (f"edited {UNTRUE}: analysed", ("waiting",), ())
        house.judge.hold.set()
    await house.edit()
    assert {line[1:] for line in told(house)[-2:]} == {
        (("confirmed",), ()),
        ((), ("confirmed",)),
    }


async def test_where_no_analysis_is_shown_a_verdict_still_edits_both_cards(
    tmp_path: Path,
) -> None:
    async with open_house(
        tmp_path, ManualClock(), finds_conflicts=True, shows_analysis=False
    ) as house:
        await tell(house, TALKS)
        await tell(house, UNTRUE)
        assert {line[1:] for line in told(house)[2:]} == {
            (("confirmed",), ()),
            ((), ("confirmed",)),
        }


@pytest.mark.parametrize(
    ("label", "said"), [(Label.CONFLICT, ("confirmed",)), (Label.UNKNOWN, ())]
)
async def test_a_weak_conflict_is_told_by_both_cards_once_the_model_agrees(
    house: House, label: Label, said: tuple[str, ...]
) -> None:
    house.judge.label = label
    await tell(house, WINS)
    await tell(house, WINS_LESS)
    assert told(house)[2][1] == ()
    (newer, older) = await house.archive.latest(2)
    assert tuple(o.dispute.state.value for o in newer.conflicts_with) == said
    assert tuple(o.dispute.state.value for o in older.disputed_by) == said


async def test_a_weak_conflict_makes_no_alert_of_dull_news(house: House) -> None:
    await tell(house, WINS)
    await tell(house, WINS_LESS.replace("record ", ""))
    assert [r.reason for r in await house.archive.rejected("ACME")] == [
        Reason.LOW_SCORE
    ]


async def test_what_is_older_than_the_window_is_not_contradicted(house: House) -> None:
    await tell(house, TALKS)
    house.clock.advance(WINDOW + 1)
    await tell(house, UNTRUE)
    assert len(await house.archive.latest(5)) == 1


async def test_what_was_taken_back_is_not_contradicted(house: House) -> None:
    await tell(house, TALKS)
    (stored,) = await house.archive.latest(1)
    await house.lifecycle.retractions.retract(stored.alert.id, "wrong company")
    await tell(house, UNTRUE)
    assert len(await house.archive.latest(5)) == 1


async def test_an_alert_is_compared_with_what_it_says_since_its_correction(
    house: House,
) -> None:
    await tell(house, WINS)
    fixed = headline(WINS_LESS, identity=f"id of {WINS}")
    await house.accept(page(fixed))
    await tell(house, "Acme confirms record $50 million order")
    assert await states(house) == []


async def test_a_denial_taken_back_before_its_verdict_disputes_nothing(
    house: House,
) -> None:
    await tell(house, TALKS)
    await house.accept(page(headline(UNTRUE)))
    await house.post()
    newer, _ = await house.archive.latest(2)
    await house.lifecycle.retractions.retract(newer.alert.id, "sent by mistake")
    await house.settle()
    assert await states(house) == [State.DENIED]
    assert all(by == () for _, _, by in told(house))


ENDS = st.sampled_from([State.CONFIRMED, State.DENIED, State.UNCONFIRMED])


@given(ends=st.lists(ENDS, min_size=1, max_size=4))
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_conflict_ends_once_and_never_goes_back(
    tmp_path_factory: pytest.TempPathFactory, ends: list[State]
) -> None:
    asyncio.run(ends_as(tmp_path_factory.mktemp("ledger"), ends))


async def ends_as(folder: Path, ends: list[State]) -> None:
    async with open_house(folder, ManualClock(), finds_conflicts=True) as house:
        for key in (TALKS, WINS):
            await house.accept(page(headline(key)))
        later, earlier = [one.alert.key for one in await house.archive.latest(2)]
        dispute = Dispute(
            earlier=earlier,
            later=later,
            kind=Kind.NUMBER,
            strength=Strength.WEAK,
            reason="another figure",
            at=1.0,
        )
        await house.ledger.done(facts=[save_dispute(dispute)])
        for end in ends:
            ended = replace(dispute, state=end)
            again = save_dispute(dispute)  # a page that is seen again
            await house.ledger.done(facts=[settle_dispute(ended), again])
        assert await states(house) == [ends[0]]


@pytest.mark.parametrize(
    "retraction", ["RETRACTION: " + UNTRUE, None], ids=["source", "operator"]
)
async def test_a_denial_taken_back_after_its_verdict_disputes_nothing(
    house: House, retraction: str | None
) -> None:
    await tell(house, TALKS)
    await tell(house, UNTRUE)
    if retraction:
        await tell(house, retraction)
    else:
        newer, _ = await house.archive.latest(2)
        await house.lifecycle.retractions.retract(newer.alert.id, "sent by mistake")
        await house.settle()
    edited = {line: by for line, _, by in told(house)[5:]}
    assert edited == {
        f"edited {UNTRUE}: analysed": (),
        f"edited {TALKS}: analysed": (),
    }


async def test_whoever_was_told_a_story_is_told_its_denial_whatever_they_take(
    house: House,
) -> None:
    await tell(house, TALKS)
    strict = Admission(rules=ChannelRules(min_score=0.5))
    for name in ("main", "another"):
        house.routing.add(name, strict)
    await tell(house, UNTRUE)
    newer, _ = await house.archive.latest(2)
    assert newer.channels == ("main",)
    assert await states(house) == [State.CONFIRMED]


async def test_an_earlier_card_tells_a_denial_whose_post_came_too_late(
    house: House,
) -> None:
    await tell(house, TALKS)
    await house.accept(page(headline(UNTRUE)))
    house.clock.advance(MAX_AGE + 1)  # nobody could post it
    await house.settle()
    assert told(house)[2:] == [(f"edited {TALKS}: analysed", (), ("unconfirmed",))]


async def test_a_story_that_only_a_second_source_brought_to_a_channel_is_contradicted(
    house: House,
) -> None:
    rules = ChannelRules(sources=frozenset({"other wire"}))
    house.routing.add("main", Admission(rules=rules))
    await tell(house, TALKS)
    now = house.clock.now()
    again = headline(TALKS, source="other wire", identity="again", published_at=now)
    await house.accept(page(again))
    await house.settle()
    await tell(house, UNTRUE)
    assert await states(house) == [State.CONFIRMED]


async def test_an_earlier_card_tells_a_denial_that_its_channel_holds_back(
    house: House,
) -> None:
    await tell(house, TALKS)
    always = QuietHours(start=time(0), end=time.max)
    house.routing.add("main", Admission(quiet=always))
    await tell(house, UNTRUE)
    assert told(house)[2:] == [(f"edited {TALKS}: analysed", (), ("unconfirmed",))]
