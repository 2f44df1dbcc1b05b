"""Each violation of a morning is planted alone into a run that is otherwise true, and found alone."""

from uuid import UUID

from msgspec.structs import replace

from loadtests.check import BookingFact, Facts, KeyFact, WindowFact, violations
from loadtests.check_rush import of_the_rush
from loadtests.record import CANCEL, ORDER, REDEEM, Call

ANNA, BO, SLOTS, STOCK, SLOT, MILK, BUN, B1, B2 = (str(UUID(int=number)) for number in range(1, 10))
AT = 1_000_000_000.0

WINDOWS = (
    WindowFact(id=SLOT, session=SLOTS, capacity=2, taken=1, returning=0, opens=0.0),
    WindowFact(id=MILK, session=STOCK, capacity=3, taken=2, returning=0, opens=0.0),
    WindowFact(id=BUN, session=STOCK, capacity=9, taken=1, returning=0, opens=0.0),
)
LINES = tuple(
    BookingFact(
        id=B1, person=ANNA, session=SLOTS, window=window, units=units, state="fulfilled", offered=False,
        exclusive=False,
    )
    for window, units in ((SLOT, 1), (MILK, 2), (BUN, 1))
)  # fmt: skip
TRUE = Facts(windows=WINDOWS, bookings=LINES, keys=(KeyFact(person=ANNA, key="key-anna", booking=B1),))
ORDERED = Call(
    at=AT, ms=20.0, call=ORDER, person=ANNA, status=201, key="key-anna", window=SLOT, session=SLOTS,
    wants={MILK: 2, BUN: 1}, booking=B1, state="held",
)  # fmt: skip
SOLD_OUT = Call(
    at=AT, ms=20.0, call=ORDER, person=BO, status=409, code="window_full", key="key-bo", window=SLOT,
    session=SLOTS, wants={MILK: 2},
)  # fmt: skip
HANDED = Call(at=AT + 9, ms=9.0, call=REDEEM, person=BO, status=200, key="key-h", handed=B1)
RECORD = [ORDERED, SOLD_OUT, HANDED]


def wrong(calls: list[Call], facts: Facts) -> list[str]:
    return [*violations(calls, facts), *of_the_rush(calls, facts)]


def test_a_true_morning_has_no_violations() -> None:
    assert wrong(RECORD, TRUE) == []


def test_half_an_order_is_found() -> None:
    windows = (WINDOWS[0], WINDOWS[1], replace(WINDOWS[2], taken=0))
    facts = replace(TRUE, windows=windows, bookings=LINES[:2])

    assert f"half: booking {B1} holds 2 of 3 things as asked" in wrong(RECORD, facts)


def test_fewer_portions_than_asked_for_are_found() -> None:
    windows = (WINDOWS[0], replace(WINDOWS[1], taken=1), WINDOWS[2])
    facts = replace(TRUE, windows=windows, bookings=(LINES[0], replace(LINES[1], units=1), LINES[2]))

    assert wrong([ORDERED, HANDED], facts) == [f"half: booking {B1} holds 3 of 3 things as asked"]


def test_soy_milk_sold_twice_is_found() -> None:
    windows = (WINDOWS[0], replace(WINDOWS[1], capacity=1), WINDOWS[2])

    assert f"oversold: window {MILK} has 1 units, 2 are booked" in wrong(
        RECORD, replace(TRUE, windows=windows)
    )


def test_a_refusal_of_what_was_there_all_the_time_is_found() -> None:
    modest = replace(SOLD_OUT, wants={MILK: 1})

    assert wrong([ORDERED, modest, HANDED], TRUE) == [
        f"refusal: {BO} was told that one of 2 windows is full, and it never was"
    ]


def test_an_order_nobody_made_is_found() -> None:
    windows = tuple(replace(each, taken=each.taken + (each.id == SLOT)) for each in WINDOWS)
    facts = replace(TRUE, windows=windows, bookings=(*LINES, replace(LINES[0], id=B2, person=BO)))

    assert wrong([ORDERED, HANDED], facts) == [f"unasked: booking {B2} of {BO}"]


def test_a_cancelled_order_gives_every_portion_back() -> None:
    cancelled = Call(
        at=AT + 5, ms=9.0, call=CANCEL, person=ANNA, status=200, key="key-c", cancelled=B1, booking=B1
    )
    windows = tuple(replace(each, taken=0) for each in WINDOWS)
    facts = replace(TRUE, windows=windows, bookings=tuple(replace(each, state="cancelled") for each in LINES))

    assert wrong([ORDERED, cancelled], facts) == []


def test_food_handed_out_and_not_kept_as_such_is_found() -> None:
    facts = replace(TRUE, bookings=tuple(replace(each, state="confirmed") for each in LINES))

    assert wrong(RECORD, facts) == [f"handed: booking {B1} was handed out and is confirmed"]


def test_food_handed_out_twice_is_found() -> None:
    assert wrong([*RECORD, replace(HANDED, key="key-again")], TRUE) == [
        f"handed: booking {B1} was handed out 2 times"
    ]
