from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.clock import SHANGHAI
from scenes.common.kit.dated_rules import DatedRule
from scenes.common.notices.channels import (
    Known,
    NoticeRule,
    check_rule,
    first_channels,
    following,
    may_leave_at,
    receipt_wait,
    retry_wait,
    rule_on,
)
from scenes.common.notices.errors import NoticeRuleInvalid

RULE = NoticeRule()
KNOWN = st.builds(
    Known,
    has_account=st.booleans(),
    has_phone=st.booleans(),
    grants=st.integers(0, 3),
    prefer=st.sampled_from(["auto", "sms", "call", "inbox"]),
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
HOURS = st.times().map(lambda at: at.replace(microsecond=0))


def known(has: str, grants: int = 0, prefer: str = "auto") -> Known:
    """Describe somebody by what they have: app, phone."""
    words = has.split()
    return Known(has_account="app" in words, has_phone="phone" in words, grants=grants, prefer=prefer)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("person", "calmly", "urgently"),
    [
        (known("app phone", 1), ("wechat",), ("wechat", "sms")),
        (known("app phone"), ("sms",), ("sms",)),
        (known("app", 2), ("wechat",), ("wechat",)),
        (known("app"), (), ("call",)),
        (known("phone"), ("call",), ("sms", "call")),
        (known(""), (), ("call",)),
        (known("app phone", 1, "sms"), ("sms",), ("wechat", "sms")),
        (known("phone", 0, "sms"), ("sms",), ("sms", "call")),
        (known("app phone", 1, "call"), ("call",), ("wechat", "sms")),
        (known("app phone", 1, "inbox"), (), ("wechat", "sms")),
    ],
)
def test_who_is_told_how(person: Known, calmly: tuple[str, ...], urgently: tuple[str, ...]) -> None:
    assert first_channels(person, urgent=False) == calmly
    assert first_channels(person, urgent=True) == urgently


@given(person=KNOWN, urgent=st.booleans())
def test_whoever_has_a_number_ends_on_the_call_list_when_all_else_fails(person: Known, urgent: bool) -> None:  # noqa: FBT001 - drawn
    taken = list(first_channels(person, urgent=urgent))
    while taken and (after := following(taken[-1], person, urgent=urgent)) is not None:
        taken.append(after)
    assert len(set(taken)) == len(taken)
    if taken and (person.has_phone or urgent):
        assert taken[-1] == "call"
    assert urgent <= bool(taken)


@given(at=INSTANTS, begins=HOURS, ends=HOURS)
def test_the_quiet_hours_hold_back_until_their_end_and_no_longer(
    at: datetime, begins: time, ends: time
) -> None:
    rule = NoticeRule(quiet_from=begins, quiet_until=ends)
    leaves = may_leave_at(at, rule, urgent=False)
    assert may_leave_at(at, rule, urgent=True) == at
    assert at <= leaves < at + timedelta(days=1)
    assert may_leave_at(leaves, rule, urgent=False) == leaves
    assert leaves == at or leaves.astimezone(SHANGHAI).time() == ends


@pytest.mark.parametrize(
    ("at", "leaves"),
    [("20:59", "20:59"), ("21:00", "07:00"), ("23:30", "07:00"), ("06:59", "07:00"), ("07:00", "07:00")],
)
def test_the_night_is_from_nine_to_seven(at: str, leaves: str) -> None:
    asked = datetime.fromisoformat(f"2026-11-23T{at}+08:00")
    assert f"{may_leave_at(asked, RULE, urgent=False).astimezone(SHANGHAI):%H:%M}" == leaves


@given(tries=st.integers(1, 200), factor=st.floats(1, 4))
def test_waits_grow_up_to_a_limit_and_end(tries: int, factor: float) -> None:
    rule = NoticeRule(retry_factor=factor)
    waits = [retry_wait(each, rule, urgent=False) for each in range(1, tries + 1)]
    had = [each.total_seconds() for each in waits if each is not None]
    assert len(had) == min(tries, rule.most_tries - 1)
    assert had == sorted(had)
    assert all(rule.retry_seconds <= each <= rule.retry_most_seconds for each in had)


def test_the_default_pace_is_five_minutes_and_seventy_two_hours() -> None:
    assert retry_wait(1, RULE, urgent=False) == timedelta(minutes=5)
    assert receipt_wait(RULE, urgent=False) == timedelta(hours=72)
    assert [retry_wait(each, RULE, urgent=True) for each in (1, 2, 3)] == [
        timedelta(seconds=10),
        timedelta(seconds=10),
        None,
    ]
    assert receipt_wait(RULE, urgent=True) == timedelta(minutes=2)


def test_the_latest_row_in_force_says_what_differs() -> None:
    rows = [
        DatedRule(None, date(2026, 1, 1), None, {"mostTries": 5}),
        DatedRule(None, date(2026, 12, 1), None, {"mostTries": 6, "quietFrom": "20:00:00"}),
    ]
    assert rule_on(date(2026, 11, 30), rows) == NoticeRule(most_tries=5)
    assert rule_on(date(2026, 12, 1), rows) == NoticeRule(most_tries=6, quiet_from=time(20))
    assert rule_on(date(2025, 1, 1), rows) == RULE


def test_a_rule_that_contradicts_itself_is_refused() -> None:
    check_rule(RULE)
    wrong = NoticeRule(
        retry_seconds=0,
        retry_most_seconds=-1,
        most_tries=0,
        receipt_hours=0,
        timeout_seconds=0,
        lease_seconds=-1,
        call_take_minutes=0,
        soon_minutes=0,
    )
    with pytest.raises(NoticeRuleInvalid) as refused:
        check_rule(wrong)
    assert [field for field, _ in refused.value.errors] == [
        "retrySeconds", "retryMostSeconds", "mostTries", "receiptHours", "timeoutSeconds", "leaseSeconds",
        "callTakeMinutes", "soonMinutes",
    ]  # fmt: skip
