"""The field of the key facts that were found in the document behind an alert."""

from collections.abc import Sequence

from catalyst_bot.delivery.card import Field
from catalyst_bot.delivery.clean import clean_model

NAME = "Key facts"
MOST_FACTS = 5
FACT_LIMIT = 180  # characters; all of them fit into a field's 1,024


def facts_field(facts: Sequence[str]) -> Field | None:
    """Return a line for each fact, None without any."""
    lines = [clean_model(fact, limit=FACT_LIMIT) for fact in facts[:MOST_FACTS]]
    value = "\n".join(f"• {line}" for line in lines if line)
    return Field(name=NAME, value=value) if value else None
