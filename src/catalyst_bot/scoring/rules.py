"""By what a headline is judged: the rules that a reload replaces as one."""

from dataclasses import dataclass

from catalyst_bot.scoring.headline import HeadlineScorer
from catalyst_bot.scoring.policy import AlertPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a headline is scored, and what is worth an alert."""

    scorer: HeadlineScorer
    policy: AlertPolicy
