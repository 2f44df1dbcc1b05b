"""Each violation is planted alone into a run that is otherwise true, and found alone."""

from uuid import UUID

from msgspec.structs import replace

from loadtests.check import BookingFact, Facts, KeyFact, WindowFact, violations
from loadtests.record import BOOK, CANCEL, JOIN, LOOK, Call

OPENS = 1_000_000_000.0
ANNA, BO, CARL, SESSION, W1, W2, B1, B2, B9 = (str(UUID(int=number)) for number in range(1, 10))

WINDOW = WindowFact(id=W1, session=SESSION, capacity=1, taken=1, returning=0, opens=OPENS)
ROOMY = WindowFact(id=W2, session=SESSION, capacity=5, taken=0, returning=0, opens=OPENS)
BOOKED = BookingFact(
    id=B1, person=ANNA, session=SESSION, window=W1, units=1, state="confirmed", offered=False
)
KEPT = KeyFact(person=ANNA, key="key-anna", booking=B1)
TRUE = Facts(windows=(WINDOW, ROOMY), bookings=(BOOKED,), keys=(KEPT,))

GRANTED = Call(
    at=OPENS + 0.1, ms=20.0, call=BOOK, person=ANNA, status=201, key="key-anna", window=W1, session=SESSION,
    booking=B1, state="held",
)  # fmt: skip
FULL = Call(
    at=OPENS + 0.2, ms=20.0, call=BOOK, person=BO, status=409, code="window_full", key="key-bo", window=W1,
    session=SESSION,
)  # fmt: skip
SEEN = Call(at=OPENS + 9, ms=5.0, call=LOOK, person=ANNA, status=200, booking=B1, state="confirmed")
CANCELLED = Call(
    at=OPENS + 5, ms=9.0, call=CANCEL, person=ANNA, status=200, key="key-c", cancelled=B1, booking=B1
)
JOINED = Call(at=OPENS + 3, ms=9.0, call=JOIN, person=BO, status=201, key="key-w", session=SESSION)
RECORD = [GRANTED, FULL, SEEN]


def test_a_true_run_has_no_violations() -> None:
    assert violations(RECORD, TRUE) == []


def test_a_repeated_answer_and_an_unanswered_try_are_no_violations() -> None:
    lost_on_the_way = replace(GRANTED, status=0, booking="", state="", error="NetworkLostError")
    again = replace(GRANTED, replayed=True)

    assert violations([lost_on_the_way, again, *RECORD], TRUE) == []


def test_a_granted_booking_whose_answer_never_came_is_no_violation() -> None:
    unheard = replace(GRANTED, status=0, booking="", state="", error="NoAnswerError")

    assert violations([unheard], TRUE) == []


def test_an_oversold_window_is_found() -> None:
    second = replace(BOOKED, id=B2, person=BO)
    facts = replace(TRUE, windows=(replace(WINDOW, taken=2), ROOMY), bookings=(BOOKED, second))

    assert violations(RECORD, facts) == [f"oversold: window {W1} has 1 units, 2 are booked"]


def test_a_miscounted_window_is_found() -> None:
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=1)))

    assert violations(RECORD, facts) == [f"miscounted: window {W2} says 1 taken, its bookings hold 0"]


def test_units_on_their_way_back_count_as_taken() -> None:
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=2, returning=2)))

    assert violations(RECORD, facts) == []


def test_a_lost_booking_is_found() -> None:
    facts = replace(TRUE, windows=(replace(WINDOW, taken=0), ROOMY), bookings=())

    assert violations([GRANTED], facts) == [f"lost: booking {B1} was acknowledged to client 0"]


def test_a_booking_that_went_to_somebody_else_is_found() -> None:
    unheard = replace(FULL, code="", status=0)
    facts = replace(TRUE, bookings=(replace(BOOKED, person=BO),))

    assert violations([GRANTED, unheard], facts) == [f"changed: booking {B1} is not what client 0 was told"]


def test_a_hold_that_ended_within_the_run_is_found() -> None:
    facts = replace(
        TRUE, windows=(replace(WINDOW, taken=0), ROOMY), bookings=(replace(BOOKED, state="expired"),)
    )

    assert violations([GRANTED], facts) == [
        f"undone: booking {B1} is expired, though a hold outlives the run"
    ]


def test_a_booking_cancelled_by_nobody_is_found() -> None:
    facts = replace(
        TRUE, windows=(replace(WINDOW, taken=0), ROOMY), bookings=(replace(BOOKED, state="cancelled"),)
    )

    assert violations([GRANTED], facts) == [
        f"impossible: booking {B1} is cancelled and nobody asked for that"
    ]


def test_a_cancel_that_was_asked_for_is_no_violation() -> None:
    facts = replace(
        TRUE, windows=(replace(WINDOW, taken=0), ROOMY), bookings=(replace(BOOKED, state="cancelled"),)
    )

    assert violations([GRANTED, FULL, CANCELLED], facts) == []


def test_a_cancel_that_did_not_stay_is_found() -> None:
    assert violations([GRANTED, CANCELLED], TRUE) == [
        f"impossible: booking {B1} is confirmed after an acknowledged cancel"
    ]


def test_a_confirmation_that_did_not_stay_is_found() -> None:
    facts = replace(TRUE, bookings=(replace(BOOKED, state="held"),))

    assert violations(RECORD, facts) == [f"undone: booking {B1} was shown as confirmed and is held"]


def test_a_key_that_keeps_another_answer_is_found() -> None:
    facts = replace(TRUE, keys=(replace(KEPT, booking=B9),))

    assert violations(RECORD, facts) == [f"key: key-anna was answered with booking {B1}, and {B9} is kept"]


def test_a_booking_nobody_asked_for_is_found() -> None:
    stray = replace(BOOKED, id=B2, person=CARL, window=W2)
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=1)), bookings=(BOOKED, stray))

    assert violations(RECORD, facts) == [f"unasked: booking {B2} of {CARL}"]


def test_an_offer_of_the_waitlist_is_no_violation() -> None:
    offer = replace(BOOKED, id=B2, person=BO, window=W2, state="held", offered=True)
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=1)), bookings=(BOOKED, offer))

    assert violations([*RECORD, JOINED], facts) == []


def test_an_offer_to_somebody_who_does_not_wait_is_found() -> None:
    offer = replace(BOOKED, id=B2, person=CARL, window=W2, state="held", offered=True)
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=1)), bookings=(BOOKED, offer))

    assert violations([*RECORD, JOINED], facts) == [f"unasked: booking {B2} of {CARL}"]


def test_a_person_with_two_active_bookings_of_a_session_is_found() -> None:
    second = replace(BOOKED, id=B2, window=W2)
    asked = replace(GRANTED, key="key-2", window=W2, booking=B2)
    facts = replace(
        TRUE,
        windows=(WINDOW, replace(ROOMY, taken=1)),
        bookings=(BOOKED, second),
        keys=(KEPT, replace(KEPT, key="key-2", booking=B2)),
    )

    assert violations([*RECORD, asked], facts) == [
        f"doubled: person {ANNA} has 2 active bookings of group {SESSION}"
    ]


def test_one_key_answered_with_two_bookings_is_found() -> None:
    roomy = replace(WINDOW, capacity=2)
    second = replace(BOOKED, id=B2, state="cancelled")
    cancel = replace(CANCELLED, cancelled=B2, booking=B2)
    asked = replace(GRANTED, at=OPENS + 0.3, booking=B2)
    facts = replace(TRUE, windows=(roomy, ROOMY), bookings=(BOOKED, second))

    assert violations([GRANTED, SEEN, asked, cancel], facts) == [
        f"doubled: key key-anna led to bookings {B1} and {B2}",
        f"doubled: person {ANNA} asked 1 times for {W1}, has 2 bookings",
        f"key: key-anna was answered with booking {B2}, and {B1} is kept",
    ]


def test_server_faults_and_refused_good_requests_are_found_and_counted() -> None:
    wrong = [
        replace(FULL, status=500, code="internal"),
        replace(FULL, status=500, code="internal"),
        replace(FULL, status=503, code="busy"),
        replace(FULL, status=401, code="unauthenticated"),
    ]

    assert violations([*RECORD, *wrong], TRUE) == [
        "broken: 1 × book a number answered 401 unauthenticated",
        "broken: 2 × book a number answered 500 internal",
        "broken: 1 × book a number answered 503 busy",
    ]


def test_a_503_that_says_when_to_come_again_is_no_violation() -> None:
    busy = replace(FULL, status=503, code="busy", retry_after=1.0)

    assert violations([*RECORD, busy], TRUE) == []


def test_a_window_called_full_that_never_was_is_found() -> None:
    refused = replace(FULL, window=W2)

    assert violations([*RECORD, refused], TRUE) == [
        f"refusal: {BO} was told that window {W2} is full, and it never was"
    ]


def test_a_booking_held_against_somebody_who_never_asked_is_found() -> None:
    refused = replace(FULL, person=CARL, code="already_booked")

    assert violations([*RECORD, refused], TRUE) == [
        f"refusal: {CARL} was told of a booking they never asked for"
    ]


def test_a_number_given_out_before_its_release_is_found() -> None:
    early = replace(GRANTED, at=OPENS - 5.0)

    assert violations([early], TRUE) == [f"early: window {W1} gave a number 5.0 s before its release"]


def test_a_window_that_stayed_shut_after_its_release_is_found() -> None:
    shut = replace(FULL, at=OPENS + 7.0, code="window_not_open")

    assert violations([*RECORD, shut], TRUE) == [f"refusal: window {W1} was not open 7.0 s after its release"]
