"""Links and calls that nobody can bend: any change to what is signed is noticed."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.eldercare.video.signing import (
    SIGNATURE,
    TIMESTAMP,
    Ticket,
    call_headers,
    is_our_call,
    lets_in,
    link,
)
from tests.support.clock import MONDAY_NINE

SECRET = b"a secret for video rooms of tests, long"
NINE = int(MONDAY_NINE.timestamp())
TICKET = Ticket(room="r1", role="patient", opens=NINE, shuts=NINE + 1800)


def proof_of(ticket: Ticket) -> str:
    return parse_qs(urlsplit(link("http://video.test/", ticket, SECRET)).query)["proof"][0]


@given(seconds=st.integers(-4000, 4000))
def test_a_genuine_link_lets_in_within_its_hours_only(seconds: int) -> None:
    now = MONDAY_NINE + timedelta(seconds=seconds)
    assert lets_in(SECRET, TICKET, proof_of(TICKET), now=now) == (0 <= seconds < 1800)


@pytest.mark.parametrize(
    "bent", [{"room": "r2"}, {"role": "staff"}, {"shuts": NINE + 9000}, {"opens": NINE - 900}]
)
def test_a_bent_link_lets_nobody_in(bent: dict[str, object]) -> None:
    other = msgspec.structs.replace(TICKET, **bent)
    assert not lets_in(SECRET, other, proof_of(TICKET), now=MONDAY_NINE)
    assert not lets_in(b"another secret", TICKET, proof_of(TICKET), now=MONDAY_NINE)


@given(age=st.integers(-900, 900), body=st.binary(max_size=20), other=st.binary(max_size=20))
def test_a_call_is_ours_while_fresh_and_as_it_was_signed(age: int, body: bytes, other: bytes) -> None:
    body, other = body.hex().encode(), other.hex().encode()
    headers = call_headers(SECRET, "PUT", "/v1/rooms/r1", body=body, now=MONDAY_NINE)
    now = MONDAY_NINE + timedelta(seconds=age)
    ours = is_our_call(
        SECRET, "PUT", "/v1/rooms/r1", body=other, stamp=headers[TIMESTAMP], proof=headers[SIGNATURE], now=now
    )
    assert ours == (body == other and abs(age) <= 300)
