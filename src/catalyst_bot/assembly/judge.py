"""The rules in force, for those who must not see them change within a page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from catalyst_bot.intake.read_once import ReadOnce
from catalyst_bot.model import Alert, NewsItem, Reason, Rejection, ScoredItem
from catalyst_bot.pipeline import Scorer
from catalyst_bot.scoring.rules import Rules


class Judge:
    """Scores and decides by `rules`; `put_in_force` replaces them at once.

    `scorer` stands in for that of all rules: a test's. What `is_wanted` is an alert
    too where only its score is too low for one.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        scorer: Scorer | None = None,
        is_wanted: Callable[[NewsItem], bool],
    ) -> None:
        self._stand_in, self._is_wanted = scorer, is_wanted
        self.put_in_force(rules)

    @property
    def rules(self) -> Rules:
        """Return the rules in force."""
        return self._rules

    def put_in_force(self, rules: Rules) -> None:
        """Judge by these from now on; call it between two pages."""
        self._rules = rules
        self._scorer = ReadOnce(self._stand_in or rules.scorer)

    def kinds(self, title: str) -> frozenset[str]:
        """Return the kinds of event that a headline reports."""
        return self._scorer.kinds(title)

    def read(self, item: NewsItem) -> ScoredItem:
        """Return an item with its score and what it reports."""
        return self._scorer.read(item)

    def decide(self, scored: ScoredItem, *, now: datetime) -> Alert | Rejection:
        """Return an alert, or the reason why there is none."""
        decision = self._rules.policy.decide(scored, now=now)
        if not isinstance(decision, Rejection):
            return decision
        is_weak = decision.reason is Reason.LOW_SCORE
        if is_weak and self._is_wanted(scored.item):
            return replace(self.alert(scored, now=now), is_wanted=True)
        return decision

    def alert(self, scored: ScoredItem, *, now: datetime) -> Alert:
        """Return the alert of an item for which something else speaks."""
        return self._rules.policy.alert(scored, now=now)
