"""Tells two steps of one affair apart: an offer, then the definitive agreement."""

import re

_BANS = (
    r"\b(?:force majeure|bans?|halts?|hold|suspensions?|restrictions?|curbs?|freeze|"
    r"lockout|pause|embargo|moratorium|shutdown|stop-sale|blockade|curfew|advisory|"
    r"state of emergency|evacuation)\b"
)
_LIFTS = r"\b(?:lift|end|revok|rescind|remov|cancel|withdr)\w*"
_LIFTED = rf"{_LIFTS}.{{0,40}}{_BANS}|{_BANS}.{{0,40}}{_LIFTS}"
_TENDER = r".{0,40}\b(?:tender|exchange) offer\b"
_TENDERED = r"\b(?:results|complet|expir|conclu|accept)"
_WORK = (
    r"\b(?:program(?:me)?|search|review|trial|study|construction|upgrade|"
    r"expansion|overhaul|rollout|migration|turnaround|maintenance|outage|drilling|"
    r"campaign|buyback|repurchase|atm|at-the-market|strike|pilot|probe|process)\b"
)
_WORKED = (
    rf"\b(?:complet|finish|conclu|exhaust|wraps|wrapped|closes out)|"
    rf"\bends.{{0,60}}{_WORK}|{_WORK} (?:is|has) (?:ended|over|done)"
)
_BEGINS = (
    r"\b(?:launch|start|begin|beg[au]n|plan(?!t)|commenc|initiat|establish|adopt|authori[sz]|"
    r"approv|open|unveil|embark|sets up|kicks off)\w*"
)
_TELLS = r"\bannounc\w*"
_AGAIN = r"(?!.{0,20}\b(?:dividend|payout|distribution|coverage|buyback|guidance)s?\b)"
_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTHS = (
    "january|february|march|april|(?:in|by|on) may|june|july|august|september|october|"
    "november|december"
)
_HAPPENS = (
    r"\b(?:lifts|lifted|blasts|blasted|takes|took) off\b|"
    r"\b(?:debuts|debuted|launches|launched|opens|opened|begins|began|starts|started|"
    r"goes live|went live|goes on sale|flies|flew|makes (?:its )?debut)\b"
)
# Parts of the later step's words (or one), the earlier step, the later one.
_LINES: tuple[tuple[str | tuple[str, ...], str, str], ...] = (
    (
        ("lift", "end", "revok", "rescind", "remov", "cancel", "withdr"),
        (
            r"\b(?:declar|impos|issu|invok|order|put|plac|start|begin|enact)\w*"
            rf".{{0,40}}{_BANS}|^(?!.*(?:{_LIFTED})).*{_TELLS}.{{0,40}}{_BANS}"
        ),
        _LIFTED,
    ),
    (
        ("result", "omplet", "expir", "onclu", "accept"),
        rf"{_BEGINS}{_TENDER}|^(?!.*(?:{_TENDERED})).*{_TELLS}{_TENDER}",
        _TENDERED,
    ),
    (
        ("omplet", "inish", "onclu", "xhaust", "wrap", "ends", "ended", "over", "done"),
        (
            rf"{_BEGINS}.{{0,60}}{_WORK}|"
            rf"^(?!.*(?:{_WORKED})).*{_TELLS}.{{0,60}}{_WORK}"
        ),
        _WORKED,
    ),
    (
        ("name", "appoint", "hire", "pick", "tap"),
        (
            r"\b(?:announc|launch|start|begin|beg[au]n|commenc|initiat|open|plan)\w*"
            r".{0,40}\bsearch"
        ),
        r"\b(?:names?|named|appoint\w*|hire[sd]?|pick(?:s|ed)|tap(?:s|ped))\b",
    ),
    (
        ("restart", "reopen", "resume"),
        (
            r"\b(?:plan|aim|hope|intend|expect|want|seek|prepar)\w*\b.{0,30}"
            r"\b(?:restart|reopen|resum)|\bto (?:restart|reopen|resume)\b"
        ),
        rf"\b(?:restart|reopen|resum)(?:s|ed|es)\b{_AGAIN}",
    ),
    (
        ("final", "uncondition", "full appro", "permanent"),
        r"\b(?:preliminar|conditional|tentativ|provisional|interim|draft)",
        r"\b(?:final(?:ly|i[sz]\w+)?|unconditional\w*|full approval|permanent)\b",
    ),
    (
        ("accept", "agree"),
        (
            r"\b(?:raises|sweetens|boosts|hikes|increases|lifts|improves|ups)\b.{0,40}"
            r"\b(?:bid|offer|proposal)\b"
        ),
        r"\b(?:accept(?:s|ed|ing)|agree[sd]?)\b",
    ),
    (
        ("off", "debut", "launch", "open", "beg", "start", "live", "sale", "fl"),
        (
            rf"\bsets?\b.{{0,40}}\b(?:date|{_DAYS})\b|\b(?:re)?schedul(?:es|ed|ing)\b|"
            r"\bto (?:launch|lift off|debut|open|fly|go live|start|begin)\b.{0,60}"
            rf"\b(?:{_DAYS}|{_MONTHS}|next (?:week|month|year)|20\d\d)\b"
        ),
        _HAPPENS,
    ),
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
    (
        (parts,) if isinstance(parts, str) else parts,
        re.compile(earlier),
        re.compile(later),
    )
    for parts, earlier, later in _LINES
)


def are_two_steps(one: str, other: str) -> bool:
    """Tell whether one title tells a later step of an affair than the other."""
    one, other = one.lower(), other.lower()
    return _is_later(one, other) or _is_later(other, one)


def _is_later(text: str, other: str) -> bool:
    return any(
        later.search(other) is not None
        and earlier.search(text) is not None
        and later.search(text) is None
        and earlier.search(other) is None
        for parts, earlier, later in _STEPS
        if any(part in other for part in parts)
    )
