"""The command line: its commands, and what an error means for the exit code."""

import io
import sys

import typer
from rich.console import Console

from catalyst_bot.cli import (
    alerts,
    ask,
    backup,
    bench,
    cache,
    channels,
    control,
    demo,
    demo_bot,
    doctor,
    extract,
    init,
    news,
    record,
    reload,
    replay,
    run,
    score,
)
from catalyst_bot.errors import CatalystError, DatabaseInUse, NewerSchema, SettingsError

BAD_CONFIGURATION = 78  # EX_CONFIG of sysexits.h; systemd does not restart on it

EXIT_CODES = (
    "Exit codes: 0 done, 1 failed, 2 bad usage or input, 78 bad configuration (all "
    "faults are listed), 130 interrupted."
)

cli = typer.Typer(
    name="catalyst-bot",
    help="Market news to Discord in a fraction of a second, then a local model's "
    "reading edited into the same message.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command("init")(init.init)
cli.command("run")(run.run)
cli.command("demo")(demo.demo)
cli.command("demo-bot", hidden=True)(demo_bot.demo_bot)
cli.command("record")(record.record)
cli.command("replay")(replay.replay)
cli.command("doctor")(doctor.doctor)
cli.command("score")(score.score)
cli.command("channels")(channels.channels)
cli.command("alerts")(alerts.alerts)
cli.command("why")(alerts.why)
cli.command("news")(news.news)
cli.command("reload")(reload.reload)
cli.command("pause")(control.pause)
cli.command("resume")(control.resume)
cli.command("retract")(control.retract)
cli.command("ask")(ask.ask)
cli.command("bench")(bench.bench)
cli.command("extract")(extract.extract)
cli.command("backup")(backup.backup)
cli.command("restore")(backup.restore)
cli.add_typer(cache.commands, name="cache")


def main() -> None:
    """Run one command and exit with the code that EXIT_CODES explains."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a sign it lacks ends no command
            stream.reconfigure(errors="replace")
    problems = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        cli()
    except SettingsError as error:
        problems.print(f"Bad configuration ({len(error.faults)}):", markup=False)
        for fault in error.faults:
            problems.print(f"  {fault}", markup=False)
        sys.exit(BAD_CONFIGURATION)
    except (DatabaseInUse, NewerSchema) as error:
        problems.print(str(error), markup=False)
        sys.exit(BAD_CONFIGURATION)
    except CatalystError as error:
        problems.print(str(error), markup=False)
        sys.exit(1)
