"""What a headline plays down, asks, or tells of somebody else.

"X despite Y" is about X, "A clouds B" about A; what is good for a rival is bad for the
named stock. Every weight of the finance layer and the pull of a catalyst pass here.
"""

from collections.abc import Sequence

from catalyst_bot.scoring.prepared import Prepared

CONCEDED = 0.6  # what counts of words before "but", and of those after "amid"
STRESSED = 1.3  # and of those after "but"
PLAYED_DOWN = 0.25  # and of those after "despite"
ASKED = 0.4  # of a question
RIVALS = -0.7  # of a rival's luck

_MILD = frozenset(("amid",))
_CONCESSIONS = frozenset(
    ("despite", "although", "though", "even", "notwithstanding", "overshadows",
     "overshadow", "clouds", "mars", "tempers", "outweigh", "outweighs", "eclipses",
     "offsets", "offset")
)  # fmt: skip
_DROWNED = frozenset(("overshadowed", "clouded", "marred", "tempered", "offset"))
_RIVALS = frozenset(
    ("rival", "rivals", "rival's", "competitor", "competitors", "competitor's")
)
_CAUSES = frozenset(
    ("after", "as", "on", "following", "because", "when", "since", "amid", "a", "the",
     "main", "key", "generic", "biggest", "top", "larger", "bigger", "smaller")
)  # fmt: skip
_MISFORTUNES = frozenset(
    ("fail", "fails", "failed", "failing", "failure", "failures", "recall", "recalls",
     "recalled", "setback", "rejection", "rejected", "rejects", "outage", "bankruptcy",
     "bankrupt", "halt", "halts", "halted", "hold", "delay", "delays", "delayed",
     "shutdown",
     "loses", "lost", "exits", "exit", "stumbles", "shuts", "flop", "flops", "crl",
     "discontinues", "scraps", "pulls", "withdraws", "ban", "banned", "pay", "pays",
     "snag", "snags", "woes", "trouble", "problems", "glitch", "strike", "fire")
)  # fmt: skip
_MARKED = _MILD | _CONCESSIONS | _DROWNED | _RIVALS | {"but"}


class Contrast:
    """How much each word's weight counts; 1.0 where nothing is contrasted."""

    __slots__ = ("_asked", "_factors", "_rival", "_unlucky")

    def __init__(self, prepared: Prepared) -> None:
        tokens = prepared.tokens
        self._asked = ASKED if prepared.text.endswith("?") else 1.0
        self._factors: list[float] | None = None
        self._rival = (0, 0)
        self._unlucky = False
        if _MARKED.isdisjoint(tokens):
            return
        self._factors = _factors(prepared)
        self._rival = first, last = _rivals_clause(prepared)
        self._unlucky = not _MISFORTUNES.isdisjoint(tokens[first:last])

    @property
    def is_plain(self) -> bool:
        """Tell whether every weight counts as it is."""
        return self._factors is None and self._asked == 1.0

    def weighed(self, weight: float, first: int) -> float:
        """Return what `weight` of the word `first` counts, a question's less."""
        return self._asked * self.told(weight, first)

    def told(self, weight: float, first: int) -> float:
        """Return what `weight` counts where the headline places it."""
        if self._factors is None:
            return weight
        begin, end = self._rival
        if begin <= first < end and (weight > 0 or self._unlucky):
            weight *= RIVALS
        return weight * self._factors[first]


def _factors(prepared: Prepared) -> list[float]:
    tokens = prepared.tokens
    count = len(tokens)
    if "but" in tokens:
        but = tokens.index("but")
        return [CONCEDED] * but + [STRESSED] * (count - but)
    for i, word in enumerate(tokens):
        if word in _DROWNED and i + 1 < count and tokens[i + 1] == "by":
            return [PLAYED_DOWN] * i + [1.0] * (count - i)
        if word in _CONCESSIONS:
            if word == "even" and tokens[i + 1 : i + 2] not in (("as",), ("though",)):
                continue
            return _conceded(prepared, i)
        if word in _MILD and i:
            return [1.0] * i + [CONCEDED] * (count - i)
    return [1.0] * count


def _conceded(prepared: Prepared, i: int) -> list[float]:
    """Play down what follows word `i`, or its clause if it opens the headline."""
    count = len(prepared.tokens)
    end = count
    if i == 0:
        end = _clause_end(prepared, 1)
        if end == count:
            return [1.0] * count
    rest = [1.0] * (count - end)
    return [1.0] * (i + 1) + [PLAYED_DOWN] * (end - i - 1) + rest


def _rivals_clause(prepared: Prepared) -> tuple[int, int]:
    """Return the words [first, last) that tell of a rival as the one who acts."""
    tokens = prepared.tokens
    for i, word in enumerate(tokens):
        if word in _RIVALS and (i == 0 or _is_leading(prepared.raw, i)):
            return i + 1, _clause_end(prepared, i + 1)
    return 0, 0


def _is_leading(raw: Sequence[str], i: int) -> bool:
    """Tell whether the rival at word `i` acts: "as rival …", "Acme rival wins …"."""
    before = raw[i - 1]
    is_named = before[0].isupper() and raw[i].islower()
    return is_named or before.lower() in _CAUSES or before.endswith("'s")


def _clause_end(prepared: Prepared, first: int) -> int:
    chunks: Sequence[str] = prepared.chunks
    for i in range(first, len(chunks)):
        if chunks[i][-1] in ",;:" or chunks[i] == "-":
            return i + 1
    return len(chunks)
