"""Each violation of an evening is planted alone into a run that is otherwise true, and found alone."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from loadtests.check import BookingFact, Facts, KeyFact, WindowFact
from loadtests.check_evening import QUARTER, SessionFact, of_the_evening
from loadtests.record import RESERVE, Call

ANNA, BO, PLUG, GUN, Q1, Q2, Q3, B1, B2, S1, S2 = (str(UUID(int=number)) for number in range(1, 12))
STARTS = 1_000_000_800.0


def quarter(window: str, connector: str, number: int, taken: int) -> WindowFact:
    starts = STARTS + number * QUARTER
    return WindowFact(
        id=window, session=connector, capacity=1, taken=taken, returning=0, opens=0.0, starts=starts
    )


WINDOWS = (quarter(Q1, PLUG, 0, 1), quarter(Q2, PLUG, 1, 1), quarter(Q3, GUN, 1, 0))
LINES = tuple(
    BookingFact(id=B1, person=ANNA, session=PLUG, window=window, units=1, state="confirmed", offered=False)
    for window in (Q1, Q2)
)
TRUE = Facts(windows=WINDOWS, bookings=LINES, keys=(KeyFact(person=ANNA, key="key-anna", booking=B1),))
RESERVED = Call(
    at=STARTS - 60, ms=20.0, call=RESERVE, person=ANNA, status=201, key="key-anna", starts=STARTS, minutes=30,
    booking=B1, state="confirmed",
)  # fmt: skip
CHARGE = SessionFact(
    id=S1, connector=PLUG, person=ANNA, state="ended", began=STARTS, ended=STARTS + 600, energy_wh=9_000,
    authorised=5_000, total=1_300, paid=5_000, back=3_700,
)  # fmt: skip


def test_a_true_evening_has_no_violations() -> None:
    assert of_the_evening([RESERVED], TRUE, [CHARGE]) == []


def test_quarters_that_nobody_came_for_may_be_given_again() -> None:
    lapsed = tuple(replace(each, state="no_show", takes=False) for each in LINES)
    again = tuple(replace(each, id=B2, person=BO) for each in LINES)

    assert of_the_evening([RESERVED], replace(TRUE, bookings=(*lapsed, *again)), []) == []


def test_a_connector_booked_twice_is_found() -> None:
    second = replace(LINES[0], id=B2, person=BO)
    found = of_the_evening([RESERVED], replace(TRUE, bookings=(*LINES, second)), [])

    assert f"doubled: quarter {Q1} is held by 2 bookings" in found
    assert f"oversold: window {Q1} has 1 units, 2 are booked" in found


@pytest.mark.parametrize(
    "lines", [LINES[:1], (LINES[0], replace(LINES[1], window=Q3))], ids=["too few quarters", "two connectors"]
)
def test_half_a_reservation_is_found(lines: tuple[BookingFact, ...]) -> None:
    held = {line.window for line in lines}
    windows = tuple(replace(each, taken=int(each.id in held)) for each in WINDOWS)

    assert of_the_evening([RESERVED], replace(TRUE, windows=windows, bookings=lines), []) == [
        f"half: reservation {B1} holds {len(lines)} of 2 quarters as asked"
    ]


def test_a_lost_reservation_is_found() -> None:
    windows = tuple(replace(each, taken=0) for each in WINDOWS)

    assert of_the_evening([RESERVED], replace(TRUE, windows=windows, bookings=()), []) == [
        f"lost: reservation {B1} of {ANNA} is missing"
    ]


def test_two_active_reservations_of_one_person_are_found() -> None:
    windows = (*WINDOWS[:2], replace(WINDOWS[2], taken=1))
    second = replace(LINES[0], id=B2, session=GUN, window=Q3)

    assert of_the_evening([RESERVED], replace(TRUE, windows=windows, bookings=(*LINES, second)), []) == [
        f"doubled: person {ANNA} has 2 active reservations"
    ]


def test_two_charges_at_once_at_one_connector_are_found() -> None:
    second = replace(CHARGE, id=S2, person=BO, began=STARTS + 300, ended=STARTS + 900)

    assert of_the_evening([], replace(TRUE, keys=()), [CHARGE, second]) == [
        f"doubled: charges {S1} and {S2} overlap at connector {PLUG}"
    ]


def test_charges_one_after_the_other_are_no_violation() -> None:
    second = replace(CHARGE, id=S2, person=BO, began=STARTS + 600, ended=STARTS + 900)

    assert of_the_evening([], TRUE, [second, CHARGE]) == []


def test_a_bill_beyond_what_was_authorised_is_found() -> None:
    dear = replace(CHARGE, total=5_100, back=0)

    assert of_the_evening([], TRUE, [dear]) == [f"bill: charge {S1} costs 5100 fen of 5000 authorised"]


def test_money_that_did_not_come_back_is_found() -> None:
    assert of_the_evening([], TRUE, [replace(CHARGE, back=3_600)]) == [
        f"bill: charge {S1} costs 1300 fen; 5000 paid, 3600 came back"
    ]


def test_a_failed_charge_that_costs_something_is_found() -> None:
    failed = replace(CHARGE, state="failed")

    assert of_the_evening([], TRUE, [failed]) == [f"bill: charge {S1} failed and costs 1300 fen"]
