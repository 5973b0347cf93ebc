"""The web as this process reaches it: one session, one limit for each host."""

from catalyst_bot.assembly.parts import Base
from catalyst_bot.sources.behind import Behind
from catalyst_bot.sources.outside import Outside, open_outside


async def open_web(base: Base) -> Outside:
    """Open what the feeds, the searches and the documents of alerts go through."""
    feeds = base.settings.feeds
    return await base.stack.enter_async_context(
        open_outside(
            user_agent=feeds.user_agent,
            allow_private=feeds.allow_private_hosts,
            clock=base.parts.clock,
        )
    )


def build_documents(base: Base, outside: Outside) -> Behind | None:
    """Return what has the documents behind alerts, None where nobody may fetch any."""
    return Behind(outside) if base.parts.reads_documents else None
