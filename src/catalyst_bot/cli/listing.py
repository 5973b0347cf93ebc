"""Lists what has too many columns for a terminal: a line of facts, its texts below."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

_INDENT = (0, 0, 0, 2)


def print_entry(console: Console, *facts: str, text: str, link: str = "") -> None:
    """Print the facts that there are in a line, and a text and a link beneath it.

    A link stays in one piece however narrow the terminal is.
    """
    console.print(Text("  ".join(filter(None, facts)), style="bold"))
    console.print(Padding(Text(text), _INDENT, expand=False))
    if link:
        console.print(Text(f"  {link}"), soft_wrap=True)
