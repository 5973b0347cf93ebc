"""What models take of a server's GPU, and giving it back: on request of a script.

A model lives in the LLM server, so that is asked; nothing of ours holds GPU memory.
"""

import asyncio
import logging

from catalyst_bot.llm.providers.offers import Local, build_local
from catalyst_bot.llm.providers.ollama import Ollama
from catalyst_bot.llm.wire import open_wire

logger = logging.getLogger(__name__)


async def report_memory(
    *, endpoint_url: str, model: str, unloads: bool, timeout: float
) -> None:
    """Log what each loaded model takes, in bytes; with `unloads`, after dropping ours.

    Raises:
        LLMError: the server did not do it.
        TimeoutError: it took more than `timeout` seconds in all.
    """
    async with asyncio.timeout(timeout), open_wire() as wire:
        ollama = build_local(Local(endpoint_url=endpoint_url, model=model), wire=wire)
        if not isinstance(ollama, Ollama):
            logger.debug("gpu_memory not known: this server does not tell")
            return
        if unloads:
            await ollama.unload(timeout=timeout)
            logger.info("gpu_memory model=%s unloaded", model)
        loaded = await ollama.memory(timeout=timeout)
    for one in loaded:
        logger.info("gpu_memory model=%s size_vram=%d", one.name, one.size_vram)
    if not loaded:
        logger.info("gpu_memory no model loaded")
