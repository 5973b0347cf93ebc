"""A folder with documents, a simulated model, and `extract` before both."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalyst_bot.errors import CatalystError
from catalyst_bot.simulation.llm import FakeLLM
from tests.e2e.typed import typed

CANARY = "canary-key-that-must-not-be-shown"
FILING = """<html><body><p>Acme Corp. reports on the third quarter of 2026.</p>
<p>Revenue was $1.2 billion, up 12 percent. Acme did not repay its loan of $5 million.
</p><ul><li>Net income of $0.45 a share</li></ul>
<table><tr><td>(in millions)</td><td>2026</td></tr><tr><td>Sales</td><td>$</td>
<td>1,200</td></tr></table>
<table><tr><td>By:</td><td>/s/ A. Person</td></tr></table></body></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a command came to."""

    code: int
    out: str
    err: str


class Desk:
    """`extract` and what it works on; all in one folder."""

    def __init__(self, folder: Path, model: FakeLLM) -> None:
        self.documents, self.out = folder / "documents", folder / "out"
        self.model = model
        self.env = {
            "LLM_ENDPOINT_URL": model.endpoint_url,
            "LLM_RETRY_DELAY": "0.01",
            "DATABASE_URL": f"sqlite:///{folder}/catalyst.db",
            "ANTHROPIC_API_KEY": CANARY,
            "FEEDS_ALLOW_PRIVATE_HOSTS": "1",
        }
        self.documents.mkdir()
        self.write("filing.htm", FILING)

    def write(self, name: str, text: str) -> Path:
        path = self.documents / name
        path.write_text(text)
        return path

    @property
    def asked(self) -> int:
        """Return how many questions reached the model; loading it is none."""
        return sum('"find"' in one.prompt for one in self.model.prompts)

    async def extract(self, *words: str, **env: str) -> Typed:
        """Run the command on the folder, or on what the words name."""
        named = words if words and not words[0].startswith("-") else ()
        targets = named or (str(self.documents), *words)
        words = ("extract", *targets, "--out", str(self.out))
        result = await typed(*words, env={**self.env, **env})
        error, code = result.stderr, result.exit_code
        if isinstance(result.exception, CatalystError):  # `main` tells it, and exits 1
            error, code = str(result.exception), 1
        assert CANARY not in result.stdout + error
        return Typed(code=code, out=result.stdout, err=error)

    def results(self) -> dict[str, Any]:
        """Return the written extractions by the names of their documents."""
        found = {}
        for path in self.out.glob("*.json"):
            if path.name != "checkpoint.json":
                row = json.loads(path.read_bytes())
                found[row["document_id"].rpartition("/")[2]] = row
        return found

    def checkpoint(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads((self.out / "checkpoint.json").read_bytes())
        return kept
