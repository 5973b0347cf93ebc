"""Tells two steps of one affair apart: an offer, then the definitive agreement."""

import re

# a part of the later step's word, the earlier step, the later one
_LINES = (
    (
        "efinitive",
        r"\b(?:offer|bid|proposal|approach|talks|letter of intent|mou|memorandum)\b",
        r"\bdefinitive\b",
    ),
    ("lo", r"\bcondition", r"\bclos"),
    ("omplet", r"\bcondition", r"\bcomplet"),
    ("inali", r"\bcondition", r"\bfinali[sz]"),
    ("dr", r"\bcondition", r"\bdr(?:aws|ew)\b"),
    (
        "ucce",
        (
            r"\b(?:(?:to|will) (?:leave|depart|retire|resign|exit|step)|"
            r"(?:leave|depart|retire|resign|exit|quit|step)s)\b"
        ),
        r"\b(?:names?|picks?|appoints?|hires?|taps?|elects?)\b.{0,40}\bsucce",
    ),
    (
        "il",
        r"^(?!.*\bfil(?:e|ing))",
        (
            r"\bfil(?:e[sd]?|ing)\b.{0,60}"
            r"\b(?:technical report|form (?:10|20)(?!-)|s-4|proxy|43-101)"
        ),
    ),
    ("ile", r"\bprepar", r"\bfile[sd]\b"),
    ("uction", r"\b(?:files?|seeks?|enters?|filing)\b", r"\bauction"),
    (
        "r",
        r"\b(?:file[sd]?|filing|submits|confidential)",
        r"\b(?:terms [ao][tf]|ipo terms|roadshow|price range)\b",
    ),
    ("pa", r"\bdeclare", r"\b(?:pays|paid)\b"),
    ("esults", r"\blaunch", r"\bresults\b"),
    ("u", r"\b(?:reviews?|probes?)\b", r"\b(?:sues?|sued|suing)\b"),
    ("block", r"\b(?:sues?|sued|suing)\b", r"\b(?:judge|court) blocks?\b"),
)
_STEPS = tuple(
    (part, re.compile(earlier, re.IGNORECASE), re.compile(later, re.IGNORECASE))
    for part, earlier, later in _LINES
)


def are_two_steps(one: str, other: str) -> bool:
    """Tell whether one title tells a later step of an affair than the other."""
    return _is_later(one, other) or _is_later(other, one)


def _is_later(text: str, other: str) -> bool:
    return any(
        later.search(other) is not None
        and earlier.search(text) is not None
        and later.search(text) is None
        and earlier.search(other) is None
        for part, earlier, later in _STEPS
        if part in other
    )
