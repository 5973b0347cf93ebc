"""Lets a process of the product say which of its functions are entered."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
try:
    from tests.wiring.recorder import listen_always

    listen_always(os.environ["PYTHONPATH"].rpartition(os.pathsep)[2])
finally:
    del sys.path[0]
