"""What the process that daemons are forked from does once for all of them."""

import gc

from tests.wiring.recorder import listen_always

listen_always()  # before anything of the product is imported

from catalyst_bot.scoring.headline import shipped_scorer  # noqa: E402
from tests.crash import mortal  # noqa: E402

__all__ = ["mortal"]

shipped_scorer()  # seconds of compiling; whoever is forked finds it done
gc.freeze()  # and no collection looks at it again
