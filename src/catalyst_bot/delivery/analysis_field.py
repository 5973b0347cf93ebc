"""The fields that the model's reading fills: what it says, or truly why it is silent.

The starts of the values are an interface: users and tests rely on them.
"""

import math

from catalyst_bot.card_state import Analysis, Phase, Verdict
from catalyst_bot.delivery.card import Field
from catalyst_bot.delivery.clean import clean_model
from catalyst_bot.model import Alert

NAME = "AI analysis"
# A model's number is not calibrated, so the card shows three steps. Below 0.5 it
# rather does not believe itself; from 0.8 on it calls itself sure (chosen).
MEDIUM, HIGH = 0.5, 0.8
DETAIL_LIMIT = 120
MODEL_LIMIT = 60
READ_LIMIT = 80
OUTDATED = " (of the earlier headline)"
WITHHELD = "reason withheld: it cites what the text does not say."
LABEL = "AI-generated, may be wrong"


def analysis_fields(analysis: Analysis, alert: Alert) -> tuple[Field, ...]:
    """Return `AI analysis`, then what else a verdict brings along; () when off."""
    if analysis.phase is Phase.OFF:
        return ()
    verdict = analysis.verdict
    if analysis.phase is not Phase.ANALYSED or verdict is None:
        return (Field(name=NAME, value=_silence(analysis, alert)),)
    is_outdated = analysis.headline not in ("", alert.item.title)
    reading = _reading(verdict, analysis) + (OUTDATED if is_outdated else "")
    fields = [Field(name=NAME, value=reading)]
    if verdict.agrees is not None and not is_outdated:
        fields.append(_agreement(verdict, alert))
    if analysis.model:
        fields.append(_model(analysis))
    if analysis.related:
        fields.append(_related(analysis))
    return tuple(fields)


def confidence_word(verdict: Verdict) -> str:
    """Return low, medium or high; an unfounded reading is never more than low."""
    if not verdict.is_grounded or verdict.confidence < MEDIUM:
        return "low"
    return "high" if verdict.confidence >= HIGH else "medium"


def number_of(seconds: float) -> str:
    """Return seconds as a person says them: 0.09, 2.4, 15."""
    if seconds < 1:
        return f"{seconds:.2f}"
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


def _silence(analysis: Analysis, alert: Alert) -> str:
    """Return why there is no verdict; the true reason, never another one."""
    detail = clean_model(analysis.detail, limit=DETAIL_LIMIT)
    stands = "" if alert.sentiment is None else "VADER score stands."
    if analysis.phase is Phase.PENDING:
        return _pending(analysis)
    if analysis.phase is Phase.TIMED_OUT:
        start = f"⏱ Timed out after {analysis.seconds:g} s"
        return f"{start} — {stands}" if stands else start
    if analysis.phase is Phase.OFFLINE:
        retry = f"retry {_moment(analysis.retry)}" if analysis.retry > 0 else ""
        why = ", ".join(part for part in (detail, retry) if part) or "no answer"
        start = f"⚠ AI offline ({why})"
        return f"{start} — {stands}" if stands else start
    if analysis.phase is Phase.BUSY:
        why = detail or "too many alerts at once"
        ahead = f"{why} of this one" if why.endswith(" ahead") else why
        start = f"⏭ Skipped (busy) — {ahead}"
        return f"{start}; {stands}" if stands else start
    return f"⚠ No analysis — {detail or 'unusable answer'}"


def _pending(analysis: Analysis) -> str:
    model = clean_model(analysis.model, limit=MODEL_LIMIT)
    due = f"due {_moment(analysis.due)}" if analysis.due > 0 else ""
    about = ", ".join(part for part in (model, due) if part)
    return f"⏳ Pending — {about}" if about else "⏳ Pending"


def _moment(unix: float) -> str:
    return f"<t:{math.ceil(unix)}:R>"


def _reading(verdict: Verdict, analysis: Analysis) -> str:
    parts = [f"{verdict.direction.value.capitalize()}, {confidence_word(verdict)} —"]
    if verdict.is_grounded:
        parts += _grounds(verdict)
    else:
        parts.append(WITHHELD)
    if analysis.late > 0:
        parts.append(f"(late +{analysis.late:.0f} s)")
    return " ".join(parts)


def _grounds(verdict: Verdict) -> list[str]:
    reason, risk = clean_model(verdict.reason), clean_model(verdict.risk)
    evidence = clean_model(verdict.evidence)
    parts = [_sentence(reason or "no reason given")]
    if risk:
        parts.append(f"Risk: {_sentence(risk)}")
    if evidence:
        parts.append(f'"{evidence}"')
    return parts


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _agreement(verdict: Verdict, alert: Alert) -> Field:
    side = f"VADER {alert.side.value}, model {verdict.direction.value}"
    mark = "✔ agree" if verdict.agrees else "✘ disagree"
    return Field(name="Agreement", value=f"{mark}: {side}", is_inline=True)


def _related(analysis: Analysis) -> Field:
    titles = (clean_model(title, limit=DETAIL_LIMIT) for title in analysis.related)
    return Field(name="Related", value="\n".join(f"• {title}" for title in titles))


def _model(analysis: Analysis) -> Field:
    name = clean_model(analysis.model, limit=MODEL_LIMIT)
    if analysis.provider:
        name = f"{name} ({clean_model(analysis.provider, limit=MODEL_LIMIT)})"
    taken = f"{number_of(analysis.seconds)} s" if analysis.seconds > 0 else ""
    read = (
        f"read: {clean_model(analysis.read, limit=READ_LIMIT)}" if analysis.read else ""
    )
    parts = (part for part in (name, taken, read, LABEL) if part)
    return Field(name="Model", value=" • ".join(parts), is_inline=True)
