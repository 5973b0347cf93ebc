"""Every error the package raises on purpose, and what its catcher should do.

CatalystError
├── SettingsError       the operator must fix the configuration; exit code 78
├── DatabaseInUse       another process holds the database; exit code 78
├── NewerSchema         a newer version wrote the database; exit code 78
├── StorageError        a commit or a read failed; the process ends, systemd restarts
│   └── DiskLost        the disk took no commit, memory stands in; repeat the commit
├── BackupError         no copy was made or put back; nothing else changed
├── SourceError         one feed failed; slow down and poll it again
│   └── AskedTooOften   our own limit is reached, and the source is well; ask later
├── UnreadableDocument  a file is no text; tell what it is, read the others
├── SymbolsError        a table of symbols is of no use; the one before stays
├── NoSuchSource        a search names a source that there is not; choose another
├── NoSuchAlert         an id means no alert, or several; who gave it looks again
├── DaemonError         the running daemon did not do what it was asked for
├── QuoteError          a provider did not tell a price; another may
└── DeliveryError       Discord did not take a message
    ├── NotSent         it provably never reached Discord; try again after `retry_after`
    ├── InDoubt         nobody knows whether it arrived; the ledger decides
    ├── Refused         Discord read it and said no; post it plainer, or give up
    ├── MessageGone     the message was deleted; end its edits
    └── DestinationDead webhook, token or channel is gone or forbidden; stop writing

The LLM errors live in `llm.model`: that package stands alone.
"""

from collections.abc import Iterable, Sequence


class CatalystError(Exception):
    """The root of the tree above; caught only in the loops of the pipeline."""


class SettingsError(CatalystError):
    """The configuration is wrong; `faults` names every fault, one line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class DatabaseInUse(CatalystError):
    """Another process holds the database; `pid` is its process id, 0 when unknown."""

    def __init__(self, path: str, pid: int) -> None:
        self.path, self.pid = path, pid
        holder = f"process {pid}" if pid else "another process"
        super().__init__(f"{path} is in use by {holder}: stop it first")


class NewerSchema(CatalystError):
    """A newer version wrote the database; the text names the schema that it has."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"{found}: install that version again, or put back a copy of before the "
            "upgrade with `catalyst-bot restore`"
        )


class StorageError(CatalystError):
    """The database refused a read or a commit; nothing of the commit was kept."""


class DiskLost(StorageError):
    """The disk took no commit: from now on a memory stands in for it."""


class BackupError(CatalystError):
    """No copy of the database was made or put back; the text says what to do."""


class SourceError(CatalystError):
    """A feed could not be read.

    `reason` is shown in health. `retry_after` is in seconds when the server named a
    wait. `is_permanent` means a person must look (401, 403, 404, 410).
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: float | None = None,
        is_permanent: bool = False,
    ) -> None:
        self.reason = reason
        self.retry_after = retry_after
        self.is_permanent = is_permanent
        super().__init__(reason)


class AskedTooOften(SourceError):
    """A source is asked no more often by us for now, which is no fault of it."""


class UnreadableDocument(CatalystError):
    """A file is not a text that can be read; the message says what it is instead."""


class SymbolsError(CatalystError):
    """A table of symbols could not be used; the text says why."""


class NoSuchAlert(CatalystError):
    """An id means no alert; `matches` are those that it may mean."""

    def __init__(self, wanted: str, matches: Sequence[str] = ()) -> None:
        self.matches = tuple(matches)
        several = f"{wanted} may be {', '.join(matches)}: give more digits"
        nobody = f"no alert has the id {wanted}: `catalyst-bot alerts` lists them"
        super().__init__(several if matches else nobody)


class NoSuchSource(CatalystError):
    """A search names a source that there is not; the text lists those there are."""

    def __init__(self, wanted: str, known: Iterable[str]) -> None:
        super().__init__(f"no source {wanted[:40]!r}: there is {', '.join(known)}")


class DaemonError(CatalystError):
    """The daemon does not run, or refused; the text says what to do."""


class QuoteError(CatalystError):
    """A provider of prices gave no answer that can be used.

    `retry_after` is in seconds when it named a wait.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(reason)


class DeliveryError(CatalystError):
    """Discord did not take a message; `retry_after` is in seconds, 0.0 = not named."""

    retry_after: float = 0.0


class NotSent(DeliveryError):
    """The request provably had no effect; repeat it after `retry_after`."""

    def __init__(self, reason: str, *, retry_after: float = 0.0) -> None:
        self.retry_after = retry_after
        super().__init__(reason)


class InDoubt(DeliveryError):
    """No usable answer came: the request may or may not have taken effect."""


class Refused(DeliveryError):
    """Discord refused the body (400) or the edit for good (30046)."""


class MessageGone(DeliveryError):
    """The message to edit, or that a nonce names, was deleted (404, code 10008)."""


class DestinationDead(DeliveryError):
    """Webhook, token or channel is deleted, moved or forbidden: 401, 403, 404."""
