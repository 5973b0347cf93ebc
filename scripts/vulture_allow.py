"""Names that vulture takes for unused because a library uses them; it reads this file.

Each stands with its user. Product code that only tests use is not listed: it fails.
"""

from typing import Any


def allowed(thing: Any) -> tuple[Any, ...]:
    """Use every allowed name once."""
    return (
        thing.capture_signals,  # uvicorn calls it around its run
        thing.should_exit,  # uvicorn looks at it ten times a second
        thing.isolation_level,  # sqlite3: who begins transactions
        thing.revision,  # Alembic: the order of the migrations
        thing.down_revision,
        thing.datagram_received,  # asyncio calls it with what came, and `addr`
        thing.addr,
        thing.over,  # dataclasses.asdict: the state of the demo's controls
        thing.added,  # dataclasses.asdict: what a reload tells
        thing.state_change,  # pybreaker tells its listeners
        thing.cb,
        thing.model_config,  # pydantic
        thing.next_poll,  # dataclasses.asdict: shown by /healthz
        thing.gates,
        thing.answers,  # the same in the replies of /api
        thing.scored_by,
        thing.found_in,
        thing.posts_left,
        thing.edits_left,
        thing.posts_pending,
        thing.edits_pending,
        thing.cap_requests,
        thing.cap_tokens,
        thing.cap_usd,
        thing.posted_ms,
        thing.verdict_ms,
        thing.characters,
        # The library: only other people's scripts use these (docs/library.md).
        thing.query_llm,
        thing.batch_llm,
        thing.stream_batch,
        thing.p50,
        thing.p95,
        thing.cleanup_gpu_memory,
        thing.send_progressive_alert,
        thing.drain,
        # What the simulated servers remember is there for tests to read.
        thing.answered,
        thing.started,
        thing.aborted,
        thing.not_modified,
        thing.prompts,
        thing.looks,
        thing.struck,
        # The simulated clouds: tests and benchmarks fall back on them.
        thing.FakeAnthropic,
        thing.FakeGemini,
        thing.FakeOpenAI,
    )


if __name__ == "__main__":
    allowed(None)
