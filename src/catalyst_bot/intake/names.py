"""Finds the companies that a title names without writing their symbol."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from catalyst_bot.intake.aliases import Named, Strength, fold_word
from catalyst_bot.intake.company_words import (
    GENERIC,
    INDUSTRY,
    INSTITUTIONS,
    LEGAL,
    OTHER_THINGS,
    STOP_SYMBOLS,
)
from catalyst_bot.intake.symbols import SymbolTable
from catalyst_bot.text import word_set

_WORD = re.compile(r"[^\W_](?:[\w&.'’+]*[\w&+])?")
_MOST_WORDS = 100
_LARGE = 500  # rank; such companies are spoken of by one word in any company
_SMALL = 2_500  # rank; of such a company an ordinary word needs the rest of its name
_SHORT = 3  # letters
_MANY = 0.6  # of the words
_POSSESSIVE = ("'s", "’s", "'S", "’S")
# What a company does, is asked or suffers in a headline: then its name is meant.
_SHOWS = word_set(
    """
    reports report reported posts posted says said announces announced raises raised
    cuts cut beats beat misses missed tops topped names named appoints appointed
    launches launched unveils files filed sues sued wins won signs signed agrees agreed
    acquires acquired buys bought sells sold plans expects sees gets receives received
    halts recalls slashes lowers lowered hikes hiked declares declared prices priced
    closes closed completes completed shares stock earnings results revenue profit loss
    ceo cfo inc corp co ltd plc jumps jumped falls fell surges surged drops dropped
    slides slid soars soared sinks sank plunges plunged climbs climbed tumbles tumbled
    rallies gains gained rises rose upgraded downgraded initiated to will enters entered
    deepens supplies hosts publishes presents ships operates tests cancels nears moves
    returns shows swaps tightens unloads upsizes resolves retains recovers doubled
    tripled widens schedules stops strikes renews reduces quits proposes promotes plots
    opposes obtains negotiates modifies markets leases integrates installs increases
    hits grants forms fires earmarks drills doses deploys defers creates considers cites
    challenges certifies buoyed bets backs avoids asks approves allocates acknowledges
    withdrew wraps teases recognized recognised ranked honored snags shelves resubmits
    repurchases relaunches refuses expands secures awarded granted delays suspends
    resumes terminates withdraws reaffirms reiterates updates provides introduces
    partners opens offers board holdings investors shareholders warns faces rolls lifts
    lifted orders ordered trims trimmed extends extended adds added builds hires invests
    pilots debuts starts begins pauses paused scraps ditches shuts reopens joins exits
    exited eyes seeks weighs mulls explores reaches reached swings narrows doubles
    triples boosts boosted ups pays settles settled rejects denies confirms discloses
    reveals outlines elects ousts replaces loses lost sheds slips slipped edges leaps
    retreats rebounds guides forecasts anticipates aims cautions flags takes keeps
    maintains affirms pulls merges combines divests offloads licenses teams collaborates
    appeals finishes finalizes inks lands nabs clinches earns commits pledges revamps
    overhauls restructures axes eliminates trades-up delivers delivered ramps quarterly
    annual dividend guidance margins ipo buyback layoffs stake unit subsidiary restarts
    idles redeems refinances prepares taps tapped
    """
) - {"trades-up"}
_BEFORE = word_set(
    """
    shares of stock by with from at for acquire acquires buy buys upgrades downgrades
    initiates on and vs why is in
    """
)
_PLACES_BEFORE = word_set(
    """
    new old north south east west northern southern great grand american first san port
    fort st mount lake saint el los santa little big royal
    """
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title's words with their places."""

    text: str
    raw: tuple[str, ...]
    words: tuple[str, ...]  # folded
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def is_headline_style(self) -> bool:
        """Tell whether Most Words Have Capitals: they say nothing then."""
        long = [word for word in self.raw[1:] if len(word) > _SHORT]
        return sum([word[0].isupper() for word in long]) > _MANY * len(long)


@dataclass(frozen=True, slots=True)
class Hit:
    """A company's name in a title: the words first..last-1."""

    named: Named
    first: int
    last: int


def read_title(text: str) -> Title:
    """Return the words of a title, at most 100."""
    found = list(islice(_WORD.finditer(text), _MOST_WORDS))
    raw = tuple([match.group() for match in found])
    return Title(
        text=text,
        raw=raw,
        words=tuple([_fold(word) for word in raw]),
        starts=tuple([match.start() for match in found]),
        ends=tuple([match.end() for match in found]),
    )


def find_names(title: Title, table: SymbolTable) -> Iterator[Hit]:
    """Yield the names in a title from left to right, the longest at each place."""
    first = table.names.first
    position = 0
    for index, word in enumerate(title.words):
        if index < position:
            continue
        length = first.get(word)
        if length is None and title.raw[index].endswith(_POSSESSIVE):
            length = first.get(_base(title, index))
        hit = _at(title, index, length, table) if length else None
        if hit is not None:
            position = hit.last
            yield hit


def _at(title: Title, index: int, longest: int, table: SymbolTable) -> Hit | None:
    by_words = table.names.by_words
    words = title.words
    for last in range(min(index + longest, len(words)), index, -1):
        key = tuple([w for w in words[index:last] if w != "and"])
        named = by_words.get(key)
        if named is None and title.raw[last - 1].endswith(_POSSESSIVE):
            key = (*key[:-1], _base(title, last - 1))
            named = by_words.get(key)
        if named is not None and named.symbol:
            hit = Hit(named, index, last)
            if _is_meant(title, hit):
                return hit
        elif named is not None and last - index > 1:
            return None  # a longer name that several companies share
    return None


def _is_meant(title: Title, hit: Hit) -> bool:
    """Tell whether a company is meant by these words."""
    alias = hit.named.alias
    raw = title.raw[hit.first : hit.last]
    if not alias.is_lower and not all(
        any(c.isupper() or c.isdigit() for c in word) for word in (raw[0], raw[-1])
    ):
        return False
    if hit.last - hit.first == 1:
        return _is_one_word_meant(title, hit)
    return not alias.is_common or not title.is_headline_style or _is_shown(title, hit)


def _is_one_word_meant(title: Title, hit: Hit) -> bool:
    named = hit.named
    after = _neighbour(title, hit.last)
    before = (
        title.words[hit.first - 1] if hit.first and _joined(title, hit.first) else ""
    )
    if _is_else(named, after):
        return False
    if named.alias.is_common:
        is_weak = named.alias.strength is Strength.STRIPPED and named.rank > _SMALL
        return not is_weak and before not in _PLACES_BEFORE and _is_shown(title, hit)
    if not _is_written_out(title, hit.first):
        return False
    is_large = named.rank < _LARGE or named.alias.strength is Strength.NICKNAME
    if is_large:
        return True
    if before in _PLACES_BEFORE:
        return False
    if after in LEGAL or after in named.own:
        return True
    if after in INDUSTRY or after in GENERIC:  # another company of that name
        return after in ("shares", "investors", "stores")
    return title.is_headline_style or not _is_part_of_name(title, hit, acronyms=False)


def _is_else(named: Named, after: str) -> bool:
    """Tell whether the next word makes another thing of it: "Visa rules"."""
    if after == "india":  # listed there, a company of its own
        return not named.alias.is_common
    return after in INSTITUTIONS or after in OTHER_THINGS.get(named.alias.words[0], ())


def _is_written_out(title: Title, index: int) -> bool:
    """Tell whether a short name stands in capitals that mean something."""
    word = title.raw[index]
    word = word[:-2] if word.endswith(_POSSESSIVE) else word
    if len(word) > _SHORT:
        return True
    if word.upper() != word:  # "Nio lifts outlook"
        return _neighbour(title, index + 1) in _SHOWS
    return word not in STOP_SYMBOLS and not title.text.isupper()


def _is_part_of_name(title: Title, hit: Hit, *, acronyms: bool) -> bool:
    """Tell whether a neighbour has a capital too: "Tyler Perry", "Mayor Eaton".

    `acronyms`: one in capitals counts as well ("CEO" says nothing of a sure name).
    """
    if hit.last < len(title.raw) and _joined(title, hit.last):
        word = title.raw[hit.last]
        if word[0].isupper() and (acronyms or not word.isupper()):
            return not title.raw[hit.last - 1].endswith(_POSSESSIVE)
    precedes = hit.first > 1 and _joined(title, hit.first)
    return precedes and title.raw[hit.first - 1][0].isupper()


def _is_shown(title: Title, hit: Hit) -> bool:
    """Tell whether the sentence treats these words as a company."""
    after = _neighbour(title, hit.last)
    if (
        title.raw[hit.last - 1].endswith(_POSSESSIVE)
        or after in _SHOWS
        or (
            (after in LEGAL or after == "incorporated")
            and hit.named.alias.strength is not Strength.NICKNAME
        )
        or (f"{after}s" in _SHOWS and hit.first > 0)  # "Acme, Bolt raise prices"
        or _is_first_of_two(title, hit)
    ) and (hit.first == 0 or not _joined(title, hit.first) or _is_lead(title, hit)):
        return True
    if title.is_headline_style:
        return False
    return hit.first > 0 and not _is_part_of_name(title, hit, acronyms=True)


def _is_first_of_two(title: Title, hit: Hit) -> bool:
    """Tell whether another name and what both do follow: "Acme, Bolt raise prices"."""
    end = hit.last + 1
    if hit.first or end >= len(title.words) or not title.raw[hit.last][0].isupper():
        return False
    gap = title.text[title.ends[hit.last - 1] : title.starts[hit.last]]
    return gap == ", " and f"{title.words[end]}s" in _SHOWS


def _is_lead(title: Title, hit: Hit) -> bool:
    return title.words[hit.first - 1] in _BEFORE


def _neighbour(title: Title, index: int) -> str:
    """Return the word after a name if only a blank stands between."""
    if index < len(title.words) and _joined(title, index):
        return _base(title, index)
    return ""


def _joined(title: Title, index: int) -> bool:
    """Tell whether a word follows the one before without punctuation."""
    gap = title.text[title.ends[index - 1] : title.starts[index]]
    return gap in (" ", "-", " & ") or gap.strip(".,") == ""


def _base(title: Title, index: int) -> str:
    """Return a word without its possessive ending."""
    word = title.raw[index]
    if word.endswith(_POSSESSIVE):
        return _fold(word[:-2])
    return title.words[index]


def _fold(word: str) -> str:
    if word.isascii() and word.isalnum():
        return word.lower()
    return fold_word(word)
