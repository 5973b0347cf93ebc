"""Lets a process of the product say which of its functions are entered."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
try:
    from tests.wiring.recorder import listen_always

    listen_always()
finally:
    del sys.path[0]
