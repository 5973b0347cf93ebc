"""Compares two numbers that a fragment found: "EPS $1.22 vs. $1.10 expected"."""

import re

_NUMBER = re.compile(r"[$€£]?(\d[\d,]{0,11}(?:\.\d{1,4})?|\.\d{1,4}) ?([a-z¢]{0,8})")
_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9}


def is_larger(match: re.Match[str], *, written: str) -> bool:
    """Tell whether the group `more` exceeds `less`, a number of one title both.

    A missing unit is taken from the other: in "$1.02, est. $1b" both are of billions.
    `written` is the title with its hyphens, so that the sign can be seen.
    """
    more, less = _NUMBER.fullmatch(match["more"]), _NUMBER.fullmatch(match["less"])
    if more is None or less is None:
        return False
    scales = [_SCALES.get(number[2][:1], 1.0) for number in (more, less)]
    if not (more[2] and less[2]):
        scales = [1.0, 1.0]
    values = [
        _signed(match, name, written) * float(number[1].replace(",", "")) * scale
        for name, number, scale in zip(
            ("more", "less"), (more, less), scales, strict=True
        )
    ]
    return values[0] > values[1]


def _signed(match: re.Match[str], name: str, written: str) -> float:
    """Return -1.0 for a number behind a lone "-" or alone in brackets."""
    start, end = match.span(name)
    around = written[max(start - 2, 0) : start].rjust(2) + written[end : end + 1]
    is_below = around[:2] == " -" or around[1:] == "()"
    return -1.0 if is_below else 1.0
