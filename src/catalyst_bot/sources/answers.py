"""What an HTTP answer means for a source: a page, a wait, or a person's attention."""

from email.utils import parsedate_to_datetime
from http import HTTPStatus

from yarl import URL

from catalyst_bot.errors import SourceError

LONGEST_WAIT = 3600.0  # seconds; a longer Retry-After is cut to it
BLOCK_WAIT = 600.0  # seconds; SEC: a block lasts about 10 min below the limit
_PERMANENT = frozenset({401, 403, 404, 410})
_WITH_WAIT = frozenset({429, 503})
_BLOCK_PAGES = ("Request Rate Threshold Exceeded", "Undeclared Automated Tool")


def shown(url: str) -> str:
    """Return `url` as logs and health may show it: its query may hold a key.

    User, query and fragment are left out whole, so no list of names can be incomplete.
    """
    return str(URL(url).with_user(None).with_query(None).with_fragment(None))


def refusal(
    status: int, *, host: str, body: bytes, retry_after: str, now: float
) -> SourceError:
    """Return the error for an answer that is neither a page nor a redirect.

    Args:
        body: the start of a 403's page; empty for other answers.
        retry_after: that header, seconds or a date, "" when absent.
        now: real unix seconds, for a Retry-After that is a date.
    """
    text = body[:20_000].decode("utf-8", "replace")
    page = next((words for words in _BLOCK_PAGES if words in text), "")
    if status == HTTPStatus.FORBIDDEN and (page or is_sec(host)):
        why = f' ("{page}")' if page else ""
        return SourceError(
            f"HTTP 403: {host} blocks this machine for about 10 min{why}; "
            "is there a contact in FEEDS_USER_AGENT?",
            retry_after=BLOCK_WAIT,
        )
    wait = _wait(retry_after, now) if status in _WITH_WAIT else None
    asked = "" if wait is None else f", asked to wait {wait:.0f} s"
    return SourceError(
        f"HTTP {status}{_phrase(status)}{asked}",
        retry_after=wait,
        is_permanent=status in _PERMANENT,
    )


def is_sec(host: str) -> bool:
    """Return whether `host` counts towards the SEC's one limit."""
    return host == "sec.gov" or host.endswith(".sec.gov")


def max_age(cache_control: str) -> float:
    """Return the seconds for which an answer says it stays fresh; 0.0 for none."""
    for part in cache_control.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.strip('" ').isdecimal():
            return float(value.strip('" ')[:9])
    return 0.0


def _wait(retry_after: str, now: float) -> float | None:
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):  # absent, or not a date
        return None
    return min(max(until - now, 0.0), LONGEST_WAIT)


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
