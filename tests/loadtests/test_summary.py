from msgspec.structs import replace

from loadtests.check import BookingFact, Facts, WindowFact
from loadtests.record import BOOK, Call
from loadtests.run import budget_of
from loadtests.summary import Latency, Summary, over_budget, quantile, summary

CALL = Call(at=1_000.0, ms=10.0, call=BOOK, person="anna", status=409, code="window_full", window="w1")
FACTS = Facts(
    windows=(WindowFact(id="w1", session="s1", capacity=2, taken=1, returning=0, opens=1_000.0),),
    bookings=(
        BookingFact(id="b1", person="bo", session="s1", window="w1", units=1, state="held", offered=False),
    ),
    keys=(),
)
GOOD = Summary(
    latencies=(Latency(BOOK, 100, 20.0, 40.0, 80.0),), answers={}, busy=0.0, unanswered=0.0, late_p99_ms=5.0,
    sold=20, numbers=20, busiest_second=10, most_claims=5,
)  # fmt: skip
BUDGET = budget_of("clinic-release")


def test_a_quantile_is_the_value_that_so_many_do_not_exceed() -> None:
    ordered = [float(number) for number in range(1, 101)]

    assert [quantile(ordered, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50.0, 95.0, 99.0, 100.0]
    assert quantile([], 0.99) == 0.0


def test_a_run_is_added_up() -> None:
    busy = replace(CALL, ms=30.0, status=503, code="busy", retry_after=1.0, late=0.02)
    lost = replace(CALL, status=0, code="", error="NetworkLostError")
    silent = replace(CALL, at=1_001.0, status=0, code="", error="NoAnswerError")

    assert summary([CALL, busy, lost, silent], FACTS) == Summary(
        latencies=(Latency(BOOK, 2, 10.0, 30.0, 30.0),),
        answers={
            "book a number: 409 window_full": 1,
            "book a number: 503 busy": 1,
            "book a number: no answer": 2,
        },
        busy=0.25,
        unanswered=0.25,
        late_p99_ms=20.0,
        sold=1,
        numbers=2,
        busiest_second=3,
        most_claims=3,
    )


def test_a_good_run_is_within_its_budgets() -> None:
    assert over_budget(GOOD, BUDGET) == []


def test_every_broken_budget_is_named() -> None:
    bad = replace(
        GOOD, latencies=(Latency(BOOK, 100, 20.0, 1_500.0, 2_000.0),), busy=0.03, unanswered=0.01,
        late_p99_ms=2_500.0, sold=10,
    )  # fmt: skip

    assert over_budget(bad, BUDGET) == [
        "budget: book a number p95 1500 ms > 1000 ms",
        "budget: 3.0% busy > 2.0%",
        "budget: 1.0% unanswered > 0.5%",
        "generator too slow: visitors 2500 ms late (p99); play fewer",
        "budget: only 10 of 20 units taken",
    ]
