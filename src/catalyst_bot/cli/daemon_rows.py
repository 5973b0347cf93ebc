"""Looks at the daemon that runs, for `doctor`: its checks, queues and metrics."""

from collections.abc import Iterator, Mapping

import aiohttp
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from catalyst_bot.assembly.control import contact_path
from catalyst_bot.cli.dependencies import PATIENCE, Row, State
from catalyst_bot.ops.contact import Contact, read_contact
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings import Settings

LARGEST_ANSWER = 4 * 1024 * 1024  # bytes


async def look_at_daemon(settings: Settings) -> list[Row]:
    """Tell what waits in each queue, what is measured, and how the last reload went."""
    try:
        contact = read_contact(contact_path(settings.storage.database_url))
    except (OSError, ValueError) as error:
        return [_unseen(f"not asked: {error}", "run this as the daemon's user")]
    if contact is None:
        return [
            Row(name="daemon", state=State.OFF, detail="none runs, or without HTTP")
        ]
    try:
        text = await _metrics_of(contact)
        families = {family.name: family for family in _families(text)}
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        why = str(error) or f"no answer in {PATIENCE:g} s"
        return [_unseen(why, "look at its log")]
    return [_metrics_row(families), *_queues(families), _reload_row(families)]


async def _metrics_of(contact: Contact) -> str:
    headers = {"Authorization": f"Bearer {contact.token.reveal()}"}
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with (
        aiohttp.ClientSession(trust_env=False, timeout=timeout) as session,
        session.get(f"{contact.url}/metrics", headers=headers) as answer,
    ):
        answer.raise_for_status()
        return (await answer.content.read(LARGEST_ANSWER)).decode()


def _families(text: str) -> Iterator[Metric]:
    yield from text_string_to_metric_families(text)


def _metrics_row(families: Mapping[str, Metric]) -> Row:
    """Tell whether every metric of the documentation is served."""
    wanted = {row.name.removesuffix("_total") for row in Metrics().rows}
    missing = sorted(wanted - families.keys())
    return Row(
        name="daemon metrics",
        state=State.WARNING if missing else State.OK,
        detail=f"{len(wanted) - len(missing)} of {len(wanted)} served",
        hint=f"of another version? missing: {', '.join(missing)}" if missing else "",
    )


def _queues(families: Mapping[str, Metric]) -> list[Row]:
    pending, ages = (
        families["catalyst_jobs_pending"],
        families["catalyst_job_oldest_age_seconds"],
    )
    oldest = {sample.labels["queue"]: sample.value for sample in ages.samples}
    return [
        Row(
            name=f"queue {queue}",
            state=State.OK,
            detail=f"{sample.value:.0f} wait, the oldest due for {oldest[queue]:.0f} s",
        )
        for sample in pending.samples
        for queue in (sample.labels["queue"],)
    ]


def _reload_row(families: Mapping[str, Metric]) -> Row:
    (sample,) = families["catalyst_config_last_reload_successful"].samples
    if sample.value:
        return Row(
            name="daemon reload", state=State.OK, detail="its files are in force"
        )
    hint = "see its log, or mend them and run: catalyst-bot reload"
    detail = "the files last read have faults; those before them are in force"
    return Row(name="daemon reload", state=State.WARNING, detail=detail, hint=hint)


def _unseen(why: str, hint: str) -> Row:
    return Row(name="daemon", state=State.WARNING, detail=why, hint=hint)
