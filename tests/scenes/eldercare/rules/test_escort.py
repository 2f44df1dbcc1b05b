"""Whether a visit can go along to an appointment, for any hour, state and person."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.booking.states import EDGES as BOOKING_EDGES
from scenes.common.kit.clock import local_day
from scenes.common.kit.ids import new_id
from scenes.eldercare.errors import AppointmentNotFound, NotAnEscort, PickupTooLate, RequestMoveIllegal
from scenes.eldercare.rules.escort import (
    Appointment,
    check_appointment,
    check_escort,
    check_pickup,
    gets_there,
)
from scenes.eldercare.states import EDGES
from tests.support.clock import MONDAY_NINE

ELDER = new_id()
MINUTES = st.integers(-3000, 3000)


def appointment(at: datetime = MONDAY_NINE, **facts: Any) -> Appointment:
    values = {
        "booking_id": new_id(), "scene": "clinic", "person_id": ELDER, "state": "confirmed",
        "starts_at": at, "place": "曹杨", **facts,
    }  # fmt: skip
    return Appointment(**values)


@given(pickup=MINUTES, lead=st.integers(0, 120))
def test_one_gets_there_on_the_same_day_with_the_minutes_it_takes(pickup: int, lead: int) -> None:
    pickup_at = MONDAY_NINE + timedelta(minutes=pickup)
    there = gets_there(appointment(), pickup_at=pickup_at, lead_minutes=lead)
    assert there == (pickup + lead <= 0 and local_day(pickup_at) == local_day(MONDAY_NINE))


@given(pickup=st.integers(-9 * 60, 14 * 60), sooner=st.integers(0, 600), lead=st.integers(0, 120))
def test_coming_sooner_on_that_day_is_never_too_late(pickup: int, sooner: int, lead: int) -> None:
    late, soon = (MONDAY_NINE + timedelta(minutes=each) for each in (pickup, max(pickup - sooner, -9 * 60)))
    if gets_there(appointment(), pickup_at=late, lead_minutes=lead):
        check_pickup(appointment(), pickup_at=soon, lead_minutes=lead)


def test_the_day_before_is_not_in_time() -> None:
    with pytest.raises(PickupTooLate):
        check_pickup(appointment(), pickup_at=MONDAY_NINE - timedelta(days=1), lead_minutes=0)


@pytest.mark.parametrize("state", sorted({state for state, _ in BOOKING_EDGES} | set(BOOKING_EDGES.values())))
def test_only_what_still_takes_place_counts(state: str) -> None:
    found = appointment(state=state)
    if state in {"held", "confirmed", "checked_in"}:
        check_appointment(found, scene="clinic", person_id=ELDER)
    else:
        with pytest.raises(AppointmentNotFound):
            check_appointment(found, scene="clinic", person_id=ELDER)


def test_another_persons_or_another_scenes_is_not_found() -> None:
    for found in (appointment(person_id=new_id()), appointment(scene="breakfast")):
        with pytest.raises(AppointmentNotFound):
            check_appointment(found, scene="clinic", person_id=ELDER)


@given(state=st.sampled_from(sorted({state for state, _ in EDGES} | {"rated", "cancelled", "declined"})))
def test_a_visit_that_is_over_takes_no_appointment_and_a_bath_never_does(state: str) -> None:
    with pytest.raises(NotAnEscort):
        check_escort(None, state)
    if state in {"unpaid", "requested", "assigned", "accepted", "arrived"}:
        check_escort("clinic", state)
    else:
        with pytest.raises(RequestMoveIllegal):
            check_escort("clinic", state)
