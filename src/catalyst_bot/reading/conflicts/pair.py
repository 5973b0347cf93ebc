"""Two headlines side by side: what they share, and whether it is one thing at all."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from catalyst_bot.reading.conflicts.cues import Cue
from catalyst_bot.reading.conflicts.features import Features
from catalyst_bot.reading.conflicts.figures import Figures
from catalyst_bot.reading.conflicts.titles import Word
from catalyst_bot.reading.conflicts.words.denying import RUMOURS
from catalyst_bot.reading.conflicts.words.names import AUTHORITIES, RIVALS
from catalyst_bot.reading.conflicts.words.topics import BASES
from catalyst_bot.text import word_set

_ATTRIBUTION = word_set(
    """
    says say said shows show reports according tells adds spokesman ceo cfo
    """
)
# Who decides, and on many a thing.
_DECIDERS = word_set("court regulator union board panel holder government executive")
_MOST_OTHER_WORDS = 4
_SAME_WORDS = 4
_MOVES = ("rise", "fall")
_LEAST_OF_NEWS = 3  # words; fewer before a colon are a heading
_PEERS = word_set(
    """
    peers peer rival rivals competitor competitors adjacent unrelated trailing
    neighbouring neighboring
    """
)


class Pair:
    """An earlier and a later headline of one ticker."""

    def __init__(self, earlier: Features, later: Features) -> None:
        self.earlier = earlier
        self.later = later
        self.issuer = _issuer(earlier, later)
        stems = {word.stem for word in later.words if word.text in self.issuer}
        self.shared = (earlier.topic & later.topic) - stems  # what both are about
        self.ours = earlier.things - later.topic - stems  # what one alone is about
        self.theirs = later.things - earlier.topic - stems

    @cached_property
    def is_other_period(self) -> bool:
        """Tell whether both name periods and share none."""
        return self.earlier.periods.excludes(self.later.periods)

    @property
    def has_same_period(self) -> bool:
        """Tell whether both name one period."""
        ours, theirs = self.earlier.periods, self.later.periods
        return bool(ours.parts & theirs.parts or ours.years & theirs.years)

    @property
    def has_same_words(self) -> bool:
        """Tell whether so many words are the same that it is one piece of news."""
        return len(self.earlier.texts & self.later.texts) > _SAME_WORDS

    @property
    def is_vague_period(self) -> bool:
        """Tell whether one names a part of the year and the other does not."""
        return bool(self.earlier.periods.parts) != bool(self.later.periods.parts)

    @cached_property
    def is_other_metric(self) -> bool:
        """Tell whether both name measures, or their qualifiers, and share none."""
        ours, theirs = self.earlier, self.later
        if ours.metrics and theirs.metrics and ours.metrics.isdisjoint(theirs.metrics):
            return True
        return self.is_other_thing

    @cached_property
    def is_other_thing(self) -> bool:
        """Tell whether both qualify a thing on one axis, and not alike: phase 2, 3."""
        ours, theirs = self.earlier.qualifiers, self.later.qualifiers
        axes = {axis for axis, _ in ours} & {axis for axis, _ in theirs}
        return bool(axes - {axis for axis, _ in ours & theirs})

    @cached_property
    def is_other_object(self) -> bool:
        """Tell whether each names something that the other does not."""
        return bool(
            _names(self.earlier, self.later) and _names(self.later, self.earlier)
        )

    @cached_property
    def is_foreign(self) -> bool:
        """Tell whether the later headline begins with a name that is new."""
        return _is_foreign_start(self)

    @property
    def has_price(self) -> bool:
        """Tell whether one of them is about a price or a move of the stock."""
        moved = self.earlier.movers | self.later.movers
        return (
            self.earlier.is_price
            or self.later.is_price
            or not moved.isdisjoint(self.issuer)
        )

    @cached_property
    def is_apart(self) -> bool:
        """Tell whether they are of other periods, measures, things, or of a price."""
        return (
            self.has_price
            or self.is_other_period
            or self.is_other_metric
            or self.is_other_object
        )

    @cached_property
    def is_same_but_for_sides(self) -> bool:
        """Tell whether few words differ beside those of opposite pairs."""
        told = self.earlier.sided | self.later.sided
        ours, theirs = self.ours - told, self.theirs - told
        is_one_thing = self.shared - _DECIDERS or self.has_same_period
        if not is_one_thing or len(ours) + len(theirs) > _MOST_OTHER_WORDS:
            return False
        if ours and theirs:
            return len(self.shared) > 1 and not self.is_swapped
        return True

    @cached_property
    def is_swapped(self) -> bool:
        """Tell whether one thing stands where another stood: knee, spine robot."""
        told = self.earlier.sided | self.later.sided
        ours, theirs = self.ours - told, self.theirs - told
        places = {slot[:2] for slot in self.earlier.slots if slot[2] in ours}
        return any(slot[:2] in places for slot in self.later.slots if slot[2] in theirs)

    @cached_property
    def is_other_company(self) -> bool:
        """Tell whether the later headline is about a rival, not the issuer."""
        return _names_a_rival(self) or _begins_with_another(self)

    @cached_property
    def figures(self) -> Figures:
        """Return how the figures of the two compare."""
        return Figures.of(self.earlier.amounts, self.later.amounts)

    @property
    def is_other_act(self) -> bool:
        """Tell whether both tell what was done, and nothing of it is the same."""
        ours = self.earlier.topic - self.earlier.things
        theirs = self.later.topic - self.later.things
        return bool(ours and theirs) and ours.isdisjoint(theirs)

    @property
    def is_other_basis(self) -> bool:
        """Tell whether one alone says how it counts: adjusted, diluted, to date."""
        return not BASES.isdisjoint(self.earlier.texts ^ self.later.texts)

    @cached_property
    def is_told_apart(self) -> bool:
        """Tell whether one cites the other's figure, or a figure follows an outlook."""
        ours, theirs = self.earlier, self.later
        if ours.compared & theirs.numbers or theirs.compared & ours.numbers:
            return True
        return bool(ours.outlooks) and not theirs.outlooks

    def said(self, cue: Cue) -> str:
        """Return the words of a cue of the later headline."""
        return " ".join(word.text for word in self.later.words[cue.first : cue.last])

    def beside(self, near: Sequence[Word], cue: Cue) -> list[Word]:
        """Return those of the words that stand in the clause of a cue."""
        clause = self.later.words[cue.first].clause
        return [word for word in near if word.clause == clause]

    def is_about(self, words: Sequence[Word]) -> bool:
        """Tell whether some of these words are what both headlines are about."""
        return any(
            word.stem in self.shared
            and word.stem not in _MOVES
            and word.text not in RUMOURS
            for word in words
        )


def _names(features: Features, other: Features) -> set[str]:
    """Return what one names and the other does not; the issuer's full name aside."""
    found: set[str] = set()
    stems = {word.text: word.stem for word in features.words}
    for run in features.runs:
        if run.isdisjoint(other.texts):
            found.update(
                name
                for name in run
                if stems[name] not in other.topic and name.isalpha()
            )
    return found - AUTHORITIES


def _issuer(earlier: Features, later: Features) -> frozenset[str]:
    """Return the first names that both headlines have, but those of authorities."""
    for one, other in ((earlier, later), (later, earlier)):
        for run in one.runs:
            common = (run & other.texts) - AUTHORITIES
            if common:
                return common
    return frozenset()


def _names_a_rival(pair: Pair) -> bool:
    """Tell "rival Beta cuts", "ACME rival Beta", "weighs on peer ACME"."""
    words, known = pair.later.words, pair.earlier.texts
    for at, word in enumerate(words):
        if word.text not in RIVALS or word.text in known:
            continue
        if at and words[at - 1].text == "to":
            continue
        behind = words[at + 1 : at + 4]
        if word.text in _PEERS and any(
            one.is_name for one in (*words[at - 1 : at], *behind)
        ):
            return True
        if not behind or not behind[0].is_name or behind[0].text in known:
            continue
        if at == 0 or words[at - 1].is_name or pair.is_foreign:
            return True
    return False


def _is_foreign_start(pair: Pair) -> bool:
    first = next(_clauses(pair.later))
    is_heading = len(first) < _LEAST_OF_NEWS and first[-1].clause < _last(pair)
    heading = {word.text for word in first} if is_heading else set()
    for run in pair.later.runs:
        if not run <= heading:
            return run.isdisjoint(pair.earlier.texts | AUTHORITIES)
    return False


def _last(pair: Pair) -> int:
    return pair.later.words[-1].clause


def _begins_with_another(pair: Pair) -> bool:
    """Tell "Marlow denies talks; ACME dips" by the name before the first break."""
    later = pair.later
    if not pair.is_foreign or not pair.issuer or later.has_heading:
        return False
    first = next(_clauses(later))
    if any(word.text in pair.issuer for word in first):
        return False
    if not any(word.is_name for word in first[:4]) or len(first) < _LEAST_OF_NEWS:
        return False
    if not any(cue.first < len(first) for cue in later.cues):
        return False
    rest = later.words[len(first) :]
    return not any(word.text in _ATTRIBUTION for word in rest)


def _clauses(features: Features) -> Iterator[list[Word]]:
    clause: list[Word] = []
    for word in features.words:
        if clause and word.clause != clause[-1].clause:
            yield clause
            clause = []
        clause.append(word)
    yield clause
