"""A title as it is compared with others."""

from dataclasses import dataclass

from catalyst_bot.intake.story_events import KINDS, NEGATIONS, OPPOSITES, ORDER

_ORDINAL = ("st", "nd", "rd", "th")


@dataclass(frozen=True, slots=True)
class StoryForm:
    """A title as it is compared."""

    tickers: frozenset[str]
    subject: str  # the first ticker
    sequence: tuple[str, ...]  # canonical words in their order
    words: frozenset[str]  # the same and the numbers
    start: frozenset[str]  # the first two words
    lead: frozenset[str]  # the name at the beginning
    opening: frozenset[str]  # the same, though it is another company's
    called: frozenset[str]  # words of the companies that its symbols stand for
    names: frozenset[str]  # surely names
    capitals: frozenset[str]  # perhaps names
    numbers: frozenset[str]
    telling: frozenset[str]  # numbers that no two events share by chance
    periods: frozenset[str]  # q3, h1, fy
    years: frozenset[str]
    phases: frozenset[str]
    stages: frozenset[str]
    is_sentence: bool  # not all words have capitals
    text: str  # the title without what wires put around it
    is_cut: bool
    kinds: frozenset[str]  # of event, as the scoring names them

    @property
    def given_as(self) -> frozenset[str]:
        """What money is given as."""
        return self.words & KINDS

    @property
    def sides(self) -> frozenset[tuple[int, str]]:
        """Words that exclude others of the same axis, each with its axis."""
        sides = [side for word in self.words for side in OPPOSITES.get(word, ())]
        ordinals = [n for n in self.numbers if n[0] == "#" and n[-2:] in _ORDINAL]
        sides.extend((ORDER, ordinal) for ordinal in ordinals)  # the 100th flight
        return frozenset(sides)

    @property
    def is_negated(self) -> bool:
        """Whether something is said not to be so."""
        return not NEGATIONS.isdisjoint(self.words)

    @property
    def is_passive(self) -> bool:
        """Whether something is done by somebody."""
        return " by " in self.text
