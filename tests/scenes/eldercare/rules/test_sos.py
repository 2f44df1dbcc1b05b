"""The ladder goes on by itself, exactly once a rung, and stops when somebody answers."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.common.kit.dated_rules import DatedRule
from scenes.eldercare.errors_sos import AlarmNotAnswered, AlarmOver, SosRuleInvalid, TooLateToUndo
from scenes.eldercare.rules import sos
from scenes.eldercare.rules.sos import Alarm, Climb, Kind, Step, Waits
from tests.support.clock import MONDAY_NINE

WAITS = Waits()
BEGIN = sos.raised(MONDAY_NINE, 10)
PEOPLE: tuple[Kind, ...] = ("cancelled", "fine", "again", "answered", "attended", "seen", "closed", "nobody")

waits = st.builds(
    Waits,
    undo_seconds=st.integers(1, 60),
    rung_seconds=st.tuples(*[st.integers(1, 300)] * 5),
    attend_minutes=st.integers(1, 60),
    repeat_minutes=st.integers(1, 30),
)
acts = st.lists(st.tuples(st.integers(1, 400), st.sampled_from([*PEOPLE, "tick"])), max_size=60)


def at(seconds: float) -> datetime:
    return MONDAY_NINE + timedelta(seconds=seconds)


def play(rules: Waits, script: list[tuple[int, str]]) -> tuple[list[Step], list[Climb], Alarm]:
    """Let people act and the job tick as the service does: refusals leave no trace."""
    now, alarm = MONDAY_NINE, sos.raised(MONDAY_NINE, rules.undo_seconds)
    log = [Step(kind="raised", at=now, undo_seconds=rules.undo_seconds)]
    climbs: list[Climb] = []
    for seconds, act in script:
        now += timedelta(seconds=seconds)
        kind: Any = act
        if act == "tick":
            climb = sos.due(alarm, now)
            if climb is None:
                continue
            climbs.append(climb)
            kind = "rung"
        try:
            alarm = sos.after(alarm, kind, at=now, waits=rules)
        except (AlarmOver, TooLateToUndo, AlarmNotAnswered):
            continue
        log.append(Step(kind=kind, at=now))
    return log, climbs, alarm


@given(waits, acts)
def test_the_alarm_is_the_replay_of_its_log(rules: Waits, script: list[tuple[int, str]]) -> None:
    log, _, alarm = play(rules, script)
    assert sos.replay(log, rules) == alarm
    assert [step.at for step in log] == sorted(step.at for step in log)


@given(waits, acts)
def test_no_rung_twice_and_none_skipped(rules: Waits, script: list[tuple[int, str]]) -> None:
    _, climbs, _ = play(rules, script)
    assert len(set(climbs)) == len(climbs)
    for before, then in pairwise(climbs):
        one_up = Climb(before.round, before.rung + 1)
        assert then == one_up or (then.rung == 1 and then.round > before.round)


@given(waits, acts, st.lists(st.integers(0, 60), max_size=20))
def test_asking_twice_at_the_same_instant_changes_nothing(
    rules: Waits, script: list[tuple[int, str]], again: list[int]
) -> None:
    doubled = [pair for each in script for pair in (each, *[(0, "tick")] * (len(again) % 3))]
    _, climbs, _ = play(rules, doubled)
    assert len(set(climbs)) == len(climbs)


@given(waits, st.integers(1, 30))
def test_left_alone_every_rung_begins_in_its_time(rules: Waits, gap: int) -> None:
    """With a tick each `gap` seconds, rung k begins at most k gaps late: a slow worker only adds its gaps."""
    whole = rules.undo_seconds + sum(rules.rung_seconds[:4])
    ticks = [(gap, "tick")] * (whole // gap + 6)
    log, climbs, alarm = play(rules, ticks)
    begun = [step.at for step in log if step.kind == "rung"][:5]
    planned = [rules.undo_seconds + sum(rules.rung_seconds[:n]) for n in range(5)]
    assert [climb.rung for climb in climbs[:5]] == [1, 2, 3, 4, 5]
    for number, (really, plan) in enumerate(zip(begun, planned, strict=True), start=1):
        assert timedelta(seconds=plan) <= really - MONDAY_NINE <= timedelta(seconds=plan + number * gap)
    assert alarm.due_at is not None


@given(waits, acts)
def test_time_alone_never_leaves_an_open_alarm_waiting_for_nobody(
    rules: Waits, script: list[tuple[int, str]]
) -> None:
    _, _, alarm = play(rules, script)
    assert (alarm.due_at is None) == (alarm.state in {"attended", "closed", "cancelled"})


@given(waits, acts)
def test_no_rung_begins_before_its_time(rules: Waits, script: list[tuple[int, str]]) -> None:
    log, _, _ = play(rules, script)
    for number, step in enumerate(log):
        if step.kind == "rung":
            assert sos.due(sos.replay(log[:number], rules), step.at) is not None


@given(waits)
def test_an_answer_stops_the_climbing_until_the_time_to_attend(rules: Waits) -> None:
    answered = sos.after(_calling(rules), "answered", at=at(100), waits=rules)
    deadline = at(100) + timedelta(minutes=rules.attend_minutes)
    assert sos.due(answered, deadline - timedelta(seconds=1)) is None
    assert sos.due(answered, deadline) == Climb(2, 1)


def _calling(rules: Waits) -> Alarm:
    return sos.after(sos.raised(MONDAY_NINE, rules.undo_seconds), "rung", at=at(90), waits=rules)


def test_a_tap_can_be_undone_for_ten_seconds_and_not_later() -> None:
    assert sos.after(BEGIN, "cancelled", at=at(9.999), waits=WAITS).state == "cancelled"
    with pytest.raises(TooLateToUndo):
        sos.after(BEGIN, "cancelled", at=at(10), waits=WAITS)
    assert sos.due(BEGIN, at(9.999)) is None
    assert sos.due(BEGIN, at(10)) == Climb(1, 1)


def test_the_end_of_the_ladder_begins_a_new_round() -> None:
    top = Alarm(state="calling", round=1, rung=5, due_at=at(500), called_at=MONDAY_NINE)
    assert sos.due(top, at(500)) == Climb(2, 1)
    then = sos.after(top, "rung", at=at(500), waits=WAITS)
    assert then == Alarm(state="calling", round=2, rung=1, due_at=at(560), called_at=MONDAY_NINE)


def test_who_answers_after_another_joins_and_moves_no_deadline() -> None:
    answered = sos.after(_calling(WAITS), "answered", at=at(100), waits=WAITS)
    assert sos.after(answered, "answered", at=at(500), waits=WAITS) == answered


def test_i_am_fine_closes_nothing() -> None:
    calling = _calling(WAITS)
    assert sos.after(calling, "fine", at=at(95), waits=WAITS) == calling


def test_only_what_somebody_answered_is_closed() -> None:
    calling = _calling(WAITS)
    for early in (BEGIN, calling):
        with pytest.raises(AlarmNotAnswered):
            sos.after(early, "closed", at=at(100), waits=WAITS)
    answered = sos.after(calling, "answered", at=at(100), waits=WAITS)
    closed = sos.after(answered, "closed", at=at(200), waits=WAITS)
    assert (closed.state, closed.due_at) == ("closed", None)
    with pytest.raises(AlarmOver):
        sos.after(closed, "again", at=at(300), waits=WAITS)


def test_nobody_answers_what_calls_nobody_yet() -> None:
    for kind in ("answered", "attended"):
        with pytest.raises(AlarmNotAnswered):
            sos.after(BEGIN, kind, at=at(5), waits=WAITS)


def test_a_late_tap_on_a_calm_alarm_calls_everybody_again_at_once() -> None:
    attended = sos.after(_calling(WAITS), "attended", at=at(120), waits=WAITS)
    assert not sos.is_new_call(attended, at(599), WAITS)
    assert sos.is_new_call(attended, at(600), WAITS)
    again = sos.after(attended, "again", at=at(700), waits=WAITS)
    assert again == Alarm(state="calling", round=2, rung=0, due_at=at(700), called_at=at(700))
    assert sos.due(again, at(700)) == Climb(2, 1)


def test_a_late_tap_while_the_ladder_climbs_is_the_same_alarm() -> None:
    calling = _calling(WAITS)
    assert not sos.is_new_call(calling, at(3600), WAITS)
    assert sos.after(calling, "again", at=at(3600), waits=WAITS) == calling


def test_a_rung_with_nobody_on_it_is_not_waited_for() -> None:
    calling = sos.after(_calling(WAITS), "rung", at=at(200), waits=WAITS)
    alone = sos.after(calling, "nobody", at=at(200), waits=WAITS)
    assert sos.due(calling, at(200)) is None
    assert sos.due(alone, at(200)) == Climb(1, 3)


def test_the_latest_waits_of_the_district_count() -> None:
    monday = date(2026, 11, 23)
    rows = [
        DatedRule(None, date(2026, 1, 1), None, {"undo_seconds": 15}),
        DatedRule(None, date(2026, 11, 1), None, {"rung_seconds": [30, 40, 50, 60, 70]}),
    ]
    assert sos.waits_on(monday, []) == WAITS
    assert sos.waits_on(monday, rows[:1]) == Waits(undo_seconds=15)
    assert sos.waits_on(monday, rows) == Waits(rung_seconds=(30, 40, 50, 60, 70))


def test_waits_nobody_could_keep_are_refused() -> None:
    for wrong in (Waits(undo_seconds=0), Waits(rung_seconds=(60, 60, 0, 1, 1)), Waits(attend_minutes=0)):
        with pytest.raises(SosRuleInvalid):
            sos.check_waits(wrong)
    sos.check_waits(WAITS)


@pytest.mark.parametrize(
    ("state", "ladder", "desk"),
    [
        ("calling", ["answer", "attend"], ["answer", "attend"]),
        ("answered", ["attend"], ["attend", "close"]),
        ("attended", [], ["close"]),
        ("closed", [], []),
        ("cancelled", [], []),
    ],
)
def test_what_may_be_done_about_an_alarm(state: str, ladder: list[str], desk: list[str]) -> None:
    assert [sos.ladder_actions(state), sos.desk_actions(state)] == [ladder, desk]


@given(waits, acts)
def test_what_is_offered_to_its_own_person_is_what_the_machine_allows(
    rules: Waits, script: list[tuple[int, str]]
) -> None:
    log, _, alarm = play(rules, script)
    now = log[-1].at
    try:
        sos.after(alarm, "cancelled", at=now, waits=rules)
        allowed = ["cancel"]
    except TooLateToUndo:
        allowed = ["fine"]
    except AlarmOver:
        allowed = []
    assert sos.own_actions(alarm, now) == allowed


@pytest.mark.parametrize(
    ("state", "round_no", "rung", "advised"),
    [("calling", 1, 4, False), ("calling", 1, 5, True), ("calling", 2, 0, True), ("answered", 2, 5, False)],
)
def test_120_is_advised_at_the_end_of_the_ladder_and_never_in_a_drill(
    state: sos.State,
    round_no: int,
    rung: int,
    advised: bool,  # noqa: FBT001 - a table
) -> None:
    alarm = Alarm(state=state, round=round_no, rung=rung, due_at=None, called_at=MONDAY_NINE)
    assert [sos.advises_120(alarm, drill=drill) for drill in (False, True)] == [advised, False]
