"""Reads and plays a script: what happens at which time of a simulated day.

A line is `HH:MM place symbol text`; the head of `day.txt` explains it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.simulation.newsroom import DOCUMENTS, FILINGS, HALTS, STREAM
from catalyst_bot.simulation.stage import Model, Stage

NEW_YORK = ZoneInfo("America/New_York")
MODEL = "model"
RESUMES = "resumes"
YESTERDAY = "yesterday"
_LINE = re.compile(
    r"(?P<at>\d\d:\d\d) (?P<place>[\w-]+) (?P<symbol>\S+) "
    r"(?:\[(?P<mark>\w+)\] |(?P<revises>~) )?(?P<text>.+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happens; `mark` is "yesterday" or what the model does with it."""

    at: time  # New York
    place: str
    symbol: str
    text: str
    mark: str = ""
    revises: bool = False  # it changes the newest headline of its symbol


def parse_script(script: str) -> tuple[Line, ...]:
    """Return the lines of a script in order; blank ones and "#" are comments.

    Raises:
        ValueError: a line is malformed, or earlier than the one before.
    """
    lines: list[Line] = []
    for number, text in enumerate(script.splitlines(), start=1):
        if not text.strip() or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text.rstrip())
        if match is None or match["place"] not in (*DOCUMENTS, STREAM, MODEL):
            raise ValueError(f"line {number}: expected 'HH:MM place symbol text'")
        line = Line(
            at=time.fromisoformat(match["at"]),
            place=match["place"],
            symbol=match["symbol"],
            text=match["text"],
            mark=match["mark"] or "",
            revises=bool(match["revises"]),
        )
        if lines and line.at < lines[-1].at:
            raise ValueError(f"line {number}: earlier than the line before")
        lines.append(line)
    return tuple(lines)


async def play_script(stage: Stage, lines: Sequence[Line], *, day: date) -> None:
    """Let each line happen at its event time; what is late happens at once."""
    for line in lines:
        due = datetime.combine(day, line.at, NEW_YORK)
        await stage.clock.sleep(max(0.0, _seconds(due - stage.clock.now())))
        await _perform(stage, line)


async def _perform(stage: Stage, line: Line) -> None:
    if line.place == MODEL:
        await stage.set_model(Model(line.text))
    elif line.place == STREAM:
        await stage.room.push(line.symbol, line.text)
    elif line.place == HALTS:
        _perform_halt(stage, line)
    elif line.place == FILINGS:
        form, _, items = line.text.partition(": ")
        parts = items.split(" | ") if items else []
        stage.room.file(line.symbol, form, *parts)
    else:
        _perform_release(stage, line)


def _perform_halt(stage: Stage, line: Line) -> None:
    if line.text == RESUMES:
        stage.room.resume(line.symbol)
    elif stage.room.is_halted(line.symbol):
        stage.room.recode(line.symbol, line.text)
    else:
        stage.room.halt(line.symbol, line.text)


def _perform_release(stage: Stage, line: Line) -> None:
    room = stage.room
    if line.revises:
        old = room.newest(line.place, line.symbol)
        room.revise(line.place, old, line.text)
        return
    is_old = line.mark == YESTERDAY
    if line.mark and not is_old:
        stage.world.llm.modes[line.text] = Mode(line.mark)
    room.release(line.place, line.symbol, line.text, days_ago=int(is_old))


def _seconds(span: timedelta) -> float:
    return span.total_seconds()
