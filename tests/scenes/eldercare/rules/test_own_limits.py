"""Limits of one person: only what differs is kept, and together with the district's they make sense."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.eldercare.errors_readings import LimitsInvalid
from scenes.eldercare.rules.readings import Limits, OwnLimits, check_since, checked_limits, is_sign, limits_of

DISTRICT = Limits()
TODAY = datetime(2026, 11, 23, tzinfo=UTC).date()
ANY = st.none() | st.floats(-10, 400)


@given(st.builds(OwnLimits, **dict.fromkeys(OwnLimits.__struct_fields__, ANY)))
def test_what_is_kept_gives_what_was_wanted_or_is_refused(own: OwnLimits) -> None:
    try:
        kept = checked_limits(own, DISTRICT)
    except LimitsInvalid:
        return
    together = limits_of([], kept, day=TODAY)
    wanted = {name: value for name, value in msgspec.structs.asdict(own).items() if value is not None}
    assert {name: getattr(together, name) for name in wanted} == wanted
    assert together.systolic_low < together.systolic_high
    assert together.mmol_low < together.mmol_high
    assert together.bpm_low < together.bpm_high
    assert not set(kept.items()) & set(msgspec.to_builtins(DISTRICT).items())


@pytest.mark.parametrize(
    "own",
    [OwnLimits(bpm_high=40), OwnLimits(mmol_low=17), OwnLimits(diastolic_high=500),
     OwnLimits(systolic_low=float("nan"))],
)  # fmt: skip
def test_nonsense_is_refused(own: OwnLimits) -> None:
    with pytest.raises(LimitsInvalid):
        checked_limits(own, DISTRICT)


@given(st.integers(-400, 400))
def test_limits_begin_today_or_later(days: int) -> None:
    since: date = TODAY + timedelta(days=days)
    if days >= 0:
        assert check_since(since, TODAY) is None
        return
    with pytest.raises(LimitsInvalid):
        check_since(since, TODAY)


def test_only_what_somebody_did_is_a_sign() -> None:
    shown = {kind: is_sign(kind, {"litres": 1}) for kind in ("bp", "glucose", "heart", "water", "fall")}
    assert shown == {"bp": True, "glucose": True, "heart": True, "water": True, "fall": False}
    assert not is_sign("water", {"litres": 0})
