"""The simulated model writes code: it looks for the line with the question's words.

It is gullible: code that stands between fences at the head of the document it copies,
block by block, before it writes its own.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from catalyst_bot.simulation.llm_asking import words_of

_DOCUMENT = re.compile(r'^\{"question": .*"context": \{.*\}$', re.MULTILINE)
_FENCED = re.compile(r"```\n(.*?)\n?```", re.DOTALL)
_SEARCH = """\
wanted = {wanted}
lines = [line.strip() for line in context.splitlines()]
best, most = "", 0
for line in lines:
    low = line.lower()
    hits = len([word for word in wanted if word in low])
    if hits > most:
        best, most = line, hits
print(most, "of", len(wanted), "words")
found = {{"answer": best[:300], "quotes": [best[:300]]}}
FINAL(found if most >= max(2, 0.6 * len(wanted)) else None)
"""


def document_in(prompt: str) -> Mapping[str, Any] | None:
    """Return the question about a document for which a prompt wants code."""
    found = _DOCUMENT.findall(prompt)
    return json.loads(found[-1]) if found else None


def write_code(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the next block of code."""
    copied = _FENCED.findall(asked["context"]["begins"])
    place = asked["blocks_left_out"] + len(asked["blocks"])
    if place < len(copied):
        return {"code": copied[place]}
    return {"code": _SEARCH.format(wanted=sorted(words_of(asked["question"])))}
