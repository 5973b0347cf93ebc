"""Make deploy/grafana-dashboard.json of the metrics: none can be forgotten in it.

On top stands what an operator looks at first; below, a row for each stage has a panel
for each of its metrics.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalyst_bot.ops.registry import MetricRow

_SOURCE = {"type": "prometheus", "uid": "${source}"}
_WIDTH, _HEIGHT, _COLUMNS = 8, 7, 24  # of a panel, in the grid of Grafana
_RATE = "$__rate_interval"
_LATENCY = "catalyst_alert_latency_seconds_bucket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture: its queries, each with the legend of its lines."""

    title: str
    queries: tuple[tuple[str, str], ...]
    unit: str = "short"
    meaning: str = ""


FIRST = (
    Panel(
        title="Seen to posted",
        queries=tuple(
            (
                f"histogram_quantile({q}, sum by (le) (rate({_LATENCY}[{_RATE}])))",
                name,
            )
            for q, name in ((0.5, "p50"), (0.95, "p95"))
        ),
        unit="s",
    ),
    Panel(
        title="Alerts in an hour, by end",
        queries=(
            ("sum by (result) (increase(catalyst_alerts_total[1h]))", "{{result}}"),
        ),
    ),
    Panel(
        title="The oldest job that waits",
        queries=(("max by (queue) (catalyst_job_oldest_age_seconds)", "{{queue}}"),),
        unit="s",
    ),
    Panel(
        title="Since the last good poll",
        queries=(
            ("time() - catalyst_feed_last_success_timestamp_seconds", "{{source}}"),
        ),
        unit="s",
    ),
    Panel(
        title="Circuit to the model: 0 closed, 2 open",
        queries=(("catalyst_llm_breaker_state", "{{provider}}"),),
    ),
    Panel(
        title="Since the newest copy of the database",
        queries=(("time() - catalyst_backup_last_success_timestamp_seconds", "copy"),),
        unit="s",
    ),
)


def dashboard(rows: Sequence[MetricRow]) -> str:
    """Return the dashboard as the JSON text that Grafana imports."""
    panels = list(_laid_out(rows))
    for number, panel in enumerate(panels, start=1):
        panel["id"] = number
    board = {
        "title": "catalyst-bot",
        "uid": "catalyst-bot",
        "tags": ["catalyst-bot"],
        "timezone": "America/New_York",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": "Data source",
                    "type": "datasource",
                    "query": "prometheus",
                }
            ]
        },
        "panels": panels,
    }
    return json.dumps(board, indent=1) + "\n"


def _laid_out(rows: Sequence[MetricRow]) -> Iterator[dict[str, object]]:
    stages = [("At a glance", list(FIRST))]
    for stage, members in groupby(rows, key=lambda row: row.stage):
        stages.append((stage, [_panel_of(row) for row in members]))
    top = 0
    for stage, panels in stages:
        place = {"h": 1, "w": _COLUMNS, "x": 0, "y": top}
        yield {"type": "row", "title": stage, "gridPos": place, "panels": []}
        top += 1
        for number, panel in enumerate(panels):
            line, column = divmod(number, _COLUMNS // _WIDTH)
            yield _drawn(panel, x=column * _WIDTH, y=top + line * _HEIGHT)
        top += -(-len(panels) * _WIDTH // _COLUMNS) * _HEIGHT


def _panel_of(row: MetricRow) -> Panel:
    """Return the usual picture of a metric: a rate, a level, or three quantiles."""
    title = row.name.removeprefix("catalyst_").replace("_", " ")
    legend = " ".join(f"{{{{{label}}}}}" for label in row.labels) or title
    if row.kind == "histogram":
        by = ", ".join(("le", *row.labels))
        rate = f"sum by ({by}) (rate({row.name}_bucket[{_RATE}]))"
        queries = tuple(
            (f"histogram_quantile({q}, {rate})", f"{name} {legend}".strip())
            for q, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
        )
    elif row.kind == "counter":
        by = f"sum by ({', '.join(row.labels)}) " if row.labels else ""
        queries = ((f"{by}(rate({row.name}[{_RATE}]))", legend),)
    else:
        queries = ((row.name, legend),)
    return Panel(title=title, queries=queries, unit=_unit(row), meaning=row.meaning)


def _unit(row: MetricRow) -> str:
    if row.kind == "counter":
        return "ops"
    if row.name.endswith(("timestamp_seconds", "start_time_seconds")):
        return "dateTimeFromNow"
    if row.name.endswith("_seconds"):
        return "s"
    return "bytes" if row.name.endswith("_bytes") else "short"


def _drawn(panel: Panel, *, x: int, y: int) -> dict[str, object]:
    targets = [
        {
            "datasource": _SOURCE,
            # Grafana keeps moments in milliseconds.
            "expr": f"{query} * 1000" if panel.unit == "dateTimeFromNow" else query,
            "legendFormat": legend,
            "refId": chr(ord("A") + number),
        }
        for number, (query, legend) in enumerate(panel.queries)
    ]
    return {
        "type": "stat" if panel.unit == "dateTimeFromNow" else "timeseries",
        "title": panel.title,
        "description": panel.meaning,
        "datasource": _SOURCE,
        "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": x, "y": y},
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "targets": targets,
    }
