"""What a card says of the other alert of a conflict."""

import re
from dataclasses import replace

import pytest

from catalyst_bot.card_state import CardState, Counterpart, MessageRef
from catalyst_bot.conflict import Dispute, Kind, State, Strength
from catalyst_bot.delivery.card import Card
from catalyst_bot.delivery.compact import compact
from catalyst_bot.delivery.conflict_fields import (
    CONFLICT_NAMES,
    CONFLICTS,
    CORRECTED,
    DISPUTED,
)
from catalyst_bot.delivery.guilds import Guilds
from catalyst_bot.delivery.message import fitted
from catalyst_bot.delivery.render import render
from catalyst_bot.delivery.terminal import plain_words
from tests.alerts import alert_of, analysed
from tests.clocks import NOON

URL = "https://discord.com/channels/" + "/".join(["1" * 20] * 3)
HOSTILE = "@everyone [free](https://evil.example) **now** " * 10
FIELD_LIMIT = 1024


def counterpart(
    kind: Kind = Kind.DENIAL,
    state: State = State.UNCONFIRMED,
    *,
    title: str = "Acme in talks",
    url: str = URL,
) -> Counterpart:
    dispute = Dispute(
        earlier="a",
        later="b",
        kind=kind,
        strength=Strength.STRONG,
        reason="denies",
        at=1.0,
        state=state,
    )
    return Counterpart(
        dispute=dispute, id="abcd1234", title=title, raised_at=NOON, url=url
    )


def card_of(**told: tuple[Counterpart, ...]) -> Card:
    state = CardState(analysis=analysed(), **told)  # type: ignore[arg-type]
    return render(alert_of(), state, disclaimer="")


def fields(card: Card) -> dict[str, str]:
    return {
        field.name: field.value for field in card.fields if field.name in CONFLICT_NAMES
    }


def test_a_card_without_conflicts_has_no_such_field() -> None:
    assert fields(card_of()) == {}


def test_the_field_links_times_and_quotes_the_earlier_alert() -> None:
    when = f"<t:{int(NOON.timestamp())}:R>"
    assert fields(card_of(conflicts_with=(counterpart(),))) == {
        CONFLICTS: f"[earlier alert]({URL}) {when} • denial, unconfirmed: Acme in talks"
    }
    unknown = card_of(conflicts_with=(counterpart(url=""),))
    assert fields(unknown)[CONFLICTS].startswith(f"{when} • denial")


def test_an_earlier_alert_that_was_taken_back_is_struck_out() -> None:
    taken = replace(counterpart(), is_retracted=True)
    told = fields(card_of(conflicts_with=(taken,)))[CONFLICTS]
    assert told.endswith("denial, unconfirmed: ~~Acme in talks~~")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.DENIAL, DISPUTED),
        (Kind.GUIDANCE, DISPUTED),
        (Kind.POLARITY, DISPUTED),
        (Kind.CORRECTION, CORRECTED),
        (Kind.RETRACTION, CORRECTED),
        (Kind.NUMBER, CORRECTED),
    ],
)
def test_the_earlier_card_is_disputed_or_corrected(kind: Kind, name: str) -> None:
    told = fields(card_of(disputed_by=(counterpart(kind, State.CONFIRMED),)))
    assert list(told) == [name]
    assert "confirmed: " in told[name]


@pytest.mark.parametrize(
    ("strength", "state", "later", "earlier"),
    [
        (Strength.STRONG, State.WAITING, True, False),
        (Strength.STRONG, State.CONFIRMED, True, True),
        (Strength.STRONG, State.UNCONFIRMED, True, True),
        (Strength.STRONG, State.DENIED, False, False),
        (Strength.WEAK, State.WAITING, False, False),
        (Strength.WEAK, State.CONFIRMED, True, True),
        (Strength.WEAK, State.UNCONFIRMED, False, False),
        (Strength.WEAK, State.DENIED, False, False),
    ],
)
def test_a_card_tells_what_is_sure_at_once_and_the_earlier_one_what_is_over(
    strength: Strength, state: State, *, later: bool, earlier: bool
) -> None:
    dispute = replace(counterpart().dispute, strength=strength, state=state)
    assert dispute.is_told_by_later is later
    assert dispute.is_told_by_earlier is earlier


def test_three_hostile_headlines_fit_and_lead_nowhere() -> None:
    many = tuple(counterpart(title=HOSTILE) for _ in range(5))
    value = fields(card_of(conflicts_with=many))[CONFLICTS]
    assert value.count("[earlier alert]") == 3
    assert len(value) <= FIELD_LIMIT
    ours = value.replace(f"[earlier alert]({URL})", "")
    assert not re.search(r"(?<!\\)\[|://|@everyone", ours)


def test_where_room_is_short_one_whole_link_is_left() -> None:
    many = tuple(counterpart(title=HOSTILE) for _ in range(3))
    card = card_of(conflicts_with=many, disputed_by=many)
    state = CardState(analysis=analysed(), conflicts_with=many)
    small = compact()(alert_of(), state, disclaimer="")
    for short in (fitted(card, 1200), small):
        assert fields(short)[CONFLICTS].startswith(f"[earlier alert]({URL}) <t:")
        assert fields(short)[CONFLICTS].count("alert](") == 1


def test_a_terminal_shows_the_words_of_a_link_alone() -> None:
    assert plain_words(f"[earlier alert]({URL}) x") == "earlier alert x"


def test_a_link_is_of_the_readers_channel_else_of_the_first_that_has_one() -> None:
    guilds = Guilds()
    guilds.learn("two", "7")
    guilds.learn("three", "no number")
    refs = tuple(
        MessageRef(channel=name, channel_id=f"c-{name}", message_id="9")
        for name in ("one", "two", "three")
    )
    other = Counterpart(
        dispute=counterpart().dispute, id="x", title="t", raised_at=NOON, refs=refs
    )
    two = "https://discord.com/channels/7/c-two/9"
    assert other.seen_from("three").linked(guilds.url_of).url == two
    guilds.learn("three", "8")
    three = "https://discord.com/channels/8/c-three/9"
    assert other.seen_from("three").linked(guilds.url_of).url == three
    assert other.linked(Guilds().url_of).url == ""


def test_the_page_links_to_itself() -> None:
    ref = MessageRef(channel="page", channel_id="page", message_id="abcd1234")
    assert Guilds().place_of(ref) == "#title-abcd1234"
    assert Guilds().url_of(ref) == ""
