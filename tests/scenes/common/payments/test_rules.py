import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.booking.errors import HoldExpired
from scenes.common.kit.caller import Resident
from scenes.common.kit.refusals import Refusal
from scenes.common.payments import rules, states
from scenes.common.payments.errors import AlreadyPaid, NothingToPay, PaymentOpen, RefundWayInvalid

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECRET = b"secret"


def test_the_signature_is_hmac_sha256_over_three_lines_each_ended_by_lf() -> None:
    expected = hmac.new(b"secret", b'1795395600\nabc\n{"a":1}\n', hashlib.sha256).hexdigest()
    assert rules.signature(SECRET, timestamp="1795395600", nonce="abc", body=b'{"a":1}') == expected


@given(st.binary(max_size=40), st.binary(max_size=40), st.text(max_size=70))
def test_only_the_signed_words_are_genuine(body: bytes, other: bytes, given_signature: str) -> None:
    right = rules.signature(SECRET, timestamp="1", nonce="n", body=body)
    assert rules.is_genuine(SECRET, right, timestamp="1", nonce="n", body=body)
    assert rules.is_genuine(SECRET, right, timestamp="1", nonce="n", body=other) == (body == other)
    assert not rules.is_genuine(SECRET, right, timestamp="2", nonce="n", body=body)
    assert rules.is_genuine(SECRET, given_signature, timestamp="1", nonce="n", body=body) == (
        given_signature == right
    )


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_a_notice_is_trusted_for_300_seconds_either_way(seconds: int, fresh: bool) -> None:  # noqa: FBT001 - a table
    stamp = str(int((NOW + timedelta(seconds=seconds)).timestamp()))
    assert rules.is_fresh(stamp, now=NOW) is fresh


@given(st.text(max_size=30))
def test_a_senseless_timestamp_is_stale_not_an_error(stamp: str) -> None:
    assert rules.is_fresh(stamp, now=NOW) in {True, False}


def test_the_wait_starts_at_thirty_seconds_polls_each_minute_then_grows_to_an_hour() -> None:
    waits = [rules.next_ask(asks) for asks in range(20)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=1)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "expires", "amount", "refusal"),
    [
        ("held", 1, 350, None),
        ("held", 0, 350, HoldExpired),
        ("expired", None, 350, HoldExpired),
        ("confirmed", None, 350, NothingToPay),
        ("cancelled", None, 350, NothingToPay),
        ("held", 1, 0, NothingToPay),
    ],
)
def test_only_a_living_hold_with_a_price_is_payable(
    state: str, expires: int | None, amount: int, refusal: type[Refusal] | None
) -> None:
    until = None if expires is None else NOW + timedelta(seconds=expires)
    if refusal is None:
        rules.check_payable(state, until, amount_fen=amount, now=NOW)
    else:
        with pytest.raises(refusal):
            rules.check_payable(state, until, amount_fen=amount, now=NOW)


@pytest.mark.parametrize(
    ("state", "method", "closing", "refusal"),
    [
        ("success", "sandbox", False, AlreadyPaid),
        ("submitted", "wechat", False, PaymentOpen),
        ("submitted", "sandbox", True, PaymentOpen),
        ("submitted", "sandbox", False, None),
    ],
)
def test_nobody_pays_twice(state: str, method: str, closing: bool, refusal: type[Refusal] | None) -> None:  # noqa: FBT001 - a table
    if refusal is None:
        rules.check_same_payment(state, "sandbox", method=method, closing=closing)
    else:
        with pytest.raises(refusal):
            rules.check_same_payment(state, "sandbox", method=method, closing=closing)


def test_a_payment_concerns_whom_it_is_for_and_who_arranged_it() -> None:
    person, payer, delegate = uuid4(), uuid4(), uuid4()
    asking = [
        Resident(person, uuid4()),
        Resident(payer, uuid4()),
        Resident(delegate, uuid4(), acting_for=person),
        Resident(delegate, uuid4()),
    ]
    assert [rules.is_party(each, person, payer) for each in asking] == [True, True, True, False]


def test_what_a_resident_sees_is_where_the_money_is() -> None:
    shown = [rules.shown_state("success", refund) for refund in ("none", "requested", "abnormal", "refunded")]
    assert shown == ["success", "refunding", "refunding", "refunded"]


@pytest.mark.parametrize("event", sorted(states.REFUND_TARGETS))
@pytest.mark.parametrize("method", ["sandbox", rules.COUNTER])
def test_every_end_of_a_refund_is_told_and_asking_is_not(event: str, method: str) -> None:
    asking = event in {states.REQUEST, states.RETRY}
    told = rules.refund_news(event, method)
    assert (told is None) == asking
    assert (told == "payment.handed_back") == (event == states.COMPLETE and method == rules.COUNTER)


@pytest.mark.parametrize("state", sorted(states.STATES))
@pytest.mark.parametrize("reason", ["cancelled", "missed", "late", "rest", rules.MISMATCH])
def test_only_other_money_is_beside_a_payment_that_succeeded(reason: str, state: str) -> None:
    other = reason == rules.MISMATCH
    assert rules.is_beside(reason, state) == (other and state == states.SUCCESS)
    assert rules.may_retry(reason) == (not other)


@given(st.text())
def test_how_money_went_back_is_kept_without_blanks_or_refused(text: str) -> None:
    way = text.strip()
    if 0 < len(way) <= rules.WAY_LENGTH:
        assert rules.checked_way(text) == way
    else:
        with pytest.raises(RefundWayInvalid):
            rules.checked_way(text)
