"""What an item is to us: new, known, a revision, or a story already told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.card_state import ChangeKind
from catalyst_bot.intake.claims import Claim, ClaimKind, Intake
from catalyst_bot.model import Event, NewsItem, Page, Precision, SourceKind
from catalyst_bot.storage.seen import Seen, Told
from tests.clocks import NOON
from tests.news import headline, page

DAY = 86_400.0
START = NOON.timestamp()


class Remembered:
    """A memory in a dict; every new item counts as having raised an alert."""

    def __init__(self, *, raises_alerts: bool = True) -> None:
        self.seen: dict[str, Seen] = {}
        self.raises_alerts = raises_alerts

    async def recall(self, names: Collection[str]) -> Mapping[str, Seen]:
        return {name: self.seen[name] for name in names if name in self.seen}

    def note(self, claims: Sequence[Claim], unix: float) -> None:
        for claim in claims:
            first = claim.first.alert_key if claim.first else claim.item.key
            for name in claim.names:
                self.seen[name] = Seen(
                    item_key=claim.item.key,
                    source=claim.item.source,
                    title=claim.item.title,
                    alert_key=first if self.raises_alerts else None,
                    seen_at=unix,
                    last_seen=unix,
                )


class Desk:
    """An intake with its memory; each `polls` is one page, in order."""

    def __init__(self, *, raises_alerts: bool = True) -> None:
        self.memory = Remembered(raises_alerts=raises_alerts)
        self.intake = Intake(self.memory)
        self.unix = START
        self.policy = "guid"

    async def polls(self, *items: NewsItem) -> list[Claim]:
        return (await self.polls_page(page(*items, policy=self.policy)))[1]

    async def polls_page(self, listed: Page) -> tuple[Page, list[Claim]]:
        result, claims = await self.intake.claim(listed, unix=self.unix)
        self.policy = result.state.identity_policy
        self.memory.note(claims, self.unix)
        return result, list(claims)


def kinds(claims: Sequence[Claim]) -> list[ClaimKind]:
    return [claim.kind for claim in claims]


async def test_an_unseen_item_is_new_and_silent_ever_after() -> None:
    desk = Desk()
    assert kinds(await desk.polls(headline())) == [ClaimKind.NEW]
    assert await desk.polls(headline()) == []


async def test_a_known_item_is_touched_once_a_day_so_it_never_expires() -> None:
    desk = Desk()
    await desk.polls(headline())
    desk.unix += 1.5 * DAY
    assert kinds(await desk.polls(headline())) == [ClaimKind.KNOWN]


async def test_a_changed_headline_is_a_revision_of_the_first() -> None:
    desk = Desk()
    await desk.polls(headline("Acme wins $50M order", identity="1"))
    (claim,) = await desk.polls(headline("Acme wins $60M order", identity="1"))
    assert claim.kind is ClaimKind.REVISION
    assert claim.change is ChangeKind.REVISED
    assert claim.first
    assert claim.first.title == "Acme wins $50M order"


async def test_mirrors_that_alternate_between_two_headlines_edit_once() -> None:
    desk = Desk()
    old, new = headline("Acme wins", identity="1"), headline("Acme won", identity="1")
    await desk.polls(old)
    assert len(await desk.polls(new)) == 1
    assert await desk.polls(old) == []
    assert await desk.polls(new) == []


async def test_a_changed_date_is_no_revision() -> None:
    desk = Desk()
    await desk.polls(headline())
    moved = replace(headline(), published_at=NOON + timedelta(hours=1))
    assert await desk.polls(moved) == []


async def test_a_headline_marked_retracted_is_a_retraction() -> None:
    desk = Desk()
    await desk.polls(headline("Acme to merge with Bolt", identity="1"))
    (claim,) = await desk.polls(
        headline("RETRACTION: Acme to merge with Bolt", identity="1")
    )
    assert claim.change is ChangeKind.RETRACTED


async def test_a_disregard_notice_of_its_own_retracts_the_story_it_names() -> None:
    desk = Desk()
    await desk.polls(headline("Acme to merge with Bolt", identity="1"))
    (claim,) = await desk.polls(
        headline("/DISREGARD RELEASE: Acme to merge with Bolt/", identity="2")
    )
    assert claim.kind is ClaimKind.REVISION
    assert claim.change is ChangeKind.RETRACTED


async def test_a_second_wire_with_the_same_headline_is_a_duplicate() -> None:
    desk = Desk()
    await desk.polls(headline(source="one", identity="a"))
    (claim,) = await desk.polls(headline(source="two", identity="b"))
    assert claim.kind is ClaimKind.DUPLICATE
    assert claim.first
    assert claim.first.source == "one"


async def test_wires_that_share_an_id_are_told_apart_once() -> None:
    desk = Desk()
    await desk.polls(headline(source="one", identity="same"))
    (claim,) = await desk.polls(headline(source="two", identity="same"))
    assert claim.kind is ClaimKind.DUPLICATE
    assert await desk.polls(headline(source="two", identity="same")) == []
    assert await desk.polls(headline(source="one", identity="same")) == []


async def test_the_same_link_at_another_source_is_a_duplicate() -> None:
    desk = Desk()
    link = "https://news.example.com/acme?utm_source=rss"
    await desk.polls(headline("Acme wins", source="one", link=link))
    same = "https://NEWS.example.com/acme#top"
    (claim,) = await desk.polls(headline("Acme Corp wins", source="two", link=same))
    assert claim.kind is ClaimKind.DUPLICATE


async def test_a_link_used_again_days_later_elsewhere_is_news() -> None:
    desk = Desk()
    link = "https://news.example.com/acme"
    await desk.polls(headline("Acme wins", source="one", link=link))
    desk.unix += 10 * DAY
    (claim,) = await desk.polls(headline("Acme loses", source="two", link=link))
    assert claim.kind is ClaimKind.NEW


async def test_one_address_for_every_monthly_release_hides_no_release() -> None:
    desk = Desk()
    link = "https://stats.example.gov/news.release/cpi.htm"
    first = headline("CPI up 0.3% in May", identity="1", link=link)
    await desk.polls(first)
    desk.unix += 30 * DAY
    (claim,) = await desk.polls(
        headline("CPI up 0.1% in June", identity="2", link=link)
    )
    assert claim.kind is ClaimKind.NEW


async def test_the_same_headline_three_days_later_is_news() -> None:
    desk = Desk()
    await desk.polls(headline(identity="1"))
    desk.unix += 3 * DAY
    assert kinds(await desk.polls(headline(identity="2"))) == [ClaimKind.NEW]


async def test_equal_headlines_of_two_companies_are_two_stories() -> None:
    desk = Desk()
    await desk.polls(headline("Notice of meeting", identity="1", tickers=("ACME",)))
    (claim,) = await desk.polls(
        headline("Notice of meeting", identity="2", tickers=("BOLT",))
    )
    assert claim.kind is ClaimKind.NEW


async def test_a_different_number_is_a_different_story() -> None:
    desk = Desk()
    await desk.polls(headline("Acme EPS $0.45", identity="1"))
    (claim,) = await desk.polls(headline("Acme EPS $0.35", identity="2", source="two"))
    assert claim.kind is ClaimKind.NEW


async def test_a_second_wire_with_other_words_is_a_duplicate() -> None:
    desk = Desk()
    first = "Acme to acquire Bolt Systems for $300 million in cash"
    await desk.polls(headline(first, source="one", identity="a"))
    (claim,) = await desk.polls(
        headline("Acme to buy Bolt Systems for $300M cash", source="two", identity="b")
    )
    assert claim.kind is ClaimKind.DUPLICATE
    assert claim.first
    assert claim.first.title == first


async def test_two_wordings_on_one_page_are_one_story() -> None:
    desk = Desk()
    claims = await desk.polls(
        headline("Acme to buy Bolt Systems for $300M cash", identity="b"),
        headline("Acme to acquire Bolt Systems for $300 million", identity="a"),
    )
    assert kinds(claims) == [ClaimKind.NEW, ClaimKind.DUPLICATE]


async def test_the_next_stage_of_an_offering_is_news() -> None:
    desk = Desk()
    await desk.polls(headline("Acme proposes $50M public offering", identity="1"))
    for number, stage in enumerate(("prices", "closes")):
        (claim,) = await desk.polls(
            headline(f"Acme {stage} $50M public offering", identity=f"next {number}")
        )
        assert claim.kind is ClaimKind.NEW


async def test_other_words_three_days_later_are_news() -> None:
    desk = Desk()
    await desk.polls(headline("Acme to acquire Bolt Systems", identity="1"))
    desk.unix += 3 * DAY
    (claim,) = await desk.polls(headline("Acme to buy Bolt Systems", identity="2"))
    assert claim.kind is ClaimKind.NEW


async def test_other_words_for_a_story_that_raised_no_alert_are_judged_anew() -> None:
    desk = Desk(raises_alerts=False)
    await desk.polls(headline("Acme to acquire Bolt Systems", identity="1"))
    (claim,) = await desk.polls(headline("Acme to buy Bolt Systems", identity="2"))
    assert claim.kind is ClaimKind.NEW


async def test_a_correction_with_another_number_edits_the_first_alert() -> None:
    desk = Desk()
    await desk.polls(headline("Acme prices $50M public offering", identity="1"))
    (claim,) = await desk.polls(
        headline("CORRECTED: Acme prices $60M public offering", identity="2")
    )
    assert claim.kind is ClaimKind.REVISION
    assert claim.change is ChangeKind.CORRECTED


async def test_a_restart_knows_the_stories_of_the_run_before() -> None:
    desk = Desk()
    await desk.polls(headline("Acme to acquire Bolt Systems", identity="1"))
    told = Told(
        key="feed:1",
        title="Acme to acquire Bolt Systems",
        tickers=("ACME",),
        first_seen=START,
    )
    desk.intake = Intake(desk.memory)
    desk.intake.restore([told])
    (claim,) = await desk.polls(headline("Acme to buy Bolt Systems", identity="2"))
    assert claim.kind is ClaimKind.DUPLICATE


async def test_a_headline_that_breaks_the_look_for_its_story_costs_itself_only() -> (
    None
):
    def kinds(title: str) -> frozenset[str]:
        if "cursed" in title:
            raise RecursionError(title)
        return frozenset()

    broken = list[None]()
    desk = Desk()
    desk.intake = Intake(desk.memory, kinds=kinds, broke=lambda: broken.append(None))
    told = [
        Told(key=f"feed:{title}", title=title, tickers=("ACME",), first_seen=START)
        for title in ("Acme cursed", "Acme to acquire Bolt Systems")
    ]
    await desk.polls(headline(told[1].title, identity="1"))
    desk.intake.restore(told)
    claims = await desk.polls(
        headline("Acme is cursed again", identity="2"),
        headline("Acme to buy Bolt Systems", identity="3"),
    )
    kinds_of = {claim.item.title: claim.kind for claim in claims}
    assert kinds_of["Acme is cursed again"] is ClaimKind.NEW
    assert kinds_of["Acme to buy Bolt Systems"] is ClaimKind.DUPLICATE
    assert len(broken) == 2


async def test_the_twin_of_a_rejected_item_is_judged_anew() -> None:
    desk = Desk(raises_alerts=False)
    await desk.polls(headline(source="one", identity="a"))
    (claim,) = await desk.polls(headline(source="two", identity="b"))
    assert claim.kind is ClaimKind.NEW


async def test_ids_that_all_change_repost_nothing() -> None:
    desk = Desk()
    link = "https://example.com/{}"
    before = [
        headline(f"Story {n}", identity=f"old-{n}", link=link.format(n))
        for n in range(6)
    ]
    after = [replace(item, identity=f"new-{n}") for n, item in enumerate(before)]
    await desk.polls(*before)
    claims = await desk.polls(*after)
    assert set(kinds(claims)) == {ClaimKind.DUPLICATE}


async def test_blank_ids_move_the_source_to_links_and_prime_that_page() -> None:
    desk = Desk()
    link = "https://example.com/{}"
    items = [headline(f"Story {n}", identity="", link=link.format(n)) for n in range(6)]
    result, _ = await desk.polls_page(page(*items))
    assert result.is_silent
    assert result.state.identity_policy == "link"
    again, _ = await desk.polls_page(page(*items, policy="link"))
    assert not again.is_silent


async def test_a_policy_never_moves_back() -> None:
    desk = Desk()
    result, _ = await desk.polls_page(page(headline(), policy="title"))
    assert result.state.identity_policy == "title"


async def test_one_doubled_id_keeps_both_items_apart() -> None:
    desk = Desk()
    twins = [
        headline("Alpha rises", identity="7", link="https://example.com/a"),
        headline("Beta falls", identity="7", link="https://example.com/b"),
    ]
    others = [headline(f"Story {n}") for n in range(60)]
    claims = await desk.polls(*twins, *others)
    assert len({claim.item.key for claim in claims}) == 62
    assert await desk.polls(*twins, *others) == []


def halt(state: str, *, event: Event = Event.HALT, symbol: str = "ABCD") -> NewsItem:
    return headline(
        f"Trading halted ({state})",
        identity=f"{symbol} 2026-11-20T14:47:12Z",
        kind=SourceKind.HALTS,
        event=event,
        state=state,
        tickers=(symbol,),
        published_at=NOON - timedelta(days=40),
    )


async def test_a_resumption_edits_the_halt_that_was_posted() -> None:
    desk = Desk()
    await desk.polls(halt("T1"))
    (claim,) = await desk.polls(halt("T1 resumes", event=Event.RESUMPTION))
    assert claim.change is ChangeKind.RESUMED


async def test_a_resumption_of_a_halt_never_posted_is_fresh_news_of_its_own() -> None:
    desk = Desk(raises_alerts=False)
    await desk.polls(halt("T1"))
    resumed = halt("T1 resumes", event=Event.RESUMPTION)
    (claim,) = await desk.polls(resumed)
    assert claim.kind is ClaimKind.NEW
    assert claim.item.published_at == resumed.received_at
    assert claim.item.precision is Precision.NONE


async def test_a_common_stock_that_joins_its_warrants_halt_is_the_same_halt() -> None:
    desk = Desk()
    await desk.polls(halt("T1", symbol="ABCDW"))
    moment = "2026-11-20T14:47:12Z"
    both = replace(
        halt("T1"),
        tickers=("ABCD", "ABCDW"),
        members=(f"ABCD {moment}", f"ABCDW {moment}"),
    )
    (claim,) = await desk.polls(both)
    assert claim.change is ChangeKind.UPDATED
    assert await desk.polls(both) == []
    assert await desk.polls(halt("T1", symbol="ABCDW")) == []


@given(order=st.permutations(range(8)))
async def test_any_order_of_a_page_claims_the_same_items(order: list[int]) -> None:
    items = [
        headline(f"Story {n}", identity=str(n % 6), link=f"https://example.com/{n}")
        for n in range(8)
    ]
    plain = await Desk().polls(*items)
    mixed = await Desk().polls(*(items[n] for n in order))
    titles = {(claim.kind, claim.item.title) for claim in plain}
    assert {(claim.kind, claim.item.title) for claim in mixed} == titles
