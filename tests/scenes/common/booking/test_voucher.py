"""Signed vouchers: genuine ones read without the house, anything else refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.booking.ledger import BookingRecord
from scenes.common.booking.rules import Terms
from scenes.common.booking.voucher import Voucher, VoucherForged, VoucherSigner, read_voucher
from scenes.common.kit.ids import new_id

SIGNER = VoucherSigner(b"a secret of a district in a test!")
AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def record(scene: str = "breakfast", code: str = "00420042") -> BookingRecord:
    return BookingRecord(
        id=new_id(), scene=scene, state="confirmed", place_id=new_id(), group_id=new_id(), title="早餐",
        resource="取餐时间", person_id=new_id(), booked_by=new_id(), starts_at=AT,
        ends_at=AT + timedelta(minutes=30), hold_expires_at=None, hold_seconds=600, extensions=0,
        offered=False,
        amount_fen=0, payment_id=None, payment_state=None, code=code, note=None, terms=Terms(),
        exclusivity_key=None, queue_no=None, created_at=AT, updated_at=AT, version=1,
    )  # fmt: skip


def test_a_counter_without_network_reads_what_was_signed() -> None:
    booking = record()
    text = SIGNER.text_of(booking)
    assert read_voucher(text, SIGNER.public_key) == Voucher(
        booking_id=booking.id, place_id=booking.place_id, starts_at=AT, code="00420042"
    )
    assert len(text) < 160


def test_other_scenes_say_their_code() -> None:
    assert SIGNER.text_of(record("clinic")) == "LC:00420042"


def test_another_districts_voucher_is_forged() -> None:
    text = VoucherSigner(b"another district").text_of(record())
    with pytest.raises(VoucherForged):
        read_voucher(text, SIGNER.public_key)


@given(position=st.integers(4, 143), letter=st.sampled_from("ABCxyz019_-"))
def test_one_changed_letter_is_seen(position: int, letter: str) -> None:
    text = SIGNER.text_of(record())
    changed = text[:position] + letter + text[position + 1 :]
    try:
        read = read_voucher(changed, SIGNER.public_key)
    except VoucherForged:
        return
    assert read == read_voucher(text, SIGNER.public_key)  # the letter was the same, or padding bits


@given(text=st.text(max_size=200))
def test_anything_else_is_forged(text: str) -> None:
    with pytest.raises(VoucherForged):
        read_voucher(text, SIGNER.public_key)
