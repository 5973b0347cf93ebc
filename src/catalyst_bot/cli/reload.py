"""`reload`: lets the running daemon read its files again, and tells how that went."""

import os
import signal
from dataclasses import asdict
from pathlib import Path

import typer
from pydantic import TypeAdapter

from catalyst_bot.assembly.control import contact_path
from catalyst_bot.cli.control import EnvFile, asked
from catalyst_bot.configuration import read_settings
from catalyst_bot.errors import DaemonError, SettingsError
from catalyst_bot.ops.reloaded import Difference, Reloaded
from catalyst_bot.storage.database import holder_of

PATIENCE = 60.0  # seconds; a channel that goes first sends what is under way


def reload(env_file: EnvFile = None) -> None:
    """Put changed sources, channels, rules and settings in force, all or none."""
    url = read_settings(env_file).storage.database_url
    pid = holder_of(url)
    if pid and not contact_path(url).exists():
        _signal(pid)
        typer.echo(f"Process {pid} was told to reload; its log says how that went.")
        return
    answer = TypeAdapter(Reloaded)
    ended = asked(env_file, "reload", None, answer, patience=PATIENCE)
    if ended.faults:
        raise SettingsError(ended.faults)
    typer.echo("Reloaded.")
    _tell("sources", ended.sources)
    _tell("channels", ended.channels)
    for name in ended.restart_needed:
        typer.echo(f"Restart needed: {name}")


def _tell(what: str, change: Difference) -> None:
    for verb, names in asdict(change).items():
        if names:
            typer.echo(f"{what} {verb}: {', '.join(names)}")


def _signal(pid: int) -> None:
    """Send SIGHUP to a daemon that serves no HTTP.

    Raises:
        DaemonError: it is another's process, or one that SIGHUP would end.
    """
    if not _heeds_hangup(pid):
        raise DaemonError(f"process {pid} holds the database and reloads nothing")
    try:
        os.kill(pid, signal.SIGHUP)
    except PermissionError as error:
        raise DaemonError(
            f"process {pid} belongs to another user: run this as that user, or "
            "`systemctl reload catalyst-bot`"
        ) from error


def _heeds_hangup(pid: int) -> bool:
    """Tell by Linux's own word; elsewhere nobody can say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return False
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGHUP - 1) & 1)
