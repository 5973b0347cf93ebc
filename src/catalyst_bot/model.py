"""The values that travel from a source to a channel: each stage returns the next.

NewsItem -> ScoredItem -> Alert | Rejection -> Routed; what a card adds is `card_state`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BREAKING = 2.0  # the priority from which a post goes first, batched only with its like
NEUTRAL_BAND = 0.05  # |sentiment| below it is neutral: vaderSentiment's own threshold


class SourceKind(StrEnum):
    """Which parser reads a source."""

    FEED = "feed"
    EDGAR = "edgar"
    HALTS = "halts"
    ALPACA = "alpaca"


# Kinds that carry the same stories, in words: their items are compared with each other.
STORY_KINDS = frozenset({SourceKind.FEED, SourceKind.ALPACA})


class Precision(StrEnum):
    """How exact a published time is; only SECOND allows a publishing lag."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    NONE = "none"


class Event(StrEnum):
    """What an item reports; all but news and filings alert whatever their score."""

    NEWS = "news"
    FILING = "filing"
    HALT = "halt"
    RESUMPTION = "resumption"
    RETRACTION = "retraction"  # of an alert whose card can no longer be edited


class Session(StrEnum):
    """A part of the US equity trading day, New York time."""

    PRE = "pre"
    REGULAR = "regular"
    POST = "post"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One headline, filing or halt as a source published it, in plain text.

    `identity` is what the source itself says makes it unique, "" when it says nothing;
    `key` ("<kind>:<identity>") and the keys in `members` are given by intake.
    `state` is what may change while the identity stays: a change is a revision.
    """

    source: str
    kind: SourceKind
    event: Event = Event.NEWS
    title: str  # one line, at most 512 characters
    codes: tuple[str, ...] = ()  # the source's: a form and its items, a halt's reason
    identity: str = ""
    members: tuple[str, ...] = ()  # further identities of the same event
    key: str = ""
    state: str = ""
    link: str = ""  # http(s), or ""
    summary: str = ""  # one line, at most 300 characters: wire text is copyrighted
    tickers: tuple[str, ...] = ()  # the first is the subject
    company: str = ""  # shown when there is no ticker
    cik: str = ""  # the SEC's number of the company a filing is about
    is_market: bool = False  # Fed, BLS, BEA: alerts without a ticker
    published_at: datetime
    precision: Precision = Precision.SECOND
    received_at: datetime  # event time of the last byte
    received: float  # the same instant on the monotonic clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is remembered of a source between polls and over restarts."""

    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""
    url_sha256: str = ""  # the address that gave them; "" = recorded before it was kept
    is_primed: bool = False  # its first good page was recorded in silence
    identity_policy: str = "guid"  # guid, link or title; it only ever moves right
    cursor: str = ""  # of a stream: ISO time of the newest item that was kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One good poll: what a source lists now, and what to remember with it."""

    source: str
    items: tuple[NewsItem, ...]
    state: SourceState
    is_silent: bool = False  # record everything, post nothing


class Side(StrEnum):
    """Which way a headline points."""

    BULLISH = "bullish"
    BEARISH = "bearish"
    NEUTRAL = "neutral"


def side_of(sentiment: float) -> Side:
    """Return the side of a score in -1..1; inside ±0.05 it is neutral."""
    if sentiment >= NEUTRAL_BAND:
        return Side.BULLISH
    return Side.BEARISH if sentiment <= -NEUTRAL_BAND else Side.NEUTRAL


class Reason(StrEnum):
    """Why an item became no alert of its own; a label of `items_rejected_total`."""

    NO_TICKER = "no_ticker"
    LOW_SCORE = "low_score"
    STALE = "stale"  # older than ALERT_MAX_AGE_SECS when it was seen
    PRIMED = "primed"  # on the first page of a new source
    DUPLICATE = "duplicate"
    REVISION = "revision"  # it edited an earlier alert
    LAW_FIRM = "law_firm"  # a notice to shareholders who lost money
    ROUNDUP = "roundup"  # many stocks in one headline
    PROMOTION = "promotion"  # paid praise of a stock
    ROUTINE = "routine"  # conferences, dates, votes, fund figures, market studies


class Gate(StrEnum):
    """Which headlines of a category become alerts."""

    ALWAYS = "always"
    SCORE = "score"  # those whose |sentiment| reaches ALERT_MIN_SCORE
    STRONG = "strong"  # those where it reaches 2.5 times as much
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What the catalyst rules make of an item; the default is of one without any.

    `refusal` is set if `gate` is NEVER, and only then.
    """

    catalysts: tuple[str, ...] = ()  # names of categories, the primary first
    priority: int = 0  # of the primary, 0..110
    breaking: bool = False
    gate: Gate = Gate.STRONG
    refusal: Reason | None = None
    evidence: str = ""  # the words, or the code, of the primary


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredItem:
    """An item with its sentiment, -1.0 (bearish) to +1.0; None: the scorer failed."""

    item: NewsItem
    sentiment: float | None
    signal: Signal = Signal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """The answer to "why was there no alert?"."""

    item: NewsItem
    reason: Reason
    detail: str  # for a person: "|+0.12| < 0.30"
    sentiment: float | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A headline worth a message; `value` (0..1) orders posts and the LLM's work.

    `catalysts` are names of categories, the primary first; a breaking alert is never
    batched with calmer ones.
    """

    key: str
    item: NewsItem
    sentiment: float | None
    value: float
    catalysts: tuple[str, ...] = ()
    breaking: bool = False
    raised_at: datetime
    is_wanted: bool = False  # by a watch alone: it goes where that is asked for

    @property
    def priority(self) -> float:
        """Return what orders posts: the value, breaking ones above all others."""
        return self.value + (BREAKING if self.breaking else 0.0)

    @property
    def id(self) -> str:
        """Return the 8 hex digits that the footer and the commands show."""
        return alert_id(self.key)

    @property
    def side(self) -> Side:
        return side_of(self.sentiment or 0.0)

    @property
    def symbol(self) -> str:
        """Return the stock whose price belongs on the card, "" for none."""
        item = self.item
        return "" if item.is_market or not item.tickers else item.tickers[0]


def alert_id(key: str) -> str:
    """Return the first 8 hex digits of the sha256 of an alert key."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


class Held(StrEnum):
    """Why a channel whose rules match an alert does not get it."""

    QUIET = "quiet hours"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A standing query: what it finds relevant comes to its channel and rings somebody.

    `threshold` is the relevance, 0..1, from which it does. An alert of `ticker` has at
    least 0.9.
    """

    query: str
    threshold: float
    ticker: str = ""  # as in NewsItem.tickers
    channel: str = ""  # our name of it; "": the first there is
    role_id: str = ""  # who is rung, a role or a person
    user_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A watch that took an alert, and how relevant it found it, 0..1."""

    watch: Watch
    score: float
    is_read: bool = False  # by the model; else by the words alone
    is_apart: bool = False  # told by a message of its own: the card stood there before


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A channel that an alert is meant for; it takes it unless it is `held` back.

    Its rules match, or some of its `watches` do.
    """

    channel: str
    held: Held | None = None
    watches: tuple[Interest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A pause: since when no alert is posted, and until when; in unix seconds."""

    since: float
    until: float | None = None  # None: until somebody ends it
