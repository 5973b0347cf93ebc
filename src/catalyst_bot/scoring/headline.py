"""The fast tier of one headline: its score, its catalysts, and why."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from catalyst_bot.errors import SettingsError
from catalyst_bot.model import NewsItem, Reason, ScoredItem, Side, side_of
from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.scoring.catalysts import Catalyst, CatalystRules, signal_of
from catalyst_bot.scoring.contrast import Contrast
from catalyst_bot.scoring.cues import Status
from catalyst_bot.scoring.explanation import (
    Explanation,
    evidence_of,
    parts_of,
    prior_trace,
    traces_of,
    why_neutral,
)
from catalyst_bot.scoring.finance import NEUTRAL, FinanceLayer, Fired, Layer, score_of
from catalyst_bot.scoring.forms import codes_of, is_structured
from catalyst_bot.scoring.lexicon import Lexicon, load_lexicon
from catalyst_bot.scoring.prepared import Prepared, prepare
from catalyst_bot.scoring.status import status_of
from catalyst_bot.scoring.vader import Vader

LEXICON, CATALYSTS = "lexicon.toml", "catalysts.toml"
OWN_SHARE, PRIOR_SHARE = 0.5, 0.4  # of the words' score and of a catalyst's direction
UNSURE = 0.3  # |score| below it is 0 where words and catalyst contradict each other
OUTSPOKEN = 0.7  # |direction| of a catalyst that may speak alone


class HeadlineScorer:
    """Scores headlines by a lexicon and catalyst rules; one serves the process."""

    def __init__(
        self, lexicon: Lexicon, rules: CatalystRules, *, version: str = ""
    ) -> None:
        self.finance = FinanceLayer(lexicon)
        self._rules = rules
        self._vader = Vader()
        self.version = version

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
        return cls(words, rules, version=version_of(lexicon, catalysts))

    @property
    def catalysts(self) -> tuple[str, ...]:
        """Return the categories that may alert, the highest priority first."""
        return self._rules.names

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
            puller = _puller(catalysts)
            prior = PRIOR_SHARE * puller.effective if puller else 0.0
            sentiment = _pulled(0.0, prior, is_pulled=True)
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
        fired = self._fired(prepared, catalysts)
        own = score_of(sum(one.weight for one in fired))
        puller = _puller(catalysts) or _spokesman(catalysts, own)
        prior = _prior(prepared, puller)
        parts = parts_of(fired, prior=prior)
        raw = parts.words + parts.phrases + parts.direction + parts.numbers
        score = _pulled(score_of(raw), prior, is_pulled=puller is not None)
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
            silenced=self._rules.silenced(prepared),
            suppressed=bool(catalysts) and catalysts[0].is_suppressed,
            truncated=prepared.is_cut,
            rules_version=self.version,
        )

    def _score(self, prepared: Prepared, catalysts: Sequence[Catalyst]) -> float:
        raw = 0.0
        for one in self._fired(prepared, catalysts):
            raw += one.weight
        score = score_of(raw)
        if not catalysts:
            return _pulled(score, 0.0, is_pulled=False)
        puller = _puller(catalysts) or _spokesman(catalysts, score)
        prior = _prior(prepared, puller)
        return _pulled(score, prior, is_pulled=puller is not None)

    def _fired(self, prepared: Prepared, catalysts: Sequence[Catalyst]) -> list[Fired]:
        """Return what the finance layer reads in the words that catalysts leave it."""
        if not catalysts:
            return self.finance.read(prepared)
        fired = self.finance.read(prepared, masked=_masked(prepared, catalysts))
        return _agreeing(prepared, fired, catalysts)


def score_title(title: str) -> float:
    """Return the score of a headline, -1.0 to 1.0, by the rules that are shipped."""
    return shipped_scorer().score(title)


def version_of(lexicon: Path, catalysts: Path) -> str:
    """Return the name of what two files say; OSError: one cannot be read."""
    digest = hashlib.sha256(lexicon.read_bytes() + catalysts.read_bytes())
    return digest.hexdigest()[:8]


@cache
def shipped_scorer() -> HeadlineScorer:
    """Return the scorer of the shipped files, read at the first call."""
    return HeadlineScorer.load(shipped_file(LEXICON), shipped_file(CATALYSTS))


def _pulled(score: float, prior: float, *, is_pulled: bool) -> float:
    if is_pulled:
        own = score
        score = OWN_SHARE * own + prior
        if abs(own) >= NEUTRAL and own * prior < 0 and abs(score) < UNSURE:
            score = 0.0
    return round(max(-1.0, min(1.0, score)), 4) + 0.0  # never -0.0


def _prior(prepared: Prepared, puller: Catalyst | None) -> float:
    """Return the pull of a catalyst, less where the headline plays it down."""
    if puller is None:
        return 0.0
    prior = PRIOR_SHARE * puller.effective
    contrast = Contrast(prepared)
    if contrast.is_plain or not puller.end:
        return prior
    first = max(bisect_right(prepared.starts, puller.start) - 1, 0)
    return contrast.told(prior, first)


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


def _spokesman(catalysts: Sequence[Catalyst], score: float) -> Catalyst | None:
    """Return the catalyst that speaks where the words say nothing, if any."""
    if not catalysts or catalysts[0].is_suppressed or abs(score) >= NEUTRAL:
        return None
    return next((one for one in catalysts if abs(one.direction) >= OUTSPOKEN), None)


def _agreeing(
    prepared: Prepared, fired: list[Fired], catalysts: Sequence[Catalyst]
) -> list[Fired]:
    """Leave out what contradicts a structural catalyst inside its own words.

    "Withdraws stock offering" was read as a whole: its bad words are not bad news. Of
    one without a direction ("closing of offering") no phrase is news.
    """
    for catalyst in catalysts:
        if not catalyst.is_structural or _is_turned(catalyst) or not catalyst.end:
            continue
        towards = catalyst.effective
        if towards and all(one.weight * towards >= 0 for one in fired):
            return fired
        starts = prepared.starts
        first = bisect_right(starts, catalyst.start) - 1
        last = bisect_left(starts, catalyst.end)
        return [
            one
            for one in fired
            if not (first <= one.first < last and _is_against(one, towards))
        ]
    return fired


def _is_against(fired: Fired, towards: float) -> bool:
    if not towards:
        return fired.layer is Layer.PHRASES
    return fired.weight * towards < 0


def _is_turned(catalyst: Catalyst) -> bool:
    """Tell whether a status changed what the event means for the stock."""
    return catalyst.status is not Status.ASSERTED and catalyst.direction != 0.0


def _masked(prepared: Prepared, catalysts: Sequence[Catalyst]) -> set[int]:
    """Return the words of turned events and of the cues that turn them.

    What a law firm says of a stock is no news: none of its words counts.
    """
    if catalysts[0].reason is Reason.LAW_FIRM:
        return set(range(len(prepared.tokens)))
    masked: set[int] = set()
    turned = [one for one in catalysts if one.end and _is_turned(one)]
    spans = prepared.spans() if turned else ()
    for catalyst in turned:
        inside = [
            i
            for i, (start, end) in enumerate(spans)
            if start < catalyst.end and end > catalyst.start
        ]
        masked.update(inside)
        for first, last in status_of(prepared, inside[0], inside[-1] + 1).cues:
            masked.update(range(first, last))
    return masked
