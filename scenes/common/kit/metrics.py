"""What operators watch, counted in this process and labelled with its pid as `worker`.

The server's workers share one port, so a scrape meets one of them. Each series belongs to one worker and
only grows, so sums of rates over the workers are right when the range holds a few scrapes of each
(`sum without (worker) (rate(...[5m]))`). The client library's shared-file mode was left out: it depends
on an environment variable being set before the first import, and it keeps the gauges of killed workers.
"""

import os
from collections.abc import Iterator
from functools import cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

disable_created_metrics()

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)

HTTP_REQUESTS_TOTAL = Counter(
    "lifecircle_http_requests_total",
    "Requests answered, by route template and status.",
    ["route", "status"],
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "lifecircle_http_seconds",
    "Seconds from a request's arrival to its answer.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
LEDGER_BATCH_SIZE = Histogram(
    "lifecircle_ledger_batch_size",
    "Commands committed together.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
    registry=REGISTRY,
)
LEDGER_QUEUE = Gauge(
    "lifecircle_ledger_queue", "Commands waiting for the ledger's writer.", registry=REGISTRY
)
LEDGER_COMMIT_SECONDS = Histogram(
    "lifecircle_ledger_commit_seconds",
    "Seconds one batch takes from its first lock to its commit.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)
CLAIMS_TOTAL = Counter(
    "lifecircle_claims_total",
    "Claims decided, by scene and outcome (granted, or the refusal's code).",
    ["scene", "outcome"],
    registry=REGISTRY,
)
HINTS_TOTAL = Counter(
    "lifecircle_hints_total", "Claims refused from a sold-out hint, without the database.", registry=REGISTRY
)


def count_request(route: str, status: int, seconds: float) -> None:
    """Count one answered request; `route` is the template, never the path, to keep the series few."""
    _requests(route, status).inc()
    HTTP_SECONDS.observe(seconds)


def render() -> tuple[bytes, str]:
    """Write this worker's metrics for Prometheus: the body and its content type."""
    return generate_latest(_ThisWorker()), CONTENT_TYPE_LATEST


@cache
def _requests(route: str, status: int) -> Counter:
    """Find a series once; a second look-up is then a dictionary's."""
    return HTTP_REQUESTS_TOTAL.labels(route, str(status))


class _ThisWorker(Collector):
    """The registry with `worker` on every sample: put on when read, so counting costs nothing more."""

    def collect(self) -> Iterator[Metric]:
        worker = {"worker": str(os.getpid())}
        for metric in REGISTRY.collect():
            metric.samples = [sample._replace(labels=sample.labels | worker) for sample in metric.samples]
            yield metric
