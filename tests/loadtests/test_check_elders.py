"""Each violation of a morning of elders is planted alone into an otherwise true one, and found alone."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from loadtests.check import BookingFact, Facts, WindowFact
from loadtests.check_elders import RunFact, of_the_elders
from loadtests.record import AGREE, ANSWER, BEGIN, UNDO, Call

ANNA, BO, SESSION, WINDOW, B1, B2, R1, R2 = (str(UUID(int=number)) for number in range(1, 9))
HELPED = replace(
    Call(at=10.0, ms=20.0, call=BEGIN, person=BO, status=201), behalf=ANNA, run=R1, step="asking", version=1,
    to_step=1,
)  # fmt: skip
CHOSEN = replace(
    HELPED, at=11.0, call=ANSWER, status=200, version=2, choice="day:tomorrow", at_step=1, to_step=2
)
AGREED = replace(CHOSEN, at=12.0, call=AGREE, step="done", version=4, choice="yes", at_step=2, to_step=2)
UNDONE = replace(AGREED, at=13.0, call=UNDO, step="undone", version=5, choice="undo")
CALLS = (HELPED, CHOSEN, AGREED)
RUN = RunFact(
    id=R1, person=ANNA, acted_by=BO, flow="clinic", state="done", version=4, answers=("day:tomorrow",),
    acts=1,
    booking=B1, booking_state="confirmed", owner=ANNA,
)  # fmt: skip
LEFT = replace(RUN, state="asking", version=2, acts=0, booking="", booking_state="", owner="")
BOOKED = BookingFact(
    id=B1, person=ANNA, session=SESSION, window=WINDOW, units=1, state="confirmed", offered=False
)
TRUE = Facts(
    windows=(WindowFact(id=WINDOW, session=SESSION, capacity=2, taken=1, returning=0, opens=0.0),),
    bookings=(BOOKED,), keys=(),
)  # fmt: skip


def test_a_true_morning_has_no_violations() -> None:
    assert of_the_elders(CALLS, TRUE, [RUN]) == []
    assert of_the_elders(CALLS[:2], TRUE, [LEFT]) == []


def test_a_run_that_went_on_without_an_answer_is_no_violation() -> None:
    silent = replace(AGREED, status=0, step="", version=0, error="NoAnswerError")

    assert of_the_elders((*CALLS[:2], silent), TRUE, [RUN]) == []


def test_a_person_twice_in_a_session_is_found() -> None:
    facts = Facts(
        windows=(replace(TRUE.windows[0], taken=2),), bookings=(BOOKED, replace(BOOKED, id=B2)), keys=()
    )
    found = of_the_elders(CALLS, facts, [RUN])

    assert [line.partition(":")[0] for line in found] == ["doubled"]


def test_an_oversold_window_is_found() -> None:
    facts = replace(TRUE, windows=(replace(TRUE.windows[0], capacity=0),))

    assert f"oversold: window {WINDOW} has 0 units, 1 are booked" in of_the_elders(CALLS, facts, [RUN])


@pytest.mark.parametrize(
    ("calls", "run", "said"),
    [
        (CALLS, replace(RUN, acts=2), f"twice: run {R1} was done 2 times"),
        (CALLS[:2], replace(LEFT, version=1), f"forgotten: run {R1} is at version 1, 2 was shown"),
        (CALLS[:2], replace(LEFT, answers=()), f"forgotten: run {R1} does not have the answer day:tomorrow"),
        (CALLS[:2], replace(LEFT, state="acting"), f"forgotten: run {R1} was shown as asking and is acting"),
        (
            CALLS, replace(RUN, acted_by=ANNA),
            f"name: run {R1} is of {ANNA}, answered by {ANNA}, meant for {ANNA}",
        ),
        (CALLS, replace(RUN, owner=BO), f"name: booking {B1} of {BO} is of a run of {ANNA}"),
        (CALLS, replace(RUN, booking=""), f"half: run {R1} is done and has no booking"),
        (
            (*CALLS, UNDONE), replace(RUN, state="undone", version=5),
            f"half: run {R1} is undone, its booking {B1} is confirmed",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_one_run_is_found(calls: tuple[Call, ...], run: RunFact, said: str) -> None:
    assert of_the_elders(calls, TRUE, [run]) == [said]


def test_a_run_that_is_gone_is_found() -> None:
    assert of_the_elders(CALLS, TRUE, []) == [f"forgotten: run {R1} is gone"]


def test_two_runs_with_one_booking_are_found() -> None:
    assert of_the_elders(CALLS, TRUE, [RUN, replace(RUN, id=R2)]) == [
        f"twice: booking {B1} is said to be of 2 runs"
    ]
