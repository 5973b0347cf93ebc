"""A real server, where TEST_LLM_ENDPOINT_URL names one: what no simulation proves.

Without it there is no test here, rather than one that is always skipped.
"""

import json
import os

from catalyst_bot.enrichment.prompt import NEEDED, SCHEMA, SYSTEM
from catalyst_bot.llm.model import Answer, CompletionRequest
from catalyst_bot.llm.providers.offers import Local, build_local
from catalyst_bot.llm.wire import open_wire
from tests.dialects import read_stream

URL = os.environ.get("TEST_LLM_ENDPOINT_URL", "")
MODEL = os.environ.get("TEST_LLM_MODEL_NAME", "mistral")
LONG = 300.0  # seconds; it may have to load the model first
REQUEST = CompletionRequest(
    prompt="<<<news:1a>>>\nHeadline: Acme reports record profit\n<<<end:1a>>>",
    system=SYSTEM,
    schema=SCHEMA,
    max_tokens=320,
)

if URL:

    async def test_a_real_server_answers_whole_and_in_pieces() -> None:
        async with open_wire() as wire:
            local = Local(endpoint_url=URL, model=MODEL)
            provider = build_local(local, wire=wire)
            await provider.check(timeout=LONG)
            answer = await provider.attempt(REQUEST, timeout=LONG)
            pieces, last = await read_stream(provider, REQUEST, timeout=LONG)
        assert set(NEEDED) <= set(json.loads(answer.text))
        assert answer.prompt_tokens > 0
        assert isinstance(last, Answer)
        assert "".join(pieces) == last.text
        assert len(pieces) > 5
