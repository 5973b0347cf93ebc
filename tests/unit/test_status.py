"""A denial, a failure or a hope never reads like the event itself."""

import pytest

from catalyst_bot.scoring.cues import Status
from catalyst_bot.scoring.prepared import prepare
from catalyst_bot.scoring.status import Reading, effective, status_of


def reading(title: str, event: str) -> Reading:
    """Return the status of `event`, which stands in `title` word for word."""
    tokens, words = prepare(title).tokens, prepare(event).tokens
    first = next(i for i in range(len(tokens)) if tokens[i : i + len(words)] == words)
    return status_of(prepare(title), first, first + len(words))


@pytest.mark.parametrize(
    ("title", "event", "status"),
    [
        ("Acme confirms takeover talks", "takeover talks", Status.ASSERTED),
        ("Acme denies takeover talks", "takeover talks", Status.DENIED),
        ("Acme says not in talks on takeover", "talks", Status.DENIED),
        ("FDA approval granted to Acme", "fda approval", Status.ASSERTED),
        ("No FDA approval yet for Acme", "fda approval", Status.PENDING),
        ("Acme awaits FDA approval", "fda approval", Status.PENDING),
        ("FDA approval not granted to Acme", "fda approval", Status.DENIED),
        ("Acme prices public offering", "public offering", Status.ASSERTED),
        ("Acme withdraws public offering", "public offering", Status.UNDONE),
        ("Acme has no plans for a public offering", "public offering", Status.DENIED),
        ("Acme may file for bankruptcy", "bankruptcy", Status.POSSIBLE),
        ("Acme avoids bankruptcy", "bankruptcy", Status.UNDONE),
        ("Acme fails to avoid bankruptcy", "bankruptcy", Status.ASSERTED),
        ("FDA places clinical hold on Acme", "clinical hold", Status.ASSERTED),
        ("FDA lifts clinical hold on Acme", "clinical hold", Status.UNDONE),
        ("Acme clinical hold lifted", "clinical hold", Status.UNDONE),
        ("Trial failed to meet primary endpoint", "primary endpoint", Status.FAILED),
        ("Lawsuit filed against Acme", "lawsuit", Status.ASSERTED),
        ("Acme lawsuit dismissed", "lawsuit", Status.UNDONE),
        ("Acme merger called off", "merger", Status.UNDONE),
        ("Acme recalls 900 cribs over fire risk", "recalls 900 cribs", Status.ASSERTED),
        ("Acme recalls cribs due to fire risk", "recalls cribs due", Status.ASSERTED),
        ("Acme bankruptcy risk grows", "bankruptcy", Status.POSSIBLE),
        ("Acme not only beats but adds buyback", "beats", Status.ASSERTED),
        ("Acme not only beats but adds buyback", "buyback", Status.ASSERTED),
        ("Is Acme about to merge?", "merge", Status.POSSIBLE),
        ("Acme No. 1 in approval rates", "approval", Status.ASSERTED),
        ("Acme wins approval in May 2026", "approval", Status.ASSERTED),
        ("Acme drops on FDA approval", "fda approval", Status.ASSERTED),
        ("Acme cancels flights, faces lawsuit", "lawsuit", Status.ASSERTED),
        ("FTC clears the Borel deal", "deal", Status.ASSERTED),
        ("Jury clears Acme of fraud", "fraud", Status.UNDONE),
        ("Acme closes acquisition", "acquisition", Status.ASSERTED),
        ("SEC closes Acme probe", "probe", Status.UNDONE),
        ("Acme lifts dividend", "dividend", Status.ASSERTED),
        ("Acme loses patent lawsuit", "lawsuit", Status.ASSERTED),
        ("Acme loses Navy contract", "contract", Status.UNDONE),
        ("Lawsuit against Acme Holdings thrown out", "lawsuit", Status.UNDONE),
    ],
)
def test_cues_decide_what_is_said_of_an_event(
    title: str, event: str, status: Status
) -> None:
    assert reading(title, event).status is status


@pytest.mark.parametrize(
    "title",
    [
        "Acme denies report; merger closes",
        "Beta denies report – merger closes",
        "Beta denies report but merger closes",
        "Beta denies all of its many old reports, merger closes",
    ],
)
def test_a_cue_does_not_reach_over_a_clause_or_too_far(title: str) -> None:
    assert reading(title, "merger").status is Status.ASSERTED


def test_the_cue_words_are_told() -> None:
    assert reading("Acme fails to avoid bankruptcy", "bankruptcy").cues == (
        (1, 3),
        (3, 4),
    )


@pytest.mark.parametrize(
    ("direction", "status", "expected"),
    [
        (1.0, Status.ASSERTED, 1.0),
        (1.0, Status.DENIED, -0.6),
        (-1.0, Status.DENIED, 0.4),
        (1.0, Status.FAILED, -1.0),
        (-1.0, Status.FAILED, 0.4),
        (-1.0, Status.UNDONE, 0.6),
        (1.0, Status.PENDING, 0.1),
        (-1.0, Status.POSSIBLE, -0.4),
    ],
)
def test_a_status_bends_the_direction(
    direction: float, status: Status, expected: float
) -> None:
    assert effective(direction, status) == pytest.approx(expected)
