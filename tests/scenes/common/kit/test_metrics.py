import os

from prometheus_client.parser import text_string_to_metric_families

from scenes.common.kit import metrics

WORKER = {"worker": str(os.getpid())}


def read(name: str, **labels: str) -> float:
    body, _ = metrics.render()
    for family in text_string_to_metric_families(body.decode()):
        for sample in family.samples:
            if (sample.name, sample.labels) == (name, labels | WORKER):
                return sample.value
    return 0


def test_every_promised_name_is_shown() -> None:
    body, content_type = metrics.render()
    families = {family.name for family in text_string_to_metric_families(body.decode())}
    assert {name for name in families if name.startswith("lifecircle_")} == {
        "lifecircle_http_requests",
        "lifecircle_http_seconds",
        "lifecircle_ledger_batch_size",
        "lifecircle_ledger_queue",
        "lifecircle_ledger_commit_seconds",
        "lifecircle_claims",
        "lifecircle_hints",
        "lifecircle_waiting",
    }
    assert content_type.startswith("text/plain")


def test_a_request_is_counted_by_route_and_status() -> None:
    labels = {"route": "/api/v1/test-only", "status": "201"}
    before = read("lifecircle_http_seconds_count")
    metrics.count_request("/api/v1/test-only", 201, 0.02)
    metrics.count_request("/api/v1/test-only", 201, 0.02)
    assert read("lifecircle_http_requests_total", **labels) == 2
    assert read("lifecircle_http_seconds_count") == before + 2


def test_the_ledger_is_seen() -> None:
    metrics.LEDGER_QUEUE.set(7)
    before = read("lifecircle_ledger_batch_size_sum")
    metrics.LEDGER_BATCH_SIZE.observe(12)
    metrics.CLAIMS_TOTAL.labels(scene="test-only", outcome="granted").inc()
    assert read("lifecircle_ledger_queue") == 7
    assert read("lifecircle_ledger_batch_size_sum") == before + 12
    assert read("lifecircle_claims_total", scene="test-only", outcome="granted") == 1


def test_what_waits_is_as_it_was_told_last_and_what_is_not_told_is_not_there() -> None:
    metrics.show_waiting({"alarms": 2, "calls": 0})
    body, _ = metrics.render()
    assert b'lifecircle_waiting{list="calls",worker=' in body
    assert read("lifecircle_waiting", list="alarms") == 2
    metrics.show_waiting({"alarms": 3})
    body, _ = metrics.render()
    assert b'list="calls"' not in body
    assert read("lifecircle_waiting", list="alarms") == 3
    metrics.show_waiting({})
    assert b"lifecircle_waiting{" not in metrics.render()[0]


def test_reading_does_not_change_what_is_counted() -> None:
    metrics.HINTS_TOTAL.inc()
    first = read("lifecircle_hints_total")
    assert (read("lifecircle_hints_total"), first >= 1) == (first, True)
