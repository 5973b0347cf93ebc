"""The fast tier of one headline: its score, its catalysts, and why."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from catalyst_bot.errors import SettingsError
from catalyst_bot.model import NewsItem, Reason, ScoredItem, Side, side_of
from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.scoring.catalysts import Catalyst, CatalystRules, signal_of
from catalyst_bot.scoring.explanation import (
    Explanation,
    evidence_of,
    parts_of,
    prior_trace,
    traces_of,
    why_neutral,
)
from catalyst_bot.scoring.finance import FinanceLayer, score_of
from catalyst_bot.scoring.forms import codes_of, is_structured
from catalyst_bot.scoring.lexicon import Lexicon, load_lexicon
from catalyst_bot.scoring.prepared import Prepared, prepare
from catalyst_bot.scoring.status import Status, status_of
from catalyst_bot.scoring.vader import Vader

LEXICON, CATALYSTS = "lexicon.toml", "catalysts.toml"
OWN_SHARE, PRIOR_SHARE = 0.5, 0.4  # of the words' score and of a catalyst's direction


class HeadlineScorer:
    """Scores headlines by a lexicon and catalyst rules; one serves the process."""

    def __init__(
        self, lexicon: Lexicon, rules: CatalystRules, *, version: str = ""
    ) -> None:
        self.finance = FinanceLayer(lexicon)
        self._rules = rules
        self._vader = Vader()
        self._version = version

    @classmethod
    def load(cls, lexicon: Path, catalysts: Path) -> "HeadlineScorer":
        """Return the scorer of two files.

        Raises:
            SettingsError: with the faults of both.
        """
        faults: list[str] = []
        words, rules = None, None
        try:
            words = load_lexicon(lexicon)
        except SettingsError as error:
            faults += error.faults
        try:
            rules = CatalystRules.load(catalysts)
        except SettingsError as error:
            faults += error.faults
        if words is None or rules is None:
            raise SettingsError(faults)
        digest = hashlib.sha256(lexicon.read_bytes() + catalysts.read_bytes())
        return cls(words, rules, version=digest.hexdigest()[:8])

    def score(self, title: str) -> float:
        """Return the expected direction for the named stock, -1.0 to 1.0."""
        prepared = prepare(title)
        return self._score(prepared, self._rules.match(prepared))

    def read(self, item: NewsItem) -> ScoredItem:
        """Return an item with its score and what its catalysts mean for an alert.

        A filing or a halt is judged by its codes: its title is only their names.
        """
        if is_structured(item):
            catalysts = self._rules.of_codes(codes_of(item))
            sentiment = _pulled(0.0, _puller(catalysts))
        else:
            prepared = prepare(item.title)
            catalysts = self._rules.match(prepared)
            sentiment = self._score(prepared, catalysts)
        signal = signal_of(catalysts)
        return ScoredItem(item=item, sentiment=sentiment, signal=signal)

    def explain(self, title: str) -> Explanation:
        """Return the score with every rule that fired."""
        prepared = prepare(title)
        catalysts = self._rules.match(prepared)
        puller = _puller(catalysts)
        masked = _masked(prepared, catalysts)
        fired = self.finance.read(prepared, masked=masked)
        prior = PRIOR_SHARE * puller.effective if puller else 0.0
        parts = parts_of(fired, prior=prior)
        raw = parts.words + parts.phrases + parts.direction + parts.numbers
        score = _pulled(score_of(raw), puller)
        traces = traces_of(prepared, fired)
        if puller:
            traces += (prior_trace(puller, weight=prior),)
        label = side_of(score)
        is_neutral = label is Side.NEUTRAL
        return Explanation(
            text=prepared.text,
            score=score,
            label=label,
            reason=why_neutral(prepared, fired) if is_neutral else "",
            vader=self._vader.score(prepared.text),
            raw=raw,
            parts=parts,
            fired=traces,
            catalysts=evidence_of(catalysts),
            suppressed=bool(catalysts) and catalysts[0].is_suppressed,
            truncated=prepared.is_cut,
            rules_version=self._version,
        )

    def _score(self, prepared: Prepared, catalysts: Sequence[Catalyst]) -> float:
        masked = _masked(prepared, catalysts) if catalysts else ()
        raw = 0.0
        for one in self.finance.read(prepared, masked=masked):
            raw += one.weight
        return _pulled(score_of(raw), _puller(catalysts))


def score_title(title: str) -> float:
    """Return the score of a headline, -1.0 to 1.0, by the rules that are shipped."""
    return shipped_scorer().score(title)


def explain(title: str) -> Explanation:
    """Return why a headline gets its score by the rules that are shipped."""
    return shipped_scorer().explain(title)


@cache
def shipped_scorer() -> HeadlineScorer:
    """Return the scorer of the shipped files, read at the first call."""
    return HeadlineScorer.load(shipped_file(LEXICON), shipped_file(CATALYSTS))


def _pulled(score: float, puller: Catalyst | None) -> float:
    if puller is not None:
        score = OWN_SHARE * score + PRIOR_SHARE * puller.effective
    return round(max(-1.0, min(1.0, score)), 4) + 0.0  # never -0.0


def _puller(catalysts: Sequence[Catalyst]) -> Catalyst | None:
    """Return the catalyst that pulls the score: a structural one, or one not asserted.

    The others' directions are already in the words; where a status turned the event,
    the words were masked and the catalyst must speak for them.
    """
    for catalyst in catalysts:
        is_heard = catalyst.is_structural or _is_turned(catalyst)
        if is_heard and not catalyst.is_suppressed:
            return catalyst
    return None


def _is_turned(catalyst: Catalyst) -> bool:
    """Tell whether a status changed what the event means for the stock."""
    return catalyst.status is not Status.ASSERTED and catalyst.direction != 0.0


def _masked(prepared: Prepared, catalysts: Sequence[Catalyst]) -> set[int]:
    """Return the words of turned events and of the cues that turn them.

    What a law firm says of a stock is no news: none of its words counts.
    """
    if catalysts and catalysts[0].reason is Reason.LAW_FIRM:
        return set(range(len(prepared.tokens)))
    masked: set[int] = set()
    for catalyst in catalysts:
        if not (_is_turned(catalyst) and catalyst.end):
            continue
        spans = list(zip(prepared.starts, prepared.ends, strict=True))
        inside = [
            i
            for i, (start, end) in enumerate(spans)
            if start < catalyst.end and end > catalyst.start
        ]
        masked.update(inside)
        for first, last in status_of(prepared, inside[0], inside[-1] + 1).cues:
            masked.update(range(first, last))
    return masked
