"""Feeds in a few characters, read as the pollers read them."""

from catalyst_bot.sources.xml import Feed, parse_feed

BASE = "https://feeds.example/list/news.xml"


def read(body: bytes | str, charset: str | None = None) -> Feed:
    encoded = body.encode() if isinstance(body, str) else body
    return parse_feed(encoded, base_url=BASE, charset=charset)


def rss(inside: str, *, head: str = "", root: str = "") -> str:
    return f'{head}<rss version="2.0"{root}><channel>{inside}</channel></rss>'


def title_of(feed: Feed) -> str:
    (entry,) = feed.entries
    return entry.title
