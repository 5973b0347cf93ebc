"""The web as this process reaches it: one session, one limit for each host."""

from contextlib import AbstractAsyncContextManager

from catalyst_bot.assembly.parts import Base
from catalyst_bot.clock import Clock
from catalyst_bot.settings import Settings
from catalyst_bot.sources.behind import Behind
from catalyst_bot.sources.outside import Outside, open_outside


async def open_web(base: Base) -> Outside:
    """Open what the feeds, the searches and the documents of alerts go through."""
    return await base.stack.enter_async_context(
        open_web_with(base.settings, clock=base.parts.clock)
    )


def open_web_with(
    settings: Settings, *, clock: Clock
) -> AbstractAsyncContextManager[Outside]:
    """Open the same for a command that runs without the daemon."""
    feeds = settings.feeds
    return open_outside(
        user_agent=feeds.user_agent,
        allow_private=feeds.allow_private_hosts,
        clock=clock,
    )


def build_documents(base: Base, outside: Outside) -> Behind | None:
    """Return what has the documents behind alerts, None where nobody may fetch any."""
    return Behind(outside) if base.parts.reads_documents else None
