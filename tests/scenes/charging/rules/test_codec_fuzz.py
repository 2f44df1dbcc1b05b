"""Whatever a partner sends is a message or a refusal with the protocol's code."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules import codec
from scenes.charging.rules.dialect import Dialect, spoken
from tests.scenes.charging.rules.partner_samples import (
    METER,
    ORDER,
    POLICY,
    SEQ,
    STANDARD,
    STATIONS,
    STATUS,
)
from tests.scenes.charging.rules.test_codec import DIALECTS, READERS, Reader

NAMES = sorted(
    {*METER, *ORDER, *STATUS, *POLICY, *STATIONS, *STATIONS["StationInfos"][0], "SuccStat", "Status"}
)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30) | st.sampled_from([SEQ, "C-1", "2026-11-23 09:00:00", "2026-11-23T09:00:00Z"])
)  # fmt: skip
bodies = st.recursive(
    st.dictionaries(st.sampled_from(NAMES), scalars, max_size=8),
    lambda inner: st.dictionaries(st.sampled_from(NAMES), inner | st.lists(inner | scalars, max_size=3)),
    max_leaves=6,
)


def outcome(reader: Reader, text: bytes, dialect: Dialect) -> int:
    try:
        reader(codec.read(text, dialect))
    except PartnerInputRefused as refused:
        return refused.ret
    return 0


@given(st.binary(max_size=200), st.sampled_from(READERS), st.sampled_from(DIALECTS))
def test_any_bytes_are_a_message_or_a_refusal(text: bytes, reader: Reader, dialect: Dialect) -> None:
    assert outcome(reader, text, dialect) in {0, 4004}


@given(bodies, st.sampled_from(READERS), st.sampled_from(DIALECTS))
def test_any_json_is_a_message_or_a_refusal(body: dict[str, Any], reader: Reader, dialect: Dialect) -> None:
    assert outcome(reader, json.dumps(body).encode(), dialect) in {0, 4004}


@given(st.data(), st.sampled_from(DIALECTS))
def test_one_field_gone_wrong_is_a_message_or_a_refusal(data: st.DataObject, dialect: Dialect) -> None:
    body, reader = data.draw(
        st.sampled_from([
            (METER, codec.charge_status), (ORDER, codec.charge_order), (STATUS, codec.noticed_statuses),
            (POLICY, codec.price_periods), (STATIONS, READERS[-1]),
        ])
    )  # fmt: skip
    plain = json.loads(spoken(body, dialect))
    target = plain
    while True:
        name = data.draw(st.sampled_from(sorted(target)))
        inner = target[name][0] if isinstance(target[name], list) else target[name]
        if not isinstance(inner, dict) or data.draw(st.booleans()):
            break
        target = inner
    target[name] = data.draw(bodies | scalars | st.lists(bodies | scalars, max_size=3))
    assert outcome(reader, json.dumps(plain).encode(), dialect) in {0, 4004}


@given(st.binary(max_size=120), st.integers(0, 600), st.sampled_from(READERS))
def test_a_text_cut_or_spliced_is_a_message_or_a_refusal(junk: bytes, at: int, reader: Reader) -> None:
    text = spoken(ORDER, STANDARD)
    assert outcome(reader, text[:at] + junk, STANDARD) in {0, 4004}
    assert outcome(reader, text[:at] + junk + text[at:], STANDARD) in {0, 4004}
