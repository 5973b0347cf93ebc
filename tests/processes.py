"""What a process of the product is started with: nothing of this machine's settings."""

import os
from pathlib import Path

from tests.wiring.recorder import FOLDER, LISTENING

ROOT = Path(__file__).parents[1]
_SITE = ROOT / "tests" / "wiring" / "site"


def surroundings() -> dict[str, str]:
    """Return the environment in which `python -m catalyst_bot` works."""
    found = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    if LISTENING in os.environ:  # the demo hands nothing but the path down
        found["PYTHONPATH"] = f"{_SITE}:{ROOT / 'src'}:{os.environ[FOLDER]}"
    return found
