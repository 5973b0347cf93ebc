"""How the daemon is, in the one line of the status message; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalyst_bot.delivery.clean import clean_feed
from catalyst_bot.llm.model import Condition
from catalyst_bot.ops.health import Health, SourceHealth
from catalyst_bot.ops.spans import span

MOST_FAULTS = 8  # lines; the page has all of them
LONGEST_FAULT = 200  # code points


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What a subscriber is told; times are unix seconds."""

    now: float
    last_news: float  # 0.0: none yet
    backlog: int  # alerts that wait to be posted or edited
    llm: str  # up, recovering, down or off
    faults: tuple[str, ...] = ()  # what is degraded; () = all is well


def status_text(vitals: Vitals, *, until: float) -> str:
    """Return the text of the status message; the next one is due at `until`.

    Discord's own clock makes "next update" say "5 minutes ago" when nobody edits it.
    """
    heard = f"{span(vitals.now - vitals.last_news)} ago" if vitals.last_news else "none"
    parts = (
        "Degraded" if vitals.faults else "OK",
        f"last item {heard}",
        f"backlog {vitals.backlog}",
        f"LLM {vitals.llm}",
        f"next update <t:{until:.0f}:R>",
    )
    faults = [f"- {fault}" for fault in vitals.faults[:MOST_FAULTS]]
    more = len(vitals.faults) - len(faults)
    return "\n".join(
        [" · ".join(parts), *faults, *([f"- and {more} more"] * (more > 0))]
    )


def stopped_text(now: float) -> str:
    """Return what the status message says after a clean stop."""
    return f"Stopped <t:{now:.0f}:f>; no alerts until the next start"


def faults_of(
    health: Health,
    conditions: Sequence[Condition],
    *,
    now: float,
    redact: Callable[[str], str],
) -> tuple[str, ...]:
    """Return what is degraded, in words that are safe to post; `now` in unix seconds.

    Sources have the text of strangers in their reasons, and a URL may hold a key.
    """
    readiness = health.ready().checks
    found = [f"{name}: {why}" for name, why in health.destinations.items() if why]
    found += [
        f"{check.name}: {check.detail}"
        for check in readiness
        if not check.ok and check.name not in ("destination", "draining")
    ]
    found += [f"{name}: {text}" for name, text in health.notices.items()]
    found += [
        _stale(source, now)
        for source in health.sources
        if source.failures and not health.is_fresh(source.name)
    ]
    found += [
        f"LLM {one.provider}: circuit open" + (f", {one.fault}" if one.fault else "")
        for one in conditions
        if one.state == "open"
    ]
    return tuple(clean_feed(redact(text), limit=LONGEST_FAULT) for text in found)


def llm_word(conditions: Sequence[Condition]) -> str:
    """Return how the models are: whoever is well reads, whoever else is not."""
    states = {one.state for one in conditions}
    words = {"closed": "up", "half-open": "recovering", "open": "down"}
    return next((word for state, word in words.items() if state in states), "off")


def _stale(source: SourceHealth, now: float) -> str:
    silent = f"for {span(now - source.last_success)}"
    since = silent if source.last_success else "since the start"
    return f"source {source.name}: no answer {since} ({source.reason})"
