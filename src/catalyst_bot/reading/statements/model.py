"""What is taken out of a document, and how it went."""

from dataclasses import dataclass

from catalyst_bot.documents.model import Kind

LONGEST_STATEMENT = 300  # characters
LONGEST_CONTEXT = 200
LONGEST_TERM = 60
MOST_TERMS = 8  # of a statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One fact; each of its numbers stands in the text at `offsets`, or in its table.

    `offsets` are the start and end of the source sentence, row or bullet in the
    document's text. `key_terms` occur verbatim in `statement`. `context` says of what
    period, unit or deal it holds, "" where nothing needs to be said.
    """

    statement: str
    context: str
    key_terms: tuple[str, ...]
    section: Kind
    offsets: tuple[int, int]
    table_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What came of one document; `statements` are in the order of its text.

    `success`: the document was read, at least in part. `partial`: not all of it was,
    and `error` says why. Skipped tables are layout, contents and formalities; dropped
    statements had a number that the source has not, had lost its "not", or their quote
    is nowhere. `api_calls` counts the requests that were sent: none for what the cache
    knew; `unanswered` the questions that got no answer.
    """

    document_id: str
    success: bool
    statements: tuple[Statement, ...] = ()
    tables_processed: int = 0
    tables_skipped: int = 0
    statements_dropped: int = 0
    api_calls: int = 0
    unanswered: int = 0
    partial: bool = False
    error: str = ""
