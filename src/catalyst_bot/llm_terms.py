"""What is cached, and where, as the settings want it: for scripts too."""

from catalyst_bot.llm.cache_tier import Tier
from catalyst_bot.llm.core import CacheTerms
from catalyst_bot.settings_llm import Cache


def terms_of(cache: Cache, *, disk: Tier | None = None) -> CacheTerms | None:
    """Return what is cached, None for nothing."""
    if not cache.enabled:
        return None
    return CacheTerms(
        ttl=cache.ttl, max_entries=cache.max_entries, disk=disk, url=cache.url
    )
