"""What the process that daemons are forked from does once for all of them."""

import gc
import os

from tests.wiring.recorder import FOLDER, listen_always

if folder := os.environ.get(FOLDER):
    listen_always(folder)  # before anything of the product is imported

from catalyst_bot.scoring.headline import shipped_scorer
from tests.crash import mortal

__all__ = ["mortal"]

shipped_scorer()  # seconds of compiling; whoever is forked finds it done
gc.freeze()  # and no collection looks at it again
