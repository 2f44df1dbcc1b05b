"""The published vector byte for byte, and every way an envelope can be wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules import envelope as env

KEY = "1234567890abcdef"
KEYS = env.KeySet(operator_secret=KEY, data_secret=KEY, data_iv=KEY, sig_secret=KEY)
PLAIN = b'{"OperatorID":"123456789",\n"OperatorSecret":"1234567890abcdef"}'
DATA = "mYvffpNoFf4E/ZTC1tOw41TC5OlkEobfAYCm5N8hEusaLUaUIqOrXtdbMrSck0DSmfM7mRuOGMoCQzH0nWPGuw=="
SIG = "D2D584A14F3F284445DF85D0E8C0697C"
SENT = env.Envelope(operator_id="123456789", data=DATA, time_stamp="20180120165755", seq="0001", sig=SIG)
SENT_AT = datetime(2018, 1, 20, 8, 57, 55, tzinfo=UTC)
WINDOW = timedelta(minutes=10)


def refusal(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(PartnerInputRefused) as caught:
        call()
    return caught.value.ret, caught.value.kind


def test_the_published_vector_byte_for_byte() -> None:
    made = env.sealed(KEYS, PLAIN, operator_id="123456789", stamp="20180120165755", seq="0001")
    assert made == SENT
    assert env.decrypt(KEYS, DATA) == PLAIN
    env.check_signature(KEYS, SENT)


def test_the_envelope_on_the_wire_has_the_standards_field_names() -> None:
    body = msgspec.json.encode(SENT)
    assert list(msgspec.json.decode(body)) == ["OperatorID", "Data", "TimeStamp", "Seq", "Sig"]
    assert env.opened(body) == SENT


@pytest.mark.parametrize("field", ["operator_id", "data", "time_stamp", "seq", "sig"])
def test_a_changed_field_breaks_the_signature(field: str) -> None:
    changed = msgspec.structs.replace(SENT, **{field: getattr(SENT, field) + "0"})
    assert refusal(lambda: env.check_signature(KEYS, changed)) == (4001, "signature")


def test_a_lower_case_or_foreign_signature_is_refused() -> None:
    for sig in (SIG.lower(), "", "签名"):
        assert refusal(lambda sig=sig: env.check_signature(KEYS, msgspec.structs.replace(SENT, sig=sig))) == (
            4001,
            "signature",
        )


@pytest.mark.parametrize("missing", ["OperatorID", "Data", "TimeStamp", "Seq", "Sig"])
def test_a_missing_field_is_4003(missing: str) -> None:
    fields = msgspec.to_builtins(SENT)
    del fields[missing]
    assert refusal(lambda: env.opened(msgspec.json.encode(fields))) == (4003, "envelope")


@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_stamp_outside_the_window_is_stale(minutes: int) -> None:
    now = SENT_AT + timedelta(minutes=minutes)
    assert refusal(lambda: env.check_clock(SENT, now=now, window=WINDOW)) == (4003, "stale")


@pytest.mark.parametrize("minutes", [-10, 0, 10])
def test_a_stamp_within_the_window_passes(minutes: int) -> None:
    env.check_clock(SENT, now=SENT_AT + timedelta(minutes=minutes), window=WINDOW)


def test_a_stamp_that_is_no_time_is_refused() -> None:
    wrong = msgspec.structs.replace(SENT, time_stamp="20181399999999")
    assert refusal(lambda: env.check_clock(wrong, now=SENT_AT, window=WINDOW)) == (4003, "stale")


def test_stamps_are_shanghais_wall_clock() -> None:
    assert env.stamp_of(SENT_AT) == "20180120165755"


@pytest.mark.parametrize("data", ["", "AAAA", "不是", "mYvffpNoFf4E/ZTC1tOw4w==", "====", "a b"])
def test_data_made_with_no_such_key_is_4003(data: str) -> None:
    assert refusal(lambda: env.decrypt(KEYS, data)) == (4003, "undecipherable")


def test_answers_sign_ret_msg_and_data() -> None:
    well, ill = env.answered(KEYS, b"{}"), env.refused(KEYS, 4004, "参数不对")
    assert well.sig == env.signature(KEYS, "0", well.data)
    assert env.is_genuine_answer(KEYS, well)
    assert env.is_genuine_answer(KEYS, ill)
    assert not env.is_genuine_answer(KEYS, msgspec.structs.replace(ill, ret=0))
    assert env.refused(None, 4001, "?").sig == ""


@given(st.binary(max_size=500))
def test_what_is_sealed_opens_to_the_same_bytes(text: bytes) -> None:
    assert env.decrypt(KEYS, env.encrypt(KEYS, text)) == text


def outcome(call: Callable[[], object]) -> int:
    """Tell how a call ended in the protocol's own codes; anything but a refusal would be a crash."""
    try:
        call()
    except PartnerInputRefused as refused:
        return refused.ret
    return 0


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_body_is_an_envelope_or_a_refusal(body: bytes) -> None:
    assert outcome(lambda: env.opened(body)) in {0, 4003}


@given(st.text(max_size=100))
def test_any_data_is_a_text_or_a_refusal(data: str) -> None:
    assert outcome(lambda: env.decrypt(KEYS, data)) in {0, 4003}
