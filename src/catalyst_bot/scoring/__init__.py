"""How a headline reads and whether it is worth an alert. Pure, no I/O.

The shipped rule files are read at the first call and kept.
"""

from catalyst_bot.scoring.headline import score_title

__all__ = ["score_title"]
