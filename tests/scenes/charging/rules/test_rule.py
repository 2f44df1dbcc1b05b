from datetime import date
from typing import Any
from uuid import UUID

import pytest

from scenes.charging.errors import ChargingRuleInvalid, ChargingRuleMissing
from scenes.charging.rules.rule import ChargingRule, DatedRule, check_rule, rule_for

STATION = UUID(int=1)
DAY = date(2026, 11, 25)


def row(place_id: UUID | None, since: date, until: date | None = None, **values: Any) -> DatedRule:
    return DatedRule(place_id, since, until, values or {"graceMinutes": 15})


def test_a_station_overrides_the_district_field_by_field() -> None:
    rows = [
        row(None, date(2026, 1, 1), graceMinutes=15, depositFen=5000),
        row(STATION, date(2026, 6, 1), graceMinutes=20),
    ]
    rule = rule_for(STATION, DAY, rows)
    assert (rule.grace_minutes, rule.deposit_fen) == (20, 5000)


def test_the_latest_row_in_force_counts() -> None:
    rows = [
        row(None, date(2026, 1, 1), graceMinutes=10),
        row(None, date(2026, 11, 1), graceMinutes=12),
        row(None, date(2026, 12, 1), graceMinutes=30),
    ]
    assert rule_for(STATION, DAY, rows).grace_minutes == 12


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row(None, date(2026, 12, 1))],
        [row(None, date(2026, 1, 1), date(2026, 11, 25))],
        [row(UUID(int=2), date(2026, 1, 1))],
        [row(None, date(2026, 1, 1), unheardOf=1)],
    ],
)
def test_without_a_rule_in_force_nothing_is_offered(rows: list[DatedRule]) -> None:
    with pytest.raises(ChargingRuleMissing):
        rule_for(STATION, DAY, rows)


def test_the_usual_rule_is_sound() -> None:
    check_rule(ChargingRule())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"max_quarters": 40}, "maxQuarters"),
        ({"grace_minutes": 0}, "graceMinutes"),
        ({"deposit_fen": 50}, "depositFen"),
        ({"no_show_limit": 0}, "noShowLimit"),
        ({"stale_minutes": 0}, "staleMinutes"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(facts: dict[str, int], field: str) -> None:
    with pytest.raises(ChargingRuleInvalid) as refused:
        check_rule(ChargingRule(**facts))
    assert [path for path, _ in refused.value.errors] == [field]
