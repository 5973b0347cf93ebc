"""The simulated model tells how relevant a text is: it is more generous than a rule."""

import json
import re

_WANTED = re.compile(r'^\{"query": ".*\}$', re.MULTILINE)
_WORD = re.compile(r"\w{3,}")
_LETTERS = 4  # that two words must share at their beginning


def wanted_in(prompt: str) -> tuple[str, str] | None:
    """Return the query and the text of a prompt that asks how relevant it is."""
    found = _WANTED.findall(prompt)
    if not found:
        return None
    try:
        texts = json.loads(found[-1])
    except ValueError:
        return None
    return str(texts["query"]), f"{texts.get('title', '')} {texts.get('text', '')}"


def weigh(query: str, text: str) -> dict[str, str | float]:
    """Return a score: one word of two is 0.75, one of three 0.56, all of them 1."""
    wanted, told = _stems(query), _stems(text)
    found = [word for word in wanted if word[:_LETTERS] in told]
    share = len(found) / max(1, len(wanted))
    named = ", ".join(found) or "none of them"
    return {
        "score": round(1 - (1 - share) ** 2, 2),
        "reasoning": f"Of what is asked for the text has {named}.",
    }


def _stems(text: str) -> list[str]:
    return [word[:_LETTERS] for word in _WORD.findall(text.lower())]
