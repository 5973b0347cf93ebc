"""What the process that daemons are forked from does once for all of them."""

import gc

from catalyst_bot.scoring.headline import shipped_scorer
from tests.crash import mortal

__all__ = ["mortal"]

shipped_scorer()  # seconds of compiling; whoever is forked finds it done
gc.freeze()  # and no collection looks at it again
