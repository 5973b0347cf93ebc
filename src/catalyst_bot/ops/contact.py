"""How a command reaches the running daemon: a file beside the database, for its owner.

It holds the address and a token of scope admin, both of this run only.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.ops.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where the daemon listens, and what opens it."""

    url: str
    token: Secret


def new_token() -> Secret:
    """Return a token that nobody can guess."""
    return Secret(secrets.token_urlsafe(32))


def write_contact(path: Path, contact: Contact) -> None:
    """Write the file, readable by its owner alone, in one step."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"url": contact.url, "token": contact.token.reveal()}, file)
    draft.replace(path)


def read_contact(path: Path) -> Contact | None:
    """Return what a running daemon has written; None: there is no such file.

    Raises:
        OSError: it may not be read.
        ValueError: it is not the daemon's.
    """
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    try:
        return Contact(url=str(found["url"]), token=Secret(found["token"]))
    except (KeyError, TypeError) as error:
        raise ValueError("no address and token in it") from error
