"""Who is rung by a message: named in its text and, by id, in `allowed_mentions`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from catalyst_bot.delivery.clean import clean_feed
from catalyst_bot.model import Alert, Interest

# Discord takes 100 ids of each kind; so many leave room for a message's own text.
MOST = 50
_QUERY, _HEADLINE, _NAMED = 80, 200, 3  # characters, characters, queries


@dataclass(frozen=True, slots=True)
class Rung:
    """Ids of roles and persons, each once; none but they are ever rung."""

    roles: tuple[str, ...]
    users: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return them as a message mentions them, "" for nobody."""
        roles = (f"<@&{one}>" for one in self.roles)
        return " ".join((*roles, *(f"<@{one}>" for one in self.users)))

    @property
    def allowed(self) -> dict[str, Any]:
        """Return the `allowed_mentions` under which they are rung."""
        named = {"roles": list(self.roles), "users": list(self.users)}
        return {"parse": [], **{kind: ids for kind, ids in named.items() if ids}}


def rung_of(interests: Iterable[Interest], roles: Sequence[str] = ()) -> Rung:
    """Return whom these watches ring, and further roles before them; 50 at most."""
    watches = [one.watch for one in interests]
    named = [*roles, *(watch.role_id for watch in watches if watch.role_id)]
    found = tuple(dict.fromkeys(named))[:MOST]
    users = dict.fromkeys(watch.user_id for watch in watches if watch.user_id)
    return Rung(roles=found, users=tuple(users)[: MOST - len(found)])


def ring_text(alert: Alert, interests: Sequence[Interest], *, url: str) -> str:
    """Return the line that tells of an alert whose card stands already.

    `url` is the card's address, "" while it is not known: then its id is named.
    """
    subject = " ".join((*alert.item.tickers[:1], alert.item.title))
    named = [
        f"{clean_feed(one.watch.query, limit=_QUERY)} ({one.score:.2f})"
        for one in interests[:_NAMED]
    ]
    headline = clean_feed(subject, limit=_HEADLINE)
    place = f"[card]({url})" if url else f"id:{alert.id}"
    rung = rung_of(interests).text
    return f"{rung} Watch {', '.join(named)}: {headline} • {place}".strip()
