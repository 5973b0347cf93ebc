"""The values that make up a card beyond its alert, and where it stands.

Alert -> (CardState ->) MessageRef -> Analysis, Quote, Change -> CardState
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_bot.conflict import Dispute
from catalyst_bot.model import Alert, Interest, Session

QUOTE_FRESH = timedelta(seconds=60)  # a price older than this says how old it is


class ChangeKind(StrEnum):
    """Why a posted card was edited by news, not by the model."""

    REVISED = "revised"  # the source changed the headline
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    UPDATED = "updated"  # a halt's reason or threshold, an EDGAR filing's parties
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One revision of an alert: what it said before, "" when that still holds.

    `note` is what changed, in words; of a retraction, its reason.
    """

    kind: ChangeKind
    was: str
    at: datetime
    note: str = ""


def retraction_of(changes: Sequence[Change]) -> Change | None:
    """Return the newest change that takes an alert back; nothing undoes it."""
    taken = [each for each in changes if each.kind is ChangeKind.RETRACTED]
    return taken[-1] if taken else None


class Direction(StrEnum):
    """What the model makes of an item for the named stock."""

    BULLISH = "bullish"
    BEARISH = "bearish"
    NEUTRAL = "neutral"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A checked reading by the model; all texts are plain, one line, without links.

    `is_grounded` is False when the quote is not in the text or the reason has a number
    that the text has not: then `reason` and `evidence` are not shown as fact.
    """

    direction: Direction
    confidence: float  # 0..1, the model's own and not calibrated
    reason: str  # at most 280 characters
    risk: str = ""
    evidence: str = ""  # a quote of the item's own words
    is_grounded: bool = True
    agrees: bool | None = None  # with VADER's side; None when either is neutral


class Phase(StrEnum):
    """The state of the field `AI analysis`; it moves one way, see ARCHITECTURE."""

    OFF = "off"
    PENDING = "pending"
    ANALYSED = "analysed"
    TIMED_OUT = "timed_out"
    OFFLINE = "offline"
    BUSY = "busy"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What is known of the model's reading of one alert."""

    phase: Phase
    detail: str = ""  # the true reason: "circuit open", "HTTP 500", "38 alerts ahead"
    due: float = 0.0  # PENDING: unix seconds by which the card becomes final
    retry: float = 0.0  # OFFLINE by an open circuit: unix seconds of the next probe
    verdict: Verdict | None = None
    headline: str = ""  # what the verdict is about: it may have changed since
    model: str = ""
    provider: str = ""  # who gave the verdict, as LLM_PROVIDERS names it
    seconds: float = 0.0  # the model's time; for TIMED_OUT the deadline
    late: float = 0.0  # seconds from post to a verdict that came after the deadline
    after: float = 0.0  # seconds from post to this outcome; 0.0: it was posted with it
    related: tuple[str, ...] = ()  # earlier headlines near to this one; never a proof
    read: str = ""  # what a verdict is drawn from: "headline", "8-K + EX-99.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFact:
    """A statement that the document behind an alert bears out, as it is kept.

    `offsets` are the start and end of its source in the text of the document, which is
    kept nowhere; `section` is "body", "key_points" or "table".
    """

    statement: str  # at most 300 characters
    context: str = ""  # of what period, unit or deal it holds
    key_terms: tuple[str, ...] = ()  # verbatim in the statement
    section: str
    offsets: tuple[int, int]
    table_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a stock was last traded at; `change` since the last close in percent."""

    price: float  # US dollars, above 0
    change: float | None = None  # 3.2 is +3.2 %
    at: datetime | None = None  # of the trade; None: nobody told
    seen_at: datetime | None = None  # when we learnt it
    session: Session = Session.REGULAR  # in which it was traded
    source: str = ""  # who told it
    is_delayed: bool = False  # by the provider's own word

    @property
    def is_old(self) -> bool:
        """Tell whether the trade was over a minute old when we learnt of it."""
        if self.at is None or self.seen_at is None:
            return False
        return self.seen_at - self.at > QUOTE_FRESH


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """Where a card stands; enough to edit it after a restart.

    A message has up to ten cards: this one is at `position`, from 0, among `cards`.
    """

    channel: str  # our name of the channel
    channel_id: str
    message_id: str
    position: int = 0
    cards: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """The other alert of a conflict, as the card of one of the two names it."""

    dispute: Dispute
    id: str
    title: str
    raised_at: datetime
    refs: tuple[MessageRef, ...] = ()  # where its cards stand, the one to link first
    url: str = ""  # of such a card, once it is known
    is_retracted: bool = False  # it was taken back since

    def seen_from(self, channel: str) -> "Counterpart":
        """Return it with its card in `channel` first, where it has one."""
        nearest = sorted(self.refs, key=lambda ref: ref.channel != channel)
        return replace(self, refs=tuple(nearest))

    def linked(self, url_of: Callable[[MessageRef], str]) -> "Counterpart":
        """Return it with the address of the first card that has one."""
        urls = (url_of(ref) for ref in self.refs)
        return replace(self, url=next((url for url in urls if url), ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class CardState:
    """Everything a card shows beyond its alert; the card is a function of both."""

    analysis: Analysis = field(default_factory=lambda: Analysis(phase=Phase.OFF))
    also: tuple[str, ...] = ()  # other sources that carried the story
    changes: tuple[Change, ...] = ()  # oldest first
    quote: Quote | None = None  # of the first ticker
    conflicts_with: tuple[Counterpart, ...] = ()  # earlier ones, the surest first
    disputed_by: tuple[Counterpart, ...] = ()  # later ones, the newest first
    key_facts: tuple[str, ...] = ()  # the best statements of its document
    keywords: tuple[str, ...] = ()  # why it is news, in the words of who found it
    posted_after: float = 0.0  # seconds from seen to the start of the request
    is_resent: bool = False  # an earlier request may have arrived too
    is_plain: bool = False  # the renderer failed on it: title, link and footer only
    watches: tuple[Interest, ...] = ()  # that its post told, in this channel

    @property
    def retraction(self) -> Change | None:
        """Return what took the alert back, None while it stands."""
        return retraction_of(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An alert and the state in which its card is to be shown."""

    alert: Alert
    state: CardState
