"""A unit of work in the ledger, as a value: to be added, or held under a lease."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

JOINED = "joined|"  # how the key of a job that stands for several others begins
_BODIES = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to add; a known (queue, key), open or finished, is left as it is.

    Of those that are due the highest `priority` is taken first, then the oldest.
    """

    queue: str
    key: str
    body: str = ""
    delay: float = 0.0
    priority: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job held under a lease by whoever took it.

    `in_doubt`: an earlier take ended without saying whether its side effect happened.
    `unfinished` counts the takes before this one that ended in a crash.
    `began` is when it was put, in monotonic seconds: its age, whatever the wall clock
    is set to while it is held.
    `fence` grows with every take and end: a handle works once, for its holder only.
    """

    queue: str
    key: str
    body: str
    created: float  # unix seconds
    attempt: int  # 1 on the first take
    unfinished: int
    in_doubt: bool
    doubt_since: float
    fence: int
    priority: float = 0.0
    began: float = 0.0

    @property
    def is_joined(self) -> bool:
        """Tell whether it stands for several others."""
        return self.key.startswith(JOINED)

    @property
    def bodies(self) -> tuple[str, ...]:
        """Return the bodies of the jobs that it stands for, else its own."""
        return _BODIES.validate_json(self.body) if self.is_joined else (self.body,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much waits in one queue, and for how long the oldest has been due."""

    queue: str
    pending: int
    oldest_age: float


def joined(group: Sequence[Job], *, now: float) -> Job:
    """Return the job that stands for these from `now` (unix seconds) on."""
    names = "\n".join(sorted(job.key for job in group))
    return Job(
        queue=group[0].queue,
        key=JOINED + hashlib.sha256(names.encode()).hexdigest(),
        body=json.dumps([job.body for job in group]),
        created=min(job.created for job in group),
        attempt=1,
        unfinished=0,
        in_doubt=False,
        doubt_since=now,
        fence=1,
        priority=max(job.priority for job in group),
        began=min(job.began for job in group),
    )


def first_first(job: Job) -> tuple[float, float]:
    """Sort jobs as they are to be done: by priority, then by age."""
    return -job.priority, job.created
