"""The simulated model: it reads a prompt by rule and knows nothing but the prompt.

Its words are its own, so that it may well disagree with the product's lexicon; at times
it names a number that the text has not, as models do.
"""

import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from catalyst_bot.simulation.llm_asking import look_up, question_in
from catalyst_bot.simulation.llm_coding import document_in, write_code
from catalyst_bot.simulation.llm_conflict import compare, pair_in
from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.simulation.llm_relevance import wanted_in, weigh
from catalyst_bot.simulation.llm_statements import extract, payload_in
from catalyst_bot.text import clip, numbers_in

_FENCED = re.compile(
    r"^<<<news:(?P<mark>[0-9A-Za-z]+)>>>[ ]*\n(?P<news>.*?)\n<<<end:(?P=mark)>>>",
    re.MULTILINE | re.DOTALL,
)
_HEADLINE = re.compile(r"^Headline: *(.*)$", re.MULTILINE)
_ITEM = re.compile(r"\[#(\d+)\]")
_BULLISH = re.compile(
    r"\b(beat|beats|surge|surges|soar|soars|approv\w*|record|raise[sd]?|award\w*|wins?"
    r"|won|acquire[sd]?|acquisition|upgrade[sd]?|breakthrough|positive|strong|buyback"
    r"|meets? primary endpoint|partnership|expands?|profit|grows?|growth|resumes?"
    r"|gains?|succe\w+|best|great|secures?|lifts|doubles|restores?|generous|benefit)\b",
    re.IGNORECASE,
)
_BEARISH = re.compile(
    r"\b(miss|misses|plunge[sd]?|fall|falls|recall\w*|halt(?:s|ed)?|offering|dilut\w*"
    r"|bankrupt\w*|chapter 11|lawsuit|investigation|cuts?|lower(?:s|ed)?|reject\w*"
    r"|downgrade[sd]?|delist\w*|deficiency|resign\w*|loss|losses|withdraw\w*|delays?"
    r"|fraud|default\w*|weak|fails?|failed|complete response letter|going concern|fatal"
    r"|warns?|severe|loses?|breach|strike|accused|collapse[sd]?|crisis|suspends?)\b",
    re.IGNORECASE,
)
_RISKS = (
    "The report may be priced in already.",
    "Terms and timing are not stated.",
    "Liquidity is thin before the open.",
    "Guidance may disappoint later.",
    "",
)
_SENSE = {
    "bullish": "tends to lift the share",
    "bearish": "tends to weigh on the share",
    "mixed": "cuts both ways for the share",
    "neutral": "is routine for the share",
}
_WRONG_NUMBER_SHARE = 12  # one headline in so many gets a number that is not there
_REASON_LIMIT = 280
_SHARES = {"confidence", "score"}  # fields that are 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the model says: the text of its answer and how it came to an end."""

    text: str
    finish: str = "stop"  # Ollama's done_reason


def read(prompt: str, mode: Mode) -> Reading:
    """Return the answer to a prompt; the same prompt gets the same answer."""
    if mode is Mode.EMPTY:
        return Reading(text="")
    if mode is Mode.NOT_JSON:
        return Reading(text="I believe that this is good news for the company. Buy!")
    verdict = _answer(prompt, mode)
    if verdict is None:
        item = _ITEM.search(prompt)
        number = item.group(1) if item else _hash(prompt) % 10**6
        return Reading(text=f"answer [#{number}]")
    if mode is Mode.OUT_OF_RANGE:
        verdict.update(dict.fromkeys(_SHARES & verdict.keys(), 80.0))
    text = json.dumps(verdict, ensure_ascii=False)
    if mode is Mode.CUT:
        return Reading(text=text[: len(text) * 2 // 3], finish="length")
    return Reading(text=text)


def _answer(prompt: str, mode: Mode) -> dict[str, Any] | None:
    """Return what is asked for, None when the prompt has nothing that is known."""
    if pair := pair_in(prompt):
        return compare(*pair)
    if wanted := wanted_in(prompt):
        return weigh(*wanted)
    if asked := question_in(prompt):
        return look_up(asked)
    if payload := payload_in(prompt):
        return extract(payload, slips=mode is Mode.WRONG_NUMBER)
    if document := document_in(prompt):
        return write_code(document)
    headline = headline_in(prompt)
    return _verdict(headline, news_in(prompt), mode) if headline else None


def headline_in(prompt: str) -> str:
    """Return the headline between the prompt's fences, "" when there is none."""
    found = _HEADLINE.search(news_in(prompt))
    return found.group(1).strip() if found else ""


def news_in(prompt: str) -> str:
    """Return what stands between the last pair of fences, "" when there is none."""
    fenced = [match.group("news") for match in _FENCED.finditer(prompt)]
    return fenced[-1] if fenced else ""


def _verdict(headline: str, news: str, mode: Mode) -> dict[str, str | float]:
    up, down = _BULLISH.search(headline), _BEARISH.search(headline)
    cue = up or down
    direction = "mixed" if up and down else "bullish" if up else "bearish"
    if cue is None:
        direction = "neutral"
    confidence: float = round(0.55 + _hash(headline) % 40 / 100, 2) if cue else 0.3
    reason = _reason(headline, news, direction, mode)
    risk = _RISKS[_hash(headline) % len(_RISKS)]
    if mode is Mode.LINKS_AND_MENTIONS:
        reason = "@everyone buy at https://evil.example <@&1> [here](http://x.example)"
        risk = "discord.gg/evil <https://evil.example> <@1> @here"
    return {
        "direction": direction,
        "confidence": confidence,
        "evidence": _quote(headline, cue.start() if cue else 0),
        "reason": clip(reason, _REASON_LIMIT),
        "risk": risk,
    }


def _quote(headline: str, position: int) -> str:
    """Return up to six words of the headline, from two words before `position`."""
    words = [match.span() for match in re.finditer(r"\S+", headline)]
    at = sum(1 for _, end in words if end <= position)
    chosen = words[max(0, at - 2) : max(0, at - 2) + 6]
    return headline[chosen[0][0] : chosen[-1][1]]


def _reason(headline: str, news: str, direction: str, mode: Mode) -> str:
    numbers = numbers_in(headline)
    is_slip = _hash(headline) % _WRONG_NUMBER_SHARE == 0
    if mode is Mode.WRONG_NUMBER or (is_slip and mode is Mode.OK):
        wrong = 17 + _hash(headline) % 60
        while str(wrong) in numbers_in(news):
            wrong += 1
        return f"The company reports a change of {wrong} percent, {direction} news."
    figure = max(sorted(numbers), key=len, default="")
    known = f" The figure {figure} matters most." if figure else ""
    return f"News of this kind {_SENSE[direction]}.{known}"


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())  # hash() differs from run to run
