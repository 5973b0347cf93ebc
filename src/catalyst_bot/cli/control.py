"""`pause`, `resume` and `retract`: orders to the running daemon."""

import asyncio
from pathlib import Path
from typing import Annotated, TypeVar

import aiohttp
import orjson
import typer
from pydantic import TypeAdapter, ValidationError

from catalyst_bot.assembly.control import contact_path
from catalyst_bot.configuration import read_settings
from catalyst_bot.errors import DaemonError
from catalyst_bot.lifecycle.pausing import words_of
from catalyst_bot.lifecycle.retracting import Retracted
from catalyst_bot.model import Hold
from catalyst_bot.ops.contact import Contact, read_contact
from catalyst_bot.storage.database import database_path, holder_of
from catalyst_bot.web.control import LONGEST_PAUSE, PauseOrder, Resumed, RetractOrder
from catalyst_bot.web.replies import Problem

PATIENCE = 10.0  # seconds
_RETRACT = TypeAdapter(RetractOrder)
LARGEST_ANSWER = 1024 * 1024  # bytes

EnvFile = Annotated[
    Path | None, typer.Option(help="Settings file; default: .env beside you.")
]
Order = PauseOrder | RetractOrder | None
_Answer = TypeVar("_Answer")


def pause(
    minutes: Annotated[
        float | None,
        typer.Argument(
            min=0.01, max=LONGEST_PAUSE, help="Default: until `resume`.", metavar="MIN"
        ),
    ] = None,
    env_file: EnvFile = None,
) -> None:
    """Hold new alerts back; polls, readings and edits go on."""
    order = PauseOrder(minutes=minutes)
    hold = asked(env_file, "pause", order, TypeAdapter(Hold))
    typer.echo(f"Paused {words_of(hold)}: new alerts are recorded and held.")


def resume(env_file: EnvFile = None) -> None:
    """Post what was held, newest first, unless it is too old by now."""
    found = asked(env_file, "resume", None, TypeAdapter(Resumed))
    if not found.was_paused:
        typer.echo("Nothing was paused.")
        return
    typer.echo(f"Resumed: {_posts(found.held - found.expired)} now, newest first.")
    if found.expired:
        typer.echo(f"Older than ALERT_MAX_AGE_SECS, not posted: {found.expired}.")


def retract(
    alert_id: Annotated[str, typer.Argument(help="As in the card's footer.")],
    reason: Annotated[list[str], typer.Argument(help="Shown on the card.")],
    env_file: EnvFile = None,
) -> None:
    """Strike an alert through wherever it stands, with the reason."""
    order = _retract_order(alert_id, " ".join(reason))
    done = asked(env_file, "retract", order, TypeAdapter(Retracted))
    before = "" if done.is_new else " before"
    typer.echo(f"Retracted{before}: {done.title}")
    where = ", ".join(done.channels) or "nowhere: it was not posted, and will not be"
    typer.echo(f"Struck through in: {where}.")
    if done.is_old:
        typer.echo("It is over an hour old: Discord may refuse the edit; see the log.")


def _retract_order(alert_id: str, reason: str) -> RetractOrder:
    try:
        return _RETRACT.validate_python({"id": alert_id, "reason": reason})
    except ValidationError as error:
        faults = (f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
        raise typer.BadParameter("; ".join(faults)) from error


def _posts(count: int) -> str:
    return f"{count} held {'post goes' if count == 1 else 'posts go'} out"


def asked(
    env_file: Path | None,
    order: str,
    body: Order,
    answer: TypeAdapter[_Answer],
    *,
    patience: float = PATIENCE,
) -> _Answer:
    """Give an order to the daemon of these settings; return its answer.

    `patience` is in seconds, for the whole exchange.

    Raises:
        DaemonError: no daemon runs, or it refused.
    """
    url = read_settings(env_file).storage.database_url
    contact = contact_of(url)
    if contact is None:
        raise _not_running(url)
    try:
        status, text = asyncio.run(
            post(contact, f"/api/control/{order}", body, patience=patience)
        )
    except (aiohttp.ClientError, TimeoutError) as error:
        raise _not_running(url) from error
    if status in (401, 403):
        raise DaemonError(
            f"the daemon does not accept the token in {contact_path(url)}: "
            "did another one start meanwhile?"
        )
    try:
        if status != 200:
            problem = TypeAdapter(Problem).validate_json(text)
            raise DaemonError(problem.detail)
        return answer.validate_json(text)
    except ValidationError as error:
        raise DaemonError(f"{contact.url} is no catalyst-bot: HTTP {status}") from error


def contact_of(url: str) -> Contact | None:
    """Return how the daemon of a database is reached; None: none runs, or without HTTP.

    Raises:
        DaemonError: only another user may know.
    """
    path = contact_path(url)
    try:
        return read_contact(path)
    except (OSError, ValueError) as error:
        raise DaemonError(
            f"{path} cannot be used: {error}; run this as the daemon's user"
        ) from error


def _not_running(url: str) -> DaemonError:
    pid, path = holder_of(url), database_path(url)
    if pid is None:
        return DaemonError(
            f"no daemon runs on {path}: start it with `catalyst-bot run`, or name its "
            "settings with --env-file"
        )
    return DaemonError(
        f"the daemon (process {pid}) does not answer: it needs FEATURE_WEB=1"
    )


async def post(
    contact: Contact, path: str, body: object, *, patience: float
) -> tuple[int, bytes]:
    """Return the status and the body of the daemon's answer.

    Raises:
        aiohttp.ClientError, TimeoutError: nobody answers there.
    """
    headers = {
        "Authorization": f"Bearer {contact.token.reveal()}",
        "Content-Type": "application/json",
    }
    timeout = aiohttp.ClientTimeout(total=patience, connect=3)
    async with (
        aiohttp.ClientSession(trust_env=False, timeout=timeout) as session,
        session.post(
            f"{contact.url}{path}",
            data=orjson.dumps(body or {}),
            headers=headers,
            allow_redirects=False,
        ) as response,
    ):
        return response.status, await response.content.read(LARGEST_ANSWER)
