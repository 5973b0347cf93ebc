"""How a metric is declared: it gets our prefix, and a line in the documents."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One line of docs/metrics.md; the name is the one that is exposed."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str
    stage: str  # what it belongs to: a row of the dashboard


class Registry:
    """A set of metrics of its own; `Metrics` declares what is in it, stage by stage."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._rows: list[MetricRow] = []
        self._stage = ""

    def render(self) -> bytes:
        """Return all metrics in the Prometheus text format 0.0.4."""
        return generate_latest(self._registry)

    @property
    def rows(self) -> tuple[MetricRow, ...]:
        """Return what exists, by stage; docs/metrics.md is made of it."""
        return tuple(self._rows)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        self._note(f"{name}_total", "counter", labels, meaning)
        return Counter(
            name, meaning, labels, namespace="catalyst", registry=self._registry
        )

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        self._note(name, "gauge", labels, meaning)
        return Gauge(
            name, meaning, labels, namespace="catalyst", registry=self._registry
        )

    def _histogram(
        self, name: str, meaning: str, buckets: tuple[float, ...]
    ) -> Histogram:
        self._note(name, "histogram", (), meaning)
        return Histogram(
            name,
            meaning,
            namespace="catalyst",
            buckets=buckets,
            registry=self._registry,
        )

    def _note(
        self, name: str, kind: str, labels: tuple[str, ...], meaning: str
    ) -> None:
        row = MetricRow(
            name=f"catalyst_{name}",
            kind=kind,
            labels=labels,
            meaning=meaning,
            stage=self._stage,
        )
        self._rows.append(row)
