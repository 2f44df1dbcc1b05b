"""What operators watch, counted in this process and labelled with its pid as `worker`.

The server's workers share one port, so a scrape meets one of them. Each series belongs to one worker and
only grows, so sums of rates over the workers are right when the range holds a few scrapes of each
(`sum without (worker) (rate(...[5m]))`). The client library's shared-file mode was left out: it depends
on an environment variable being set before the first import, and it keeps the gauges of killed workers.
"""

import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate

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
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

disable_created_metrics()

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)

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
WAITING = Gauge(
    "lifecircle_waiting",
    "What waits at the desks, by list; the same from every worker, absent where it could not be read.",
    ["list"],
    registry=REGISTRY,
)


HTTP_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Upper bounds of the request histogram, in seconds."""


class Requests(Collector):
    """Answered requests by route and status, and how long they took.

    The client library's own objects cost 4 µs a request, most of what a refusal may cost in the release
    minute; these are plain numbers of this one thread, put into the library's shape when they are read.
    """

    def __init__(self) -> None:
        self._counts: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._buckets = [0] * (len(HTTP_BOUNDS) + 1)
        self._seconds = 0.0

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one answer; `route` is the template, never the path, to keep the series few."""
        self._counts[route, status] += 1
        self._buckets[bisect_left(HTTP_BOUNDS, seconds)] += 1
        self._seconds += seconds

    def collect(self) -> Iterator[Metric]:
        """Show what was counted, as the library's metrics."""
        answered = CounterMetricFamily(
            "lifecircle_http_requests", "Requests answered, by route template and status.",
            labels=["route", "status"],
        )  # fmt: skip
        for (route, status), number in list(self._counts.items()):
            answered.add_metric([route, str(status)], number)
        yield answered
        bounds = [*(f"{bound:g}" for bound in HTTP_BOUNDS), "+Inf"]
        buckets = list(zip(bounds, accumulate(self._buckets), strict=True))
        yield HistogramMetricFamily(
            "lifecircle_http_seconds", "Seconds from a request's arrival to its answer.",
            buckets=buckets, sum_value=self._seconds,
        )  # fmt: skip


REQUESTS = Requests()
REGISTRY.register(REQUESTS)
count_request = REQUESTS.count


def show_waiting(numbers: Mapping[str, int]) -> None:
    """Say what waits at the desks; a list that is not named now has no figure, rather than an old one."""
    WAITING.clear()
    for name, number in numbers.items():
        WAITING.labels(name).set(number)


def render() -> tuple[bytes, str]:
    """Write this worker's metrics for Prometheus: the body and its content type."""
    return generate_latest(_ThisWorker()), CONTENT_TYPE_LATEST


class _ThisWorker(Collector):
    """The registry with `worker` on every sample: put on when read, so counting costs nothing more."""

    def collect(self) -> Iterator[Metric]:
        worker = {"worker": str(os.getpid())}
        for metric in REGISTRY.collect():
            metric.samples = [sample._replace(labels=sample.labels | worker) for sample in metric.samples]
            yield metric
