"""What one page of news adds to the ledger, until it is committed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalyst_bot.card_state import Analysis
from catalyst_bot.intake.claims import Claim, ClaimKind
from catalyst_bot.model import Alert, Reason, Rejection, Routed
from catalyst_bot.storage import records
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.records import Write


@dataclass(slots=True, kw_only=True)
class Entry:
    """What is collected claim by claim; `unix` is the moment of the page."""

    unix: float
    writes: list[Write] = field(default_factory=list)
    jobs: list[NewJob] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    uncommitted: set[str] = field(default_factory=set)  # keys of alerts in `writes`

    def begin_anew(self) -> None:
        """Forget what was committed; alerts and rejections are counted at the end."""
        self.writes, self.jobs, self.uncommitted = [], [], set()

    def accept(
        self, claim: Claim, alert: Alert, analysis: Analysis, routes: Sequence[Routed]
    ) -> None:
        """Add an alert and where it goes; its posts are the caller's."""
        self.alerts.append(alert)
        self.uncommitted.add(alert.key)
        self.writes.append(
            records.save_alert(alert, analysis, routes=routes, unix=self.unix)
        )
        self._note(claim, alert.key)

    def refuse(self, claim: Claim, rejection: Rejection) -> None:
        """Add an item that the policy does not take."""
        self._reject(claim, rejection, alert_key=None)

    def reject(
        self, claim: Claim, reason: Reason, detail: str, *, at: datetime
    ) -> None:
        """Add an item that became no alert before anybody judged it."""
        rejection = Rejection(item=claim.item, reason=reason, detail=detail, at=at)
        first = claim.first
        self._reject(claim, rejection, alert_key=first.alert_key if first else None)

    def _reject(
        self, claim: Claim, rejection: Rejection, *, alert_key: str | None
    ) -> None:
        self.rejections.append(rejection)
        self.writes.append(records.save_rejection(rejection, unix=self.unix))
        self._note(claim, alert_key)

    def _note(self, claim: Claim, alert_key: str | None) -> None:
        """Record the item and the names under which it will be known again."""
        item, unix = claim.item, self.unix
        self.writes.append(records.save_item(item, alert_key=alert_key, unix=unix))
        moves = claim.kind is ClaimKind.NEW
        self.writes += [
            records.save_alias(name, item_key=item.key, unix=unix, moves=moves)
            for name in claim.names
        ]
