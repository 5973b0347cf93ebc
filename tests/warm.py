"""What the process that others are forked from does once for all of them."""

import gc
import os
from pathlib import Path

from tests.wiring.recorder import FOLDER, Recorder

if folder := os.environ.get(FOLDER):
    Recorder(Path(folder)).install()  # before anything of the product is imported

from catalyst_bot.cli import main
from catalyst_bot.scoring.headline import shipped_scorer
from tests.crash import mortal

__all__ = ["main", "mortal"]

shipped_scorer()  # seconds of compiling; whoever is forked finds it done
gc.freeze()  # and no collection looks at it again
