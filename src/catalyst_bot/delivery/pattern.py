"""An operator's regular expression over headlines, which can never hold up an alert.

Python's own `re` backtracks: `(a+)+b` takes minutes for a title of forty letters, and
no thread can be stopped in the middle of it. The engine here is that of Rust, which
comes with pydantic: its time grows with the length of the text, whatever the pattern;
look-around and back references, which no such engine has, are refused.
"""

import re
from dataclasses import dataclass, field

from pydantic_core import SchemaError, SchemaValidator, core_schema

LONGEST_TITLE = 512  # characters that are looked at; no item has a longer title
# The pattern's length times its counted repetitions, which the engine writes out. The
# worst found below this bound takes 15 ms for the longest title.
LARGEST = 1_000
_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that is searched in headlines, in either case.

    Raises:
        ValueError: it is no pattern of the engine, or too large; the text says why.
    """

    text: str
    _engine: SchemaValidator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if _size(self.text) > LARGEST:
            raise ValueError(
                "too large: its length times its repetitions such as {3,9} may be "
                f"{LARGEST:,} at most"
            )
        schema = core_schema.str_schema(
            pattern=f"(?i){self.text}", regex_engine="rust-regex"
        )
        try:
            engine = SchemaValidator(schema)
        except SchemaError as error:
            raise ValueError(_reason(str(error))) from error
        object.__setattr__(self, "_engine", engine)

    def is_in(self, title: str) -> bool:
        """Tell whether the pattern is found in a headline."""
        return self._engine.isinstance_python(title[:LONGEST_TITLE])


def _size(text: str) -> int:
    size = len(text)
    for least, _, most in _COUNTED.findall(text):
        size *= max(1, *(int(number[:6]) for number in (least, most) if number))
    return size


def _reason(message: str) -> str:
    """Return the last line of the engine's complaint, which names the fault."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ") if lines else "not a pattern"
