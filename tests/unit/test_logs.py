"""A record becomes one line that a person, logfmt or JSON tools can read."""

import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalyst_bot.ops.logs import LineFormatter, LogFormat, configure

LINE_FORMS = (LogFormat.LOGFMT, LogFormat.JSON)


def unchanged(text: str) -> str:
    return text


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def record_of(message: str, **fields: object) -> logging.LogRecord:
    plain = {"name": "catalyst_bot.test", "levelname": "INFO", "levelno": 20}
    return logging.makeLogRecord({"msg": message, "created": 0.0, **plain, **fields})


def line_of(form: LogFormat, message: str, **fields: object) -> str:
    formatter = LineFormatter(form=form, redact=unchanged)
    return formatter.format(record_of(message, **fields))


def failure(text: str) -> tuple[type[ValueError], ValueError, None]:
    return ValueError, ValueError(text), None


def test_logfmt_holds_the_message_and_every_extra_field() -> None:
    line = line_of(LogFormat.LOGFMT, "alert sent", ticker="ACME", ms=12.5, why='a "b"')
    assert line == (
        "ts=1970-01-01T00:00:00.000Z level=info logger=catalyst_bot.test "
        'msg="alert sent" ticker=ACME ms=12.5 why="a \\"b\\""'
    )


def test_json_keeps_numbers_as_numbers() -> None:
    line = line_of(LogFormat.JSON, "alert sent", ms=12.5, count=2**70, lag=float("nan"))
    fields = json.loads(line)
    assert fields["msg"] == "alert sent"
    assert (fields["ms"], fields["count"], fields["lag"]) == (12.5, 2**70, "nan")


def test_the_console_shows_the_fields_behind_the_message() -> None:
    line = line_of(LogFormat.CONSOLE, "llm_server_overload", attempt="1/3")
    assert line.endswith("INFO    llm_server_overload attempt=1/3")


@pytest.mark.parametrize("form", LINE_FORMS)
def test_a_traceback_stays_on_the_line_of_its_record(form: LogFormat) -> None:
    record = record_of("source failed", exc_info=failure("bad\nfeed"))
    line = LineFormatter(form=form, redact=unchanged).format(record)
    assert "\n" not in line
    assert "ValueError: bad" in line


@pytest.mark.parametrize("form", [*LINE_FORMS, LogFormat.CONSOLE])
@pytest.mark.parametrize("hostile", ["\n", "\r", "\x1b[2J", "\u202e", "\x85", "\ud800"])
def test_a_headline_forges_no_line_and_steers_no_terminal(
    form: LogFormat, hostile: str
) -> None:
    line = line_of(form, f"seen {hostile}level=error", title=f"ACME{hostile}")
    assert hostile not in line
    line.encode()


def test_a_bad_log_call_of_a_library_is_still_a_line() -> None:
    assert "odd=" in line_of(LogFormat.LOGFMT, "x", odd=object())


def test_under_the_journal_each_line_names_its_priority(
    tmp_path: Path, root: logging.Logger
) -> None:
    with (tmp_path / "journal").open("w+") as stream:
        status = os.fstat(stream.fileno())
        configure(
            level="DEBUG",
            form=LogFormat.AUTO,
            redact=unchanged,
            stream=stream,
            journal=f"{status.st_dev}:{status.st_ino}",
        )
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            root.log(level, "said")
        stream.seek(0)
        priorities = [line[:3] for line in stream]
    assert priorities == ["<7>", "<6>", "<4>", "<3>"]


def test_elsewhere_no_priority_is_written(root: logging.Logger) -> None:
    stream = io.StringIO()
    configure(
        level="INFO",
        form=LogFormat.AUTO,
        redact=unchanged,
        stream=stream,
        journal="1:2",
    )
    logging.getLogger("catalyst_bot.child").info("heard", extra={"n": 1})
    logging.getLogger("catalyst_bot.child").debug("not heard")
    assert stream.getvalue().startswith("ts=")
    assert "heard" in stream.getvalue()
    assert "not heard" not in stream.getvalue()


def test_configuring_twice_writes_each_record_once(root: logging.Logger) -> None:
    first, second = io.StringIO(), io.StringIO()
    for stream in (first, second):
        configure(level="INFO", form=LogFormat.LOGFMT, redact=unchanged, stream=stream)
    root.info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1
