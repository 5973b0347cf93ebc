"""What a text says of a listed company: which, how it was found, in which role."""

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """How a symbol was found, the surest first."""

    FEED = "feed"  # a field of the feed, or the CIK of a filing
    EXCHANGE = "exchange"  # (NASDAQ: ABCD)
    CASHTAG = "cashtag"  # $ABCD
    BRACKET = "bracket"  # (ABCD), and it is listed
    BARE = "bare"  # ABCD stock, and it is listed
    NAME = "name"  # the company's name


class Role(StrEnum):
    """What a company has to do with the news; only subjects alert."""

    SUBJECT = "subject"
    SOURCE = "source"  # who says, rates, awards or sells it


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One company in a text; `start` and `end` are offsets, both 0 for the feed's."""

    symbol: str  # BRK-B, or TSXV:CUU for a foreign listing
    method: Method
    role: Role = Role.SUBJECT
    start: int = 0
    end: int = 0
