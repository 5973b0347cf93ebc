"""Who reads alerts for the standing queries, and how it is told."""

from collections.abc import Callable, Sequence

from catalyst_bot.assembly.channels import Channels
from catalyst_bot.assembly.parts import Base
from catalyst_bot.assembly.reader import Readers
from catalyst_bot.delivery.notices import Notices
from catalyst_bot.lifecycle.office import Office
from catalyst_bot.lifecycle.watching import Watches
from catalyst_bot.model import Alert
from catalyst_bot.reading.watching import WatchReader
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.queues import watch_job

FollowUp = Callable[[Alert], Sequence[NewJob]]


def build_watch_reader(channels: Channels, readers: Readers) -> WatchReader:
    """Return who asks the model about the watches in doubt."""
    llm = readers.core.structured if readers.core else None
    return WatchReader(watching=channels.watching, llm=llm)


def follow_up_of(reader: WatchReader) -> FollowUp:
    """Return what an accepted alert adds to the ledger for the watches in doubt."""

    def follow_up(alert: Alert) -> Sequence[NewJob]:
        return (watch_job(alert.key),) if reader.is_wanted(alert.item) else ()

    return follow_up


def watches_with(
    base: Base, channels: Channels, reader: WatchReader
) -> Callable[[Office], Watches]:
    """Return who makes the handlers, given the office of all handlers."""

    def bell_of(name: str) -> Notices | None:
        outlets = (one for one in channels.outlets() if one.name == name)
        outlet = next(outlets, None)
        return outlet.notices if outlet else None

    def build(office: Office) -> Watches:
        return Watches(
            office,
            reader,
            channels.routing,
            bell_of=bell_of,
            url_of=channels.fleet.url_of,
            max_age=base.settings.alerts.max_age,
        )

    return build
