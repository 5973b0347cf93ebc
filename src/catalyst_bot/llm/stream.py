"""An answer in pieces, as they come, out of whatever gives the whole."""

import asyncio
from collections.abc import AsyncGenerator

from catalyst_bot.llm.flight import Answerer
from catalyst_bot.llm.model import Completion, CompletionRequest
from catalyst_bot.llm.terms import Terms


async def pieces_of(
    answer: Answerer, request: CompletionRequest, terms: Terms
) -> AsyncGenerator[str | Completion, None]:
    """Yield the pieces of an answer, and last the completion; closing it ends it.

    Whoever reads is the parent of the task that asks. What it has not read yet waits
    here, at most what the wire lets through.

    Raises:
        LLMError: why there is no completion; pieces that came before are worth nothing.
    """
    pieces: asyncio.Queue[str | None] = asyncio.Queue()
    terms.on_text = pieces.put_nowait
    task = asyncio.create_task(answer(request, terms), name="llm-stream")
    task.add_done_callback(lambda _: pieces.put_nowait(None))
    try:
        while (piece := await pieces.get()) is not None:
            yield piece
        yield task.result()
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # it was told, or nobody wants to know any more
