"""Write the parts of the documents that the code knows better than a person.

The table of settings in README.md, .env.example, docs/commands.md, docs/metrics.md and
deploy/grafana-dashboard.json.
With --check nothing is written: a difference is printed and the exit code is 1.
"""

import argparse
import difflib
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import typer.main
from dashboard import dashboard
from typer.core import TyperCommand, TyperGroup

from catalyst_bot.cli.main import EXIT_CODES, cli
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings_rows import SettingRow, setting_rows

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- settings:begin -->", "<!-- settings:end -->"
COMMAND = "make docs"


def main() -> int:
    """Write or compare every generated document; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    arguments = parser.parse_args()
    is_stale = False
    for path, text in documents(ROOT):
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old == text:
            continue
        if arguments.check:
            is_stale = True
            sys.stdout.writelines(_difference(path.name, old, text))
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} written")
    if is_stale:
        print(f"\nThe documents are behind the code; run: {COMMAND}", file=sys.stderr)
    return int(is_stale)


def documents(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each generated document below `root` with the text it should have."""
    readme = root / "README.md"
    yield readme, _with_table(readme.read_text(encoding="utf-8"))
    yield root / ".env.example", _env_example()
    yield root / "docs" / "commands.md", _commands()
    yield root / "docs" / "metrics.md", _metrics()
    yield root / "deploy" / "grafana-dashboard.json", dashboard(Metrics().rows)


def _with_table(readme: str) -> str:
    head, begin, rest = readme.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        sys.exit(f"README.md: the lines {BEGIN} and {END} are missing")
    lines = [
        "| name | default | meaning | accepted |",
        "|---|---|---|---|",
        *(
            f"| `{row.name}` | {_code(row.default)} | {_cell(_meaning(row))} "
            f"| {_cell(row.form)} |"
            for row in setting_rows()
        ),
    ]
    table = "\n".join(lines)
    return f"{head}{BEGIN}\n{table}\n{END}{tail}"


def _env_example() -> str:
    lines = [
        "# Every setting with its default. Copy this file to .env, chmod 600 .env,",
        "# and take the # away from the lines that you change.",
        f"# Made by `{COMMAND}` from settings_tree.py.",
    ]
    for group, rows in groupby(setting_rows(), key=lambda row: row.group):
        lines += ["", f"## {group.rstrip('.')}"]
        for row in rows:
            lines += ["", f"# {_meaning(row)}", f"# {_form(row)}"]
            lines += [f"#{row.name}={_quoted(row.default)}"]
    return "\n".join(lines) + "\n"


def _meaning(row: SettingRow) -> str:
    return f"{row.meaning} Reloadable." if row.is_reloadable else row.meaning


def _form(row: SettingRow) -> str:
    ways = f"; or {row.name}_FILE=<path>" if row.is_secret else ""
    return f"Accepted: {row.form}{ways}"


def _commands() -> str:
    group = typer.main.get_command(cli)
    assert isinstance(group, TyperGroup)  # noqa: S101 - it has commands
    shown = list(_shown(group))
    lines = [
        "# Commands",
        "",
        "`catalyst-bot --help` and `catalyst-bot COMMAND --help` say the same. Made by",
        f"`{COMMAND}` from `cli/`.",
        "",
        EXIT_CODES,
    ]
    for name, command in shown:
        context = typer.Context(command, info_name=name)
        pieces = [piece.strip("{}") for piece in command.collect_usage_pieces(context)]
        usage = " ".join(p if p.startswith("[") else p.upper() for p in pieces)
        lines += ["", f"## {name}", "", "```", f"catalyst-bot {name} {usage}", "```"]
        lines += ["", _cell(command.help or "")]
        records = [p.get_help_record(context) for p in command.params]
        rows = [_parameter(*record) for record in records if record]
        if rows:
            lines += ["", "| name | meaning | default |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def _shown(group: TyperGroup, prefix: str = "") -> Iterator[tuple[str, TyperCommand]]:
    """Yield each command with its full name; a group is told by its commands."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _shown(command, f"{prefix}{name} ")
        elif isinstance(command, TyperCommand) and not command.hidden:
            yield f"{prefix}{name}", command


def _parameter(name: str, told: str) -> str:
    """Return the row of an option or argument from its line of the help."""
    meaning, bracket, limits = told.rpartition("[")
    limits = limits.removesuffix("]") if bracket else ""
    meaning = meaning if bracket else told
    shown = name.replace("|", "\\|")
    return f"| `{shown}` | {_cell(meaning.strip())} | {_cell(limits)} |"


def _metrics() -> str:
    lines = [
        "# Metrics",
        "",
        "`/metrics` serves these in the Prometheus text format. A counter starts at 0",
        "with the process; a histogram has `_bucket`, `_sum` and `_count`. Made by",
        f"`{COMMAND}` from `ops/metrics.py`.",
        "",
        "| name | kind | labels | meaning |",
        "|---|---|---|---|",
    ]
    for row in Metrics().rows:
        labels = ", ".join(f"`{label}`" for label in row.labels)
        lines.append(f"| `{row.name}` | {row.kind} | {labels} | {_cell(row.meaning)} |")
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{text}`" if text else "–"


def _cell(text: str) -> str:
    # GitHub reads <id> as a tag and | as the next cell.
    return text.replace("|", "\\|").replace("<", "&lt;")


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _difference(name: str, old: str, new: str) -> Iterator[str]:
    return difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        f"{name} as it is",
        f"{name} as the code has it",
    )


if __name__ == "__main__":
    sys.exit(main())
