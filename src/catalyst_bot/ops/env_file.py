"""Changes single lines of a `.env`; comments, order and what is unknown stay.

Reading settings is the work of ops/environment.py; this file only edits what a person
will go on editing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

_PLAIN = re.compile(r"[\w.:/,@+=~?&%-]*", re.ASCII)
_LINE = re.compile(
    r"(?P<head>\s*(?:export[^\S\r\n]+)?[^\s=]+[^\S\r\n]*=[^\S\r\n]*)"
    r"(?P<value>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[^\r\n]*?)"
    r"(?P<tail>(?:[^\S\r\n]+#[^\r\n]*)?\s*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvFile:
    """The text of an env file; a change returns a new one."""

    text: str

    def value(self, name: str) -> str:
        """Return what the file sets `name` to, "" when it does not; the last wins."""
        values = [line.value for line in self._lines() if line.key == name]
        return (values[-1] or "").strip() if values else ""

    def with_value(self, name: str, value: str, *, comment: str) -> "EnvFile":
        """Return the file with `name` set to `value`, a text of one line.

        The line that counts is changed in place. A new one goes below its commented-out
        template (`#NAME=`) when there is one, else to the end, below `comment`.
        """
        lines = [line.original.string for line in self._lines()]
        named = [n for n, line in enumerate(self._lines()) if line.key == name]
        setting = f"{name}={_quoted(value)}{self._newline}"
        found = _LINE.fullmatch(lines[named[-1]]) if named else None
        if found:
            head, tail = found["head"], found["tail"]
            lines[named[-1]] = f"{head}{_quoted(value)}{tail}"
            return EnvFile(text="".join(lines))
        template = re.search(rf"(?m)^#[^\S\r\n]*{name}=.*(?:\r?\n|\Z)", self.text)
        if template and not named:
            before, after = self.text[: template.end()], self.text[template.end() :]
            return EnvFile(text=self._ended(before) + setting + after)
        told = f"# {comment}{self._newline}"
        gap = self._newline if self.text.strip() else ""
        return EnvFile(text=self._ended(self.text) + gap + told + setting)

    def _lines(self) -> Iterator[Binding]:
        return parse_stream(StringIO(self.text, newline=""))

    @property
    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def _ended(self, text: str) -> str:
        return text if not text or text.endswith("\n") else text + self._newline


def read_env_file(path: Path) -> EnvFile:
    """Return the file, an empty one when there is none.

    Raises:
        OSError: it cannot be read.
        UnicodeDecodeError: it is not UTF-8; the error quotes its bytes, do not show it.
    """
    try:
        return EnvFile(text=path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return EnvFile(text="")


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
