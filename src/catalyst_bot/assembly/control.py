"""What lets an operator steer the running daemon, and how commands find it."""

import asyncio
import logging
from functools import partial
from pathlib import Path

from catalyst_bot.assembly.parts import Base
from catalyst_bot.assembly.reload import Reload
from catalyst_bot.lifecycle.lifecycle import Lifecycle
from catalyst_bot.lifecycle.pausing import Pause
from catalyst_bot.ops.contact import Contact, write_contact
from catalyst_bot.ops.secret import Secret
from catalyst_bot.storage.archive import Archive, Waiting
from catalyst_bot.storage.database import database_path
from catalyst_bot.web.control import Levers

logger = logging.getLogger(__name__)


def build_levers(
    base: Base,
    pause: Pause,
    lifecycle: Lifecycle,
    archive: Archive,
    reload: Reload,
) -> Levers:
    """Return what `/api/control` acts upon."""

    async def waiting() -> Waiting:
        oldest = base.parts.clock.unix() - base.settings.alerts.max_age
        return await archive.waiting_posts(before=oldest)

    return Levers(
        pause=pause,
        retractions=lifecycle.retractions,
        waiting=waiting,
        reload=reload.ask,
    )


def contact_path(database_url: str) -> Path:
    """Return the file of the contact that belongs to a database: catalyst.control."""
    return database_path(database_url).with_suffix(".control")


async def leave_contact(base: Base, url: str, token: Secret) -> None:
    """Write down how commands reach us, until the end."""
    path = contact_path(base.settings.storage.database_url)
    contact = Contact(url=_from_here(url), token=token)
    try:
        await asyncio.to_thread(write_contact, path, contact)
    except OSError as error:  # a full disk must not keep alerts from going out
        extra = {"file": str(path), "reason": str(error)}
        logger.warning("pause, resume and retract find no way here", extra=extra)
        return
    base.stack.callback(partial(path.unlink, missing_ok=True))


def _from_here(url: str) -> str:
    """Return the address as this machine reaches it."""
    everywhere = {"//0.0.0.0:": "//127.0.0.1:", "//[::]:": "//[::1]:"}
    for name, here in everywhere.items():
        url = url.replace(name, here)
    return url
