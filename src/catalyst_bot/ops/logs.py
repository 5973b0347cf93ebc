"""How a log record becomes a line: three formats, one line each, secrets taken out.

The redaction sits in the formatter and not in a filter of the root logger, which the
records of child loggers never pass.
"""

import json
import logging
import math
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TextIO


class LogFormat(StrEnum):
    """The values of LOG_FORMAT; AUTO is console on a terminal, else logfmt."""

    AUTO = "auto"
    CONSOLE = "console"
    LOGFMT = "logfmt"
    JSON = "json"


_STANDARD = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "color_message"}
)
# A headline must not forge a log line or steer the terminal that shows it.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BARE = re.compile(r"[^\s\"=\\]+")
# sd-daemon(3): the priorities of syslog, where a smaller number is worse.
_PRIORITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))

_CHATTY = ("alembic", "apscheduler")  # their INFO is news to nobody
# Its warnings are one line for each request that is no HTTP: whoever sends those could
# fill the disk with them.
_FLOODED = ("uvicorn",)


def configure(
    *,
    level: str,
    form: LogFormat,
    redact: Callable[[str], str],
    stream: TextIO,
    journal: str = "",
) -> None:
    """Send every logger's records to `stream`, replacing what was set up before.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
        journal: the value of JOURNAL_STREAM ("device:inode"); when it names `stream`,
            lines begin with `<priority>` and the journal shows their level.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        LineFormatter(
            form=_chosen(form, stream),
            redact=redact,
            with_priority=_is_journal(stream, journal),
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _FLOODED:
        logging.getLogger(name).setLevel(logging.ERROR)


class LineFormatter(logging.Formatter):
    """Writes a record with its extra fields and its traceback, redacted."""

    def __init__(
        self,
        *,
        form: LogFormat,
        redact: Callable[[str], str],
        with_priority: bool = False,
    ) -> None:
        super().__init__()
        self._write = _WRITERS[form]
        self._redact = redact
        self._with_priority = with_priority

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; only the console's traceback spans several."""
        # Redacted twice: each value before it is quoted, in which form a secret would
        # not be recognised, and the line, where the name stands beside the value.
        line = self._redact(
            self._write(record, self._fields(record), self._trace(record))
        )
        if not self._with_priority:
            return line
        prefix = f"<{_priority(record.levelno)}>"
        return "\n".join(prefix + part for part in line.split("\n"))

    def _fields(self, record: logging.LogRecord) -> dict[str, object]:
        fields: dict[str, object] = {"msg": self._redact(record.getMessage())}
        for name, value in vars(record).items():
            if name not in _STANDARD:
                fields[name] = self._plain(value)
        return fields

    def _plain(self, value: object) -> object:
        if value is None or isinstance(value, int):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        return self._redact(str(value))

    def _trace(self, record: logging.LogRecord) -> str:
        parts = []
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(record.stack_info)
        return self._redact("\n".join(parts))


def _console(
    record: logging.LogRecord, fields: Mapping[str, object], trace: str
) -> str:
    time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
    words = [time, f"{record.levelname:<7}", _escaped(str(fields["msg"]))]
    words += [_pair(name, value) for name, value in fields.items() if name != "msg"]
    line = " ".join(words)
    return "\n".join([line, *(_escaped(part) for part in trace.splitlines())])


def _logfmt(record: logging.LogRecord, fields: Mapping[str, object], trace: str) -> str:
    words = [_pair(name, value) for name, value in _head(record).items()]
    words += [_pair(name, value) for name, value in fields.items()]
    if trace:
        words.append(_pair("trace", trace))
    return " ".join(words)


def _json(record: logging.LogRecord, fields: Mapping[str, object], trace: str) -> str:
    line = {**_head(record), **fields, **({"trace": trace} if trace else {})}
    return json.dumps(line)


def _head(record: logging.LogRecord) -> dict[str, object]:
    moment = datetime.fromtimestamp(record.created, UTC)
    return {
        "ts": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
    }


def _pair(name: str, value: object) -> str:
    text = _escaped(f"{value:.6g}" if isinstance(value, float) else str(value))
    if not _BARE.fullmatch(text):
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name}={text}"


def _escaped(text: str) -> str:
    return _CONTROL.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _priority(level: int) -> int:
    return next((number for least, number in _PRIORITIES if level >= least), 7)


def _chosen(form: LogFormat, stream: TextIO) -> LogFormat:
    if form is not LogFormat.AUTO:
        return form
    return LogFormat.CONSOLE if stream.isatty() else LogFormat.LOGFMT


def _is_journal(stream: TextIO, journal: str) -> bool:
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):  # a stream in memory has no descriptor
        return False
    return journal == f"{status.st_dev}:{status.st_ino}"


_WRITERS = {
    LogFormat.CONSOLE: _console,
    LogFormat.LOGFMT: _logfmt,
    LogFormat.JSON: _json,
}
