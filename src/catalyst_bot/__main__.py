"""`catalyst-bot` and `python -m catalyst_bot` start here."""

import gc
import os
import sys

if sys.argv[1:2] in (["ask"], ["extract"]):
    os.nice(10)  # long work: on a busy processor the alerts of a daemon go first
gc.disable()  # nothing dies while modules are loaded: looking takes a quarter of it

from catalyst_bot.cli import main as cli  # noqa: E402


def main() -> None:
    """Run one command; what was loaded until now is never looked at again."""
    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
