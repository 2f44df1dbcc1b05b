from datetime import date, time
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from msgspec.structs import replace

from scenes.clinic.errors import RuleInvalid, RuleMissing
from scenes.clinic.rules.rule import ClinicRule, DatedRule, check_rule, rule_for
from tests.scenes.clinic.rules.samples import RULE, clinic_rules

PLACE, OTHER = UUID(int=1), UUID(int=2)
DISTRICT = DatedRule(None, date(2026, 1, 1), None, msgspec.to_builtins(RULE))


def test_the_districts_rule_holds_where_a_venue_says_nothing() -> None:
    own = DatedRule(OTHER, date(2026, 1, 1), None, {"daysAhead": 14})
    assert rule_for(PLACE, date(2026, 11, 23), [DISTRICT, own]) == RULE


def test_a_venue_overrides_only_what_it_names_while_in_force() -> None:
    own = DatedRule(PLACE, date(2026, 12, 1), date(2027, 1, 1), {"daysAhead": 14, "releaseAt": "08:00:00"})
    rows = [own, DISTRICT]
    changed = replace(RULE, days_ahead=14, release_at=time(8))
    days = (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [rule_for(PLACE, day, rows) for day in days] == [RULE, changed, changed, RULE]


def test_the_latest_row_in_force_counts() -> None:
    later = DatedRule(None, date(2026, 6, 1), None, msgspec.to_builtins(replace(RULE, days_ahead=3)))
    assert rule_for(PLACE, date(2026, 11, 23), [later, DISTRICT]).days_ahead == 3


@pytest.mark.parametrize("rows", [[], [DatedRule(PLACE, date(2026, 1, 1), None, {"daysAhead": 14})]])
def test_no_complete_rule_is_a_refusal(rows: list[DatedRule]) -> None:
    with pytest.raises(RuleMissing):
        rule_for(PLACE, date(2026, 11, 23), rows)


@given(clinic_rules())
def test_a_rule_survives_being_stored(rule: ClinicRule) -> None:
    check_rule(rule)
    row = DatedRule(None, date(2026, 1, 1), None, msgspec.json.decode(msgspec.json.encode(rule)))
    assert rule_for(PLACE, date(2026, 11, 23), [row]) == rule


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days_ahead": 0}, "daysAhead"),
        ({"signed_percent": 60, "elders_percent": 30}, "sameDayPercent"),
        ({"fall_through_hours": None, "signed_percent": 40}, "fallThroughHours"),
        ({"minutes_per_number": 31}, "minutesPerNumber"),
        ({"resale_delay_minutes": (120, 60)}, "resaleDelayMinutes"),
        ({"elders_percent": -1}, "signedPercent"),
        ({"no_show_limit": 0}, "noShowLimit"),
        ({"days_ahead": 1, "advance_until": time(7)}, "advanceUntil"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(RuleInvalid) as refusal:
        check_rule(replace(RULE, **changes))
    assert [path for path, _ in refusal.value.errors] == [field]
