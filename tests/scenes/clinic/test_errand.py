"""What a link brings along into the clinic's pages."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.clinic.errand import Errand, errand_of

BOOKING = UUID(int=7)
BACK = "/eldercare/requests/5"


def asked(**query: str) -> Any:
    return SimpleNamespace(query_params=query)


@given(
    patient=st.none() | st.uuids().map(str),
    day=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    back=st.sampled_from(["", BACK]),
)
def test_what_goes_along_is_read_back(patient: str | None, day: date | None, back: str) -> None:
    errand = Errand(patient=patient or "", day=day, next=back)
    href = errand.along("/clinic")
    query = {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}
    assert errand_of(asked(**query)) == errand


def test_a_day_that_the_path_names_stays() -> None:
    href = Errand(day=date(2026, 11, 24), next=BACK).along("/clinic/a?date=2026-11-25")
    assert parse_qs(urlsplit(href).query) == {"date": ["2026-11-25"], "next": [BACK]}
    assert Errand().along("/clinic") == "/clinic"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "nowhere"])
def test_it_never_leads_to_another_site(elsewhere: str) -> None:
    errand = errand_of(asked(next=elsewhere, patient="'; --", date="soon"))
    assert errand == Errand()
    assert errand.onward(BOOKING) == f"/bookings/{BOOKING}"


def test_afterwards_one_is_back_where_one_came_from() -> None:
    assert Errand(next=BACK).onward(BOOKING) == f"{BACK}?booking={BOOKING}"
