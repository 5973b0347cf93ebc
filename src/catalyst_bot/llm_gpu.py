"""Giving the GPU back: a script's call to the server that holds the model."""

import asyncio
import logging
import threading

from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.errors import SettingsError
from catalyst_bot.llm.memory import report_memory
from catalyst_bot.llm.model import LLMError
from catalyst_bot.llm_config import LLMClientConfig
from catalyst_bot.ops.late_loop import LateLoop

REPORT_EVERY = 300.0  # seconds between two reports that nobody forced
_TENDING = 2.0  # seconds for unloading and reporting together

logger = logging.getLogger(__name__)


def cleanup_gpu_memory(force: bool = False) -> None:
    """Log what each model in the LLM server's memory takes, in bytes; never raise.

    At most once in 300 s. With `force` the server drops our model first, and the report
    comes now. It takes 2 s at most; where an event loop runs, a thread does it, which
    the interpreter waits for at its end.
    """
    if not _reports.is_due(force=force):
        return
    if not in_a_loop():
        _tend(force=force)
        return
    try:
        threading.Thread(
            target=_tend, kwargs={"force": force}, name="catalyst-gpu-memory"
        ).start()
    except RuntimeError as error:  # no more threads: the system's limit, or the end
        logger.warning("gpu_memory not reported: %s", error)


def in_a_loop() -> bool:
    """Tell whether an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class _Reports:
    """When the memory was reported; scripts may ask from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._next = 0.0

    def is_due(self, *, force: bool) -> bool:
        with self._lock:
            now = self._clock.monotonic()
            is_due = force or now >= self._next
            if is_due:
                self._next = now + REPORT_EVERY
            return is_due


_reports = _Reports(SystemClock())


def _tend(*, force: bool) -> None:
    """Unload and report in a loop of its own; the edge beyond which nothing raises."""
    try:
        config = LLMClientConfig.from_env()
        report = report_memory(
            endpoint_url=config.endpoint_url,
            model=config.model_name,
            unloads=force,
            timeout=_TENDING,
        )
        with asyncio.Runner(loop_factory=LateLoop) as runner:
            runner.run(report)
    except (LLMError, SettingsError, TimeoutError) as error:
        reason = str(error) or f"no answer in {_TENDING:g} s"
        logger.warning("gpu_memory not reported: %s", reason)
    except Exception:  # a script that tidies up must not fail by it
        logger.exception("gpu_memory not reported")
