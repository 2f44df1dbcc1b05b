"""A rule as Shanghai's health centres keep it, and shapes of others."""

from datetime import date, time
from uuid import UUID

from hypothesis import strategies as st

from scenes.clinic.rules.rule import ClinicRule, PeriodRule
from scenes.clinic.rules.windows import Shift

RULE = ClinicRule(
    days_ahead=7,
    release_at=time(7),
    signed_earlier_days=5,
    signed_percent=20,
    elders_percent=15,
    same_day_percent=20,
    fall_through_hours=24,
    advance_until=time(17),
    slot_minutes=30,
    minutes_per_number=5,
    hold_minutes=15,
    am=PeriodRule(starts=time(8), ends=time(11, 30), check_in_from=time(7, 30), check_in_until=time(11, 20)),
    pm=PeriodRule(
        starts=time(13), ends=time(16, 30), check_in_from=time(12, 30), check_in_until=time(16, 20)
    ),
    check_in_days_before=0,
    cancel_until=time(17),
    same_day_cancel_minutes=30,
    no_show_limit=3,
    no_show_days=90,
    no_show_ban_days=90,
    late_cancel_hours=24,
    late_cancel_limit=3,
    late_cancel_days=30,
    late_cancel_ban_days=30,
    resale_delay_minutes=(60, 120),
    offer_minutes=30,
    waitlist_until=time(20),
)

MONDAY = date(2026, 11, 30)
SHIFT = Shift(place_id=UUID(int=1), doctor_id=UUID(int=2), day=MONDAY, period="am", fee_fen=1000)


@st.composite
def clinic_rules(draw: st.DrawFn) -> ClinicRule:
    """Any rule that does not contradict itself."""
    falls = draw(st.none() | st.integers(0, 240))
    most = 50 if falls is None else 100
    signed = draw(st.integers(0, most))
    elders = draw(st.integers(0, most - signed))
    slot = draw(st.integers(10, 120))
    values = {
        "days_ahead": draw(st.integers(1, 30)),
        "signed_earlier_days": draw(st.integers(0, 14)),
        "signed_percent": signed,
        "elders_percent": elders,
        "same_day_percent": draw(st.integers(0, 100 - signed - elders)),
        "fall_through_hours": falls,
        "advance_until": draw(st.none() | st.times(time(7, 1))),
        "slot_minutes": slot,
        "minutes_per_number": draw(st.integers(1, min(slot, 60))),
        "check_in_days_before": draw(st.integers(0, 7)),
    }
    fields = {name: getattr(RULE, name) for name in RULE.__struct_fields__}
    return ClinicRule(**fields | values)
