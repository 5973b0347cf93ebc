"""Which posts share a message: as few as need to, breaking ones among themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.lifecycle.cut import batch_size, cut
from catalyst_bot.model import BREAKING
from catalyst_bot.storage.jobs import JOINED, Job


def job(name: str, *, priority: float = 0.5, in_doubt: bool = False) -> Job:
    return Job(
        queue="post:main",
        key=name,
        body='["a"]' if name.startswith(JOINED) else name,
        created=1.0,
        attempt=1,
        unfinished=0,
        in_doubt=in_doubt,
        doubt_since=1.0,
        fence=1,
        priority=priority,
    )


def free(posts: int, urgent: int | None = None) -> PostRoom:
    return PostRoom(posts=posts, urgent=posts if urgent is None else urgent)


@pytest.mark.parametrize(
    ("queued", "left", "size"),
    [(1, 5, 1), (5, 5, 1), (12, 5, 1), (8, 1, 8), (9, 2, 1), (60, 5, 10), (3, 1, 3)],
)
def test_alerts_go_alone_while_the_tokens_can_carry_the_rest(
    queued: int, left: int, size: int
) -> None:
    assert batch_size(queued, left) == size


def test_a_burst_of_sixty_fills_five_messages_and_leaves_ten() -> None:
    shares = cut([job(str(n)) for n in range(60)], free(5))
    assert [len(group) for group in shares.messages] == [10] * 5
    assert len(shares.over) == 10


def test_a_breaking_alert_is_first_and_alone() -> None:
    calm = [job(str(n)) for n in range(20)]
    shares = cut([*calm, job("halt", priority=BREAKING + 0.1)], free(3))
    assert [len(group) for group in shares.messages] == [1, 10, 10]
    assert shares.messages[0][0].key == "halt"


def test_a_wave_of_breaking_alerts_shares_messages_rather_than_wait() -> None:
    wave = [job(str(n), priority=BREAKING) for n in range(30)]
    shares = cut([job("calm"), *wave], free(5))
    assert [len(group) for group in shares.messages] == [1, 1, 8, 10, 10]


def test_what_is_kept_for_breaking_alerts_serves_no_other() -> None:
    shares = cut([job("calm"), job("halt", priority=BREAKING)], free(0, urgent=2))
    assert [group[0].key for group in shares.messages] == ["halt"]
    assert [each.key for each in shares.over] == ["calm"]


def test_what_may_have_been_posted_is_never_cut_anew() -> None:
    shares = cut(
        [job("doubt", in_doubt=True), job(f"{JOINED}1"), job("a"), job("b")], free(3)
    )
    assert [[each.key for each in group] for group in shares.messages] == [
        ["doubt"],
        [f"{JOINED}1"],
        ["a", "b"],
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from([0.1, 0.9, BREAKING]), st.booleans()), max_size=70
    ),
    st.integers(0, 20),
    st.integers(0, 5),
)
def test_no_post_is_lost_and_no_token_is_overdrawn(
    kinds: list[tuple[float, bool]], posts: int, kept: int
) -> None:
    jobs = [
        job(str(number), priority=priority, in_doubt=in_doubt)
        for number, (priority, in_doubt) in enumerate(kinds)
    ]
    shares = cut(jobs, free(posts, urgent=posts + kept))
    placed = [each for group in shares.messages for each in group]
    assert sorted(each.key for each in (*placed, *shares.over)) == sorted(
        each.key for each in jobs
    )
    assert len(shares.messages) <= posts + kept
    calm = [group for group in shares.messages if group[0].priority < BREAKING]
    assert len(calm) <= posts
    for group in shares.messages:
        assert len(group) <= 10
        if len(group) > 1:
            assert not any(each.in_doubt for each in group)
            assert len({each.priority >= BREAKING for each in group}) == 1
