"""`init`: asks what the bot needs to know, tests each answer, writes `.env`."""

import asyncio
import stat
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from catalyst_bot.cli.dependencies import Row, State
from catalyst_bot.cli.init_questions import (
    NONE,
    QUESTIONS,
    Draft,
    Question,
    half_a_bot,
)
from catalyst_bot.configuration import SOURCES, config_file, load_configuration
from catalyst_bot.errors import SettingsError
from catalyst_bot.ops.env_file import read_env_file
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.ops.secret import MASK
from catalyst_bot.ops.writing import NewFile, write_together
from catalyst_bot.sources.catalogue import load_sources

INTERRUPTED = 130
PRIVATE, READABLE = 0o600, 0o644
NO_TERMINAL = (
    "there is no terminal to ask on; give --webhook, --bot-token, --llm-url, --model, "
    "--contact or --watchlist, or --yes to keep what is there"
)
NOT_WELL = {State.WARNING, State.FAULT}


def init(
    webhook: Annotated[
        str | None,
        typer.Option(help="URL of the Discord webhook; - reads it from stdin."),
    ] = None,
    bot_token: Annotated[
        str | None,
        typer.Option(help="Token of a bot that posts instead; - reads it from stdin."),
    ] = None,
    channel_id: Annotated[
        str | None, typer.Option(help="Channel in which the bot posts.")
    ] = None,
    llm_url: Annotated[
        str | None, typer.Option(help="URL of Ollama; none: no model reads along.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Name of the model.")] = None,
    contact: Annotated[
        str | None,
        typer.Option(help="Name and e-mail address for SEC EDGAR, switched on by it."),
    ] = None,
    watchlist: Annotated[
        str | None,
        typer.Option(help="Symbols that the model reads first, comma separated."),
    ] = None,
    env_file: Annotated[Path, typer.Option(help="Settings file.")] = Path(".env"),
    config_dir: Annotated[Path, typer.Option(help="For sources.toml.")] = Path(
        "config"
    ),
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Ask for webhook or bot, model, contact and watchlist, test them, write .env.

    A flag answers its question; with any of them, or with --yes, nothing is asked and
    the rest is kept. The answer "none" takes a setting away.
    """
    if webhook == "-":
        webhook = sys.stdin.readline().strip()
    if bot_token == "-":  # noqa: S105 - not the token
        bot_token = sys.stdin.readline().strip()
    values = (webhook, bot_token, channel_id, llm_url, model, contact, watchlist)
    given = {
        question.flag: value.strip()
        for question, value in zip(QUESTIONS, values, strict=True)
        if value is not None
    }
    if empty := [flag for flag, value in given.items() if not value]:
        problem = f"{', '.join(empty)}: expected a value; {NONE} takes a setting away"
        raise typer.BadParameter(problem)
    if not (given or yes or sys.stdin.isatty()):
        raise typer.BadParameter(NO_TERMINAL)
    before = _read(env_file, config_dir)
    after = _take(before, given) if given or yes else _converse(before)
    _write(before, after, env_file, config_dir)
    _finish(env_file, config_dir)


def _read(env_file: Path, config_dir: Path) -> Draft:
    sources_file = config_file(SOURCES, config_dir)
    load_sources(sources_file)  # a faulty file is told before anything is asked
    try:
        env = read_env_file(env_file)
    except OSError as error:
        _fail(f"{env_file} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        _fail(f"{env_file} cannot be read: it is not UTF-8")
    return Draft(
        env=env,
        sources=sources_file.read_text(encoding="utf-8-sig"),
        is_new=not env.text,
    )


def _take(draft: Draft, given: dict[str, str]) -> Draft:
    """Return the draft with the flags' answers; without one, all is tested."""
    faults: list[str] = []
    for question in QUESTIONS:
        is_wanted = question.flag in given if given else not question.is_moot(draft)
        if not is_wanted:
            continue
        answer = given.get(question.flag, question.current(draft))
        try:
            draft, row = _answered(draft, question, answer)
        except SettingsError as error:
            faults.append(f"{question.flag}: {error}")
            continue
        _show(question.prompt, row)
        if row.state in NOT_WELL:
            _say("  saved anyway")
    faults += half_a_bot(draft)
    if faults:
        raise typer.BadParameter("\n".join(["nothing was written", *faults]))
    return draft


def _converse(draft: Draft) -> Draft:
    _say(f"Enter keeps what stands in [ ], {NONE} takes it away.")
    try:
        for question in QUESTIONS:
            if not question.is_moot(draft):
                draft = _ask(draft, question)
    except typer.Abort:
        _say("\nNothing was written.")
        raise typer.Exit(INTERRUPTED) from None
    return draft


def _ask(draft: Draft, question: Question) -> Draft:
    """Ask until the answer is well-formed, and well or to be kept all the same."""
    current = question.current(draft)
    shown = MASK if current and question.is_secret else current or NONE
    if question.about:
        _say(f"\n{question.about}")
    while True:
        answer = typer.prompt(
            f"{question.prompt} [{shown}]",
            default=current,
            show_default=False,
            hide_input=question.is_secret,
        )
        try:
            answered, row = _answered(draft, question, answer.strip() or current)
        except SettingsError as error:
            _say(f"  {error}")
            continue
        _show("", row)
        if row.state not in NOT_WELL or typer.confirm(
            "  Keep it all the same?", default=True
        ):
            return answered


def _answered(draft: Draft, question: Question, answer: str) -> tuple[Draft, Row]:
    """Return the draft with the answer, and how its test went.

    Raises:
        SettingsError: it is not well-formed.
    """
    is_kept = answer == question.current(draft)
    if not is_kept or (draft.is_new and answer):
        draft = question.apply(draft, answer)
    return draft, asyncio.run(question.look(draft))


def _write(before: Draft, after: Draft, env_file: Path, config_dir: Path) -> None:
    sources_file = config_dir / SOURCES
    files = []
    if after.env != before.env or _mode(env_file) != PRIVATE:
        files.append(NewFile(path=env_file, text=after.env.text, mode=PRIVATE))
    if after.sources != before.sources or not sources_file.exists():
        mode = _mode(sources_file) or READABLE
        files.append(NewFile(path=sources_file, text=after.sources, mode=mode))
    try:
        write_together(files)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}; nothing was written")
    _say("" if files else "\nNothing had to be changed.")
    for file in files:
        _say(f"{file.path} written, mode {file.mode:04o}")


def _mode(path: Path) -> int:
    """Return the permissions of a file, 0 when there is none."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0


def _finish(env_file: Path, config_dir: Path) -> None:
    """Read back what was written and tell the next command.

    Raises:
        SettingsError: the files have other faults.
    """
    chosen = env_file if env_file.exists() else None
    settings = load_configuration(chosen, config_dir).settings
    for question in QUESTIONS:
        origin = settings.origins.get(question.setting, "default")
        if origin not in (env_file.name, "default"):
            _say(f"{question.setting}: {origin} wins over {env_file}")
    options = "" if env_file == Path(".env") else f" --env-file {env_file}"
    shipped = config_file(SOURCES, None)
    if not (config_dir / SOURCES).samefile(shipped):
        options += f" --config-dir {config_dir}"
    _say(f"\nTo look at everything: catalyst-bot doctor{options}")
    _say(f"To start:              catalyst-bot run{options}")


def _show(name: str, row: Row) -> None:
    start = f"{name}: " if name else "  "
    _say(f"{start}{row.state.value}: {Redactor()(row.detail)}")
    if row.hint and row.state in NOT_WELL:
        _say(f"  → {row.hint}")


def _say(text: str) -> None:
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


def _fail(text: str) -> NoReturn:
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)
    raise typer.Exit(1)
