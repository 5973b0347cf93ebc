"""Who answers questions by code: the sandbox that it runs in is an extra."""

from importlib.util import find_spec

from catalyst_bot.llm.core import Core
from catalyst_bot.llm.model import Lane
from catalyst_bot.reading.long.model import Answerer, Budget, OnProgress

NO_SANDBOX = "needs the sandbox: pip install catalyst-bot[sandbox]"


def has_sandbox() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("pydantic_monty") is not None


def build_coder(
    core: Core,
    *,
    room: int,
    budget: Budget,
    at_once: int = 10,
    lane: Lane = Lane.INTERACTIVE,
    on_progress: OnProgress | None = None,
) -> Answerer:
    """Return who has the model write code; `room` is what one prompt may hold.

    Raises:
        ImportError: the extra is not installed.
    """
    from catalyst_bot.reading.code.answerer import (  # noqa: PLC0415 - of the extra
        CodeAnswerer,
    )

    return CodeAnswerer(
        core.structured,
        core.completer,
        room=room,
        budget=budget,
        lane=lane,
        at_once=at_once,
        on_progress=on_progress,
    )
