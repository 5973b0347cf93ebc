"""What becomes of posts that wait: they are called off, hurried, put in order."""

from sqlalchemy import Float, bindparam, case, func, update

from catalyst_bot.model import BREAKING
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.schema import GIVEN_UP, OPEN, jobs

# What was held keeps its order below every value (0..1) of what comes in meanwhile.
_HELD, _ORDERED = 0.001, 86_400.0  # of a priority; seconds: older ones are equal


def cancel_posts(alert_key: str) -> Write:
    """End the posts of an alert that nobody has begun.

    One under way, in doubt or joined with others goes on, and an edit corrects it.
    """
    return Write(_CANCEL_POSTS, {"alert_key": alert_key})


def due_now(*, unix: float) -> Write:
    """Let open posts that wait for a repetition be tried at once."""
    return Write(_DUE_NOW, {"unix": unix})


def newest_first(*, unix: float) -> Write:
    """Let open posts go newest first: breaking ones, then what comes in, then these."""
    return Write(_NEWEST_FIRST, {"unix": unix})


_CANCEL_POSTS = (
    update(jobs)
    .where(
        jobs.c.queue.startswith("post:"),
        jobs.c.state == OPEN,
        jobs.c.body == bindparam("alert_key"),
        ~jobs.c.leased,
        jobs.c.doubt == 0,
    )
    .values(state=GIVEN_UP, error="retracted", body="")
)
_DUE_NOW = (
    update(jobs)
    .where(jobs.c.queue.startswith("post:"), jobs.c.state == OPEN, ~jobs.c.leased)
    .values(due=func.min(jobs.c.due, bindparam("unix", type_=Float)))
)
_AGE = bindparam("unix", type_=Float) - jobs.c.created
_NEWEST_FIRST = (
    update(jobs)
    .where(jobs.c.queue.startswith("post:"), jobs.c.state == OPEN)
    .values(
        priority=case((jobs.c.priority >= BREAKING, BREAKING), else_=0.0)
        + _HELD * func.max(0.0, 1.0 - _AGE / _ORDERED)
    )
)
