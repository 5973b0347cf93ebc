"""`record`: the daemon, and a file of what its sources answered."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from catalyst_bot.cli.run import reloading_parts, serve
from catalyst_bot.configuration import load_configuration
from catalyst_bot.sources.recorder import Recorder


def record(
    out: Annotated[
        Path, typer.Option(help="The recording, gzip JSON lines; it is continued.")
    ],
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
    config_dir: Annotated[
        Path | None, typer.Option(help="A file here replaces the shipped one.")
    ] = None,
) -> None:
    """Run the daemon and record each changed page of its sources."""
    parts = reloading_parts(env_file, config_dir)
    configuration = load_configuration(env_file, config_dir)
    is_new = not out.exists()
    try:
        recorder = Recorder(out)
    except OSError as error:
        reason = error.strerror or str(error)
        raise typer.BadParameter(f"--out {out}: {reason}") from error
    try:
        serve(configuration, replace(parts, observer=recorder))
    finally:
        recorder.close()
        if is_new and not recorder.size:
            out.unlink(missing_ok=True)
        if recorder.written or recorder.lost:
            typer.echo(_summary(recorder, out), err=True)


def _summary(recorder: Recorder, out: Path) -> str:
    size = f"{recorder.size / 1024**2:.1f} MB"
    lost = f"; {recorder.lost} could not be written" if recorder.lost else ""
    return f"{recorder.written} pages recorded, {out} has {size}{lost}"
