"""What is remembered under a name, over restarts: a pause, the state of a source."""

from pydantic import TypeAdapter
from sqlalchemy.dialects.sqlite import insert as upsert

from catalyst_bot.model import Hold, SourceState
from catalyst_bot.storage.left_out import moment
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.schema import facts

HOLD: TypeAdapter[Hold | None] = TypeAdapter(Hold | None)
SOURCE_STATE = TypeAdapter(SourceState)

HOLD_FACT = "pause"


def save_fact(key: str, value: str) -> Write:
    """Remember `value` under `key`, whatever was there."""
    return Write(_SET_FACT, {"key": key, "value": value})


def source_fact(source: str) -> str:
    """Return the key under which a source's state is recorded."""
    return f"source:{source}"


def save_source_state(source: str, state: SourceState) -> Write:
    """Remember a source's validators, priming and identity policy."""
    return save_fact(source_fact(source), SOURCE_STATE.dump_json(state).decode())


def save_hold(hold: Hold | None) -> Write:
    """Remember a pause, None: that there is none."""
    return save_fact(HOLD_FACT, HOLD.dump_json(hold).decode())


def load_hold(value: str) -> Hold | None:
    """Return what `save_hold` recorded.

    Raises:
        ValueError: it cannot be read.
    """
    hold = HOLD.validate_json(value)
    if hold is not None:
        moment(hold.since)
        moment(hold.until or 0.0)
    return hold


_SET_FACT = upsert(facts).on_conflict_do_update(
    index_elements=["key"], set_={"value": upsert(facts).excluded.value}
)
