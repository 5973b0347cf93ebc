"""What the record of entered functions sees, and that what it leaves out is true."""

import ast
from typing import Any

from tests.wiring.public import functions_of, public_functions
from tests.wiring.recorder import TELLS, telling
from tests.wiring.unreached import UNREACHED

SOURCE = '''
from typing import Protocol

def plain():
    """Have a docstring."""
    return 1

async def later(): return 2

def _hidden(): return 3

class Shape(Protocol):
    def declared(self): ...

class Shown:
    @property
    def told(self):
        return 4

    def asked(self):
        return 5

    def _kept(self):
        return 6
'''
NAMES = ["plain", "later", "Shown.told", "Shown.asked"]


def test_public_functions_and_methods_count_and_what_a_protocol_declares_does_not() -> (
    None
):
    assert [name for name, _ in functions_of(ast.parse(SOURCE))] == NAMES


async def test_a_function_a_coroutine_a_property_and_a_method_tell_that_they_ran() -> (
    None
):
    said: list[str] = []
    space: dict[str, Any] = {TELLS: said.append}
    exec(compile(telling(SOURCE, "a.py", "a"), "a.py", "exec"), space)  # noqa: S102
    shown = space["Shown"]()
    assert (space["plain"](), await space["later"]()) == (1, 2)
    assert (shown.told, shown.asked()) == (4, 5)
    assert said == [f"a:{name}" for name in NAMES]


def test_what_is_named_as_unreached_is_there_and_has_a_reason() -> None:
    assert set(UNREACHED) <= public_functions()
    assert all(UNREACHED.values())
