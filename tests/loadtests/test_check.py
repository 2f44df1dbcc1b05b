"""Each violation is planted alone into a run that is otherwise true, and found alone."""

from msgspec.structs import replace

from loadtests.check import BookingFact, Facts, KeyFact, WindowFact, violations
from loadtests.record import BOOK, CANCEL, JOIN, LOOK, Call

OPENS = 1_000.0
WINDOW = WindowFact(id="w1", session="s1", capacity=1, taken=1, returning=0, opens=OPENS)
ROOMY = WindowFact(id="w2", session="s1", capacity=5, taken=0, returning=0, opens=OPENS)
BOOKED = BookingFact(
    id="b1", person="anna", session="s1", window="w1", units=1, state="confirmed", offered=False
)
KEPT = KeyFact(person="anna", key="key-anna", booking="b1")
TRUE = Facts(windows=(WINDOW, ROOMY), bookings=(BOOKED,), keys=(KEPT,))

GRANTED = Call(
    at=OPENS + 0.1, ms=20.0, call=BOOK, person="anna", status=201, key="key-anna", window="w1", session="s1",
    booking="b1", state="held",
)  # fmt: skip
FULL = Call(
    at=OPENS + 0.2, ms=20.0, call=BOOK, person="bo", status=409, code="window_full", key="key-bo",
    window="w1", session="s1",
)  # fmt: skip
SEEN = Call(
    at=OPENS + 9, ms=5.0, call=LOOK, person="anna", status=200, booking="b1", state="confirmed"
)  # fmt: skip
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
    second = replace(BOOKED, id="b2", person="bo")
    facts = replace(TRUE, windows=(replace(WINDOW, taken=2), ROOMY), bookings=(BOOKED, second))

    assert violations(RECORD, facts) == ["oversold: window w1 has 2 booked of 1"]


def test_a_miscounted_window_is_found() -> None:
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=1)))

    assert violations(RECORD, facts) == ["miscounted: window w2 says 1 taken, its bookings say 0"]


def test_units_on_their_way_back_count_as_taken() -> None:
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=2, returning=2)))

    assert violations(RECORD, facts) == []


def test_a_lost_booking_is_found() -> None:
    facts = replace(TRUE, windows=(replace(WINDOW, taken=0), ROOMY), bookings=())
    unseen = [GRANTED]

    assert violations(unseen, facts) == ["lost: booking b1 was acknowledged to anna"]


def test_a_booking_that_went_to_somebody_else_is_found() -> None:
    asked = replace(FULL, code="", status=0)
    facts = replace(TRUE, bookings=(replace(BOOKED, person="bo"),))

    assert violations([GRANTED, asked], facts) == ["changed: booking b1 is not anna's of window w1"]


def test_a_booking_that_ended_by_itself_is_found() -> None:
    facts = replace(
        TRUE, windows=(replace(WINDOW, taken=0), ROOMY), bookings=(replace(BOOKED, state="expired"),)
    )

    assert violations([GRANTED], facts) == ["lost: booking b1 is expired, and nobody cancelled it"]


def test_a_cancel_that_was_asked_for_is_no_violation() -> None:
    cancel = Call(at=OPENS + 5, ms=9.0, call=CANCEL, person="anna", status=200, cancelled="b1", booking="b1")
    facts = replace(
        TRUE, windows=(replace(WINDOW, taken=0), ROOMY), bookings=(replace(BOOKED, state="cancelled"),)
    )

    assert violations([GRANTED, FULL, cancel], facts) == []


def test_a_cancel_that_did_not_stay_is_found() -> None:
    cancel = Call(at=OPENS + 5, ms=9.0, call=CANCEL, person="anna", status=200, cancelled="b1", booking="b1")

    assert violations([GRANTED, cancel], TRUE) == ["undone: the cancel of b1, which is confirmed"]


def test_a_confirmation_that_did_not_stay_is_found() -> None:
    facts = replace(TRUE, bookings=(replace(BOOKED, state="held"),))

    assert violations(RECORD, facts) == ["undone: booking b1 was shown as confirmed and is held"]


def test_a_key_that_keeps_another_answer_is_found() -> None:
    facts = replace(TRUE, keys=(replace(KEPT, booking="b9"),))

    assert violations(RECORD, facts) == ["key: key-anna was answered with booking b1, and b9 is kept"]


def test_a_booking_nobody_asked_for_is_found() -> None:
    stray = replace(BOOKED, id="b2", person="carl", window="w2")
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=1)), bookings=(BOOKED, stray))

    assert violations(RECORD, facts) == ["unasked: booking b2 of carl"]


def test_an_offer_of_the_waitlist_is_no_violation() -> None:
    joined = Call(at=OPENS + 3, ms=9.0, call=JOIN, person="bo", status=201, key="key-w", session="s1")
    offer = replace(BOOKED, id="b2", person="bo", window="w2", state="held", offered=True)
    facts = replace(TRUE, windows=(WINDOW, replace(ROOMY, taken=1)), bookings=(BOOKED, offer))

    assert violations([*RECORD, joined], facts) == []


def test_a_person_with_two_bookings_of_a_session_is_found_both_ways() -> None:
    second = replace(BOOKED, id="b2", window="w2")
    asked = replace(GRANTED, key="key-2", window="w2", booking="b2")
    facts = replace(
        TRUE,
        windows=(WINDOW, replace(ROOMY, taken=1)),
        bookings=(BOOKED, second),
        keys=(KEPT, replace(KEPT, key="key-2", booking="b2")),
    )

    assert violations([*RECORD, asked], facts) == [
        "doubled: anna has 2 active bookings of session s1",
        "doubled: anna was granted 2 bookings of session s1",
    ]


def test_one_key_answered_with_two_bookings_is_found() -> None:
    second = replace(BOOKED, id="b2", state="cancelled")
    cancel = Call(at=OPENS + 5, ms=9.0, call=CANCEL, person="anna", status=200, cancelled="b2", booking="b2")
    asked = replace(GRANTED, booking="b2")

    assert violations([*RECORD, asked, cancel], replace(TRUE, bookings=(BOOKED, second))) == [
        "key: key-anna was answered with booking b2, and b1 is kept",
        "key: key-anna was answered with 2 bookings",
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
    refused = replace(FULL, window="w2")

    assert violations([*RECORD, refused], TRUE) == [
        "refusal: bo was told that window w2 is full, and it never was"
    ]


def test_a_booking_held_against_somebody_who_never_asked_is_found() -> None:
    refused = replace(FULL, person="carl", code="already_booked")

    assert violations([*RECORD, refused], TRUE) == [
        "refusal: carl was told of a booking they never asked for"
    ]


def test_a_number_given_out_before_its_release_is_found() -> None:
    early = replace(GRANTED, at=OPENS - 5.0)

    assert violations([early], TRUE) == ["early: window w1 gave a number 5.0 s before its release"]


def test_a_window_that_stayed_shut_after_its_release_is_found() -> None:
    shut = replace(FULL, at=OPENS + 7.0, code="window_not_open")

    assert violations([*RECORD, shut], TRUE) == ["refusal: window w1 was not open 7.0 s after its release"]
