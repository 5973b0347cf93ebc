"""`backup` and `restore`: copies of the database, made beside a running daemon."""

import asyncio
import json
import time
from pathlib import Path
from typing import Annotated

import typer

from catalyst_bot.cli.dependencies import Row, State
from catalyst_bot.clock import SystemClock
from catalyst_bot.configuration import read_settings
from catalyst_bot.errors import BackupError
from catalyst_bot.settings import Settings
from catalyst_bot.storage.backup import Copy, back_up, backup_folder, copies
from catalyst_bot.storage.restoring import Restored
from catalyst_bot.storage.restoring import restore as put_back
from catalyst_bot.text import counted

OLD_COPY = 2 * 86_400.0  # seconds; a night may be missed

EnvFile = Annotated[
    Path | None, typer.Option(help="Settings file; default: .env beside you.")
]


def backup(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Copy the database now, beside a running daemon; the oldest copies go."""
    storage = read_settings(env_file).storage
    copy = asyncio.run(
        back_up(
            storage.database_url,
            folder=backup_folder(storage.database_url, storage.backup_dir),
            keep=storage.backup_keep,
            unix=SystemClock().unix(),
        )
    )
    if as_json:
        typer.echo(json.dumps({"path": str(copy.path), "bytes": copy.size}))
    else:
        typer.echo(f"{copy.path}: {copy.size / 1e6:.1f} MB, whole")


def restore(
    copy: Annotated[
        Path | None, typer.Argument(help="The copy; default: the newest.")
    ] = None,
    env_file: EnvFile = None,
) -> None:
    """Put a copy in place of the database; stop the daemon first.

    The database that was there is moved aside, not deleted.
    """
    storage = read_settings(env_file).storage
    url = storage.database_url
    folder = backup_folder(url, storage.backup_dir)
    chosen = copy or _newest(url, folder)
    done = put_back(url, chosen, unix=SystemClock().unix())
    for line in _told(chosen, done):
        typer.echo(line)


def look_at_backups(settings: Settings) -> Row:
    """Tell how many copies there are, and how old the newest is."""
    storage, name = settings.storage, "backup"
    folder = backup_folder(storage.database_url, storage.backup_dir)
    try:
        found = copies(storage.database_url, folder)
    except BackupError as error:
        hint = "let the daemon's user read and write there, or set BACKUP_DIR"
        return Row(name=name, state=State.WARNING, detail=str(error), hint=hint)
    told = f"{len(found)} in {folder}"
    if found:
        told += f", the newest {_age(found[0])} old, {found[0].size / 1e6:.1f} MB"
    if not storage.backup_keep:
        return Row(name=name, state=State.OFF, detail=f"BACKUP_KEEP=0; {told}")
    is_late = bool(found) and time.time() - found[0].made > OLD_COPY
    return Row(
        name=name,
        state=State.WARNING if is_late else State.OK,
        detail=told,
        hint="see in the log why none was made since; `catalyst-bot backup` makes one"
        if is_late
        else "",
    )


def _newest(url: str, folder: Path) -> Path:
    found = copies(url, folder)
    if not found:
        raise BackupError(f"no copy in {folder}: name one, or set BACKUP_DIR")
    return found[0].path


def _told(copy: Path, done: Restored) -> list[str]:
    lines = [f"{done.path}: restored from {copy}, {counted(done.alerts, 'alert')}"]
    if done.aside is not None:
        lines.append(f"the database that was there is now {done.aside}")
    if done.in_doubt:
        lines.append(
            f"{done.in_doubt} posts waited when the copy was made and may have been "
            "sent since: the daemon looks for them, or posts them again as resent"
        )
    lines.append("start the daemon; what it missed is posted if it is young enough")
    return lines


def _age(copy: Copy) -> str:
    hours = (time.time() - copy.made) / 3600
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
