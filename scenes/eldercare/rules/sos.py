"""The life of an alarm (一键呼救) as a pure machine: a log of steps in, the alarm as it stands out.

The row of an alarm is nothing but the replay of its log, so a worker that was killed goes on from the row.
Rungs: 1 desk, 2 kin, 3 nearest carer, 4 street duty, 5 the advice to call 120. A rung begins when those
before it were silent for their wait, counted from when they were really called; none is ever skipped or
begun twice in a round. A ladder that reached its end unanswered begins a new round.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.common.kit.dated_rules import DatedRule, values_on
from scenes.eldercare.errors_sos import AlarmNotAnswered, AlarmOver, SosRuleInvalid, TooLateToUndo

State = Literal["pending", "calling", "answered", "attended", "closed", "cancelled"]
Kind = Literal[
    "raised", "cancelled", "fine", "again", "rung", "nobody", "answered", "attended", "seen", "closed"
]
Target = Literal["desk", "kin", "carer", "duty", "elder"]

RUNGS: Final[dict[int, Target]] = {1: "desk", 2: "kin", 3: "carer", 4: "duty", 5: "elder"}
LAST_RUNG: Final = 5
OVER: Final = frozenset({"closed", "cancelled"})
CLIMBING: Final = frozenset({"pending", "calling", "answered"})
"""States in which time alone may make the next rung begin."""


NOWHERE: Final = UUID(int=0)
"""No venue: the waits are the whole district's."""


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """How long everything waits, kept with the alarm it was raised under; seconds, and minutes by name.

    `rung_seconds` is the patience with each rung; that of the last one is the pause before a new round.
    An alarm that somebody answered and nobody attended within `attend_minutes` is called again. A tap
    later than `repeat_minutes` after the last call is a new call for help, not a second tap. `carers` is how
    many the third rung calls.
    """

    undo_seconds: int = 10
    fall_undo_seconds: int = 30
    rung_seconds: tuple[int, int, int, int, int] = (60, 60, 90, 120, 180)
    attend_minutes: int = 30
    repeat_minutes: int = 10
    carers: int = 3


DEFAULT: Final = Waits()
"""What counts where the district has set nothing: an alarm is never refused for a missing setting."""


def check_waits(waits: Waits) -> None:
    """Refuse waits under which nobody could answer or undo (SosRuleInvalid)."""
    whole = (waits.undo_seconds, waits.fall_undo_seconds, *waits.rung_seconds)
    if min(*whole, waits.attend_minutes, waits.repeat_minutes, waits.carers) < 1:
        raise SosRuleInvalid


def waits_on(day: date, rows: Sequence[DatedRule]) -> Waits:
    """Return the waits in force on a day."""
    return msgspec.convert(values_on(NOWHERE, day, rows), Waits)


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm as it stands: `due_at` is when time alone moves it on, none when it waits for people."""

    state: State
    round: int
    rung: int
    due_at: datetime | None
    called_at: datetime


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an alarm's log."""

    kind: Kind
    at: datetime
    undo_seconds: int = 0


class Climb(msgspec.Struct, frozen=True):
    """The rung that has to begin now."""

    round: int
    rung: int


def due(alarm: Alarm, now: datetime) -> Climb | None:
    """Say which rung has to begin now, if any."""
    if alarm.due_at is None or now < alarm.due_at or alarm.state not in CLIMBING:
        return None
    return next_rung(alarm)


def next_rung(alarm: Alarm) -> Climb:
    """Say which rung comes next: after the last one, and after an answer that led nowhere, a new round."""
    if alarm.state == "answered" or alarm.rung == LAST_RUNG:
        return Climb(alarm.round + 1, 1)
    return Climb(alarm.round, alarm.rung + 1)


def raised(at: datetime, undo_seconds: int) -> Alarm:
    """Begin an alarm: it calls nobody until the time to undo it is over."""
    due_at = at + timedelta(seconds=undo_seconds)
    return Alarm(state="pending", round=1, rung=0, due_at=due_at, called_at=at)


def after(alarm: Alarm, kind: Kind, *, at: datetime, waits: Waits) -> Alarm:
    """Return an alarm as it stands after a step (AlarmOver, TooLateToUndo, AlarmNotAnswered)."""
    if alarm.state in OVER:
        raise AlarmOver
    return _MOVES[kind](alarm, at, waits)


def replay(steps: Iterable[Step], waits: Waits) -> Alarm:
    """Return the alarm that a log leads to."""
    alarm: Alarm | None = None
    for step in steps:
        if alarm is None:
            alarm = raised(step.at, step.undo_seconds)
        else:
            alarm = after(alarm, step.kind, at=step.at, waits=waits)
    assert alarm is not None, "a log begins with the tap"  # noqa: S101 - the log's own invariant
    return alarm


def can_undo(alarm: Alarm, now: datetime) -> bool:
    """Tell whether a tap can still be taken back without anybody having been called."""
    return alarm.state == "pending" and alarm.due_at is not None and now < alarm.due_at


def advises_120(alarm: Alarm, *, drill: bool) -> bool:
    """Tell whether the ladder has come to the advice to call 120; a drill never gives it."""
    return not drill and alarm.state == "calling" and (alarm.rung == LAST_RUNG or alarm.round > 1)


def own_actions(alarm: Alarm, now: datetime) -> list[str]:
    """Name what its own person may do about an alarm."""
    if alarm.state in OVER:
        return []
    return ["cancel"] if can_undo(alarm, now) else ["fine"]


def ladder_actions(state: str) -> list[str]:
    """Name what somebody on the ladder may do about an alarm."""
    if state in OVER or state == "attended":
        return []
    return ["answer", "attend"] if state == "calling" else ["attend"]


def desk_actions(state: str) -> list[str]:
    """Name what the desk may do: as all on the ladder, and close what somebody took care of."""
    return [*ladder_actions(state), *(["close"] if state in {"answered", "attended"} else [])]


def is_new_call(alarm: Alarm, now: datetime, waits: Waits) -> bool:
    """Tell whether a further tap is a new call for help: long after, on an alarm that stopped climbing."""
    stopped = alarm.state in {"answered", "attended"}
    return stopped and now >= alarm.called_at + timedelta(minutes=waits.repeat_minutes)


def _cancelled(alarm: Alarm, at: datetime, waits: Waits) -> Alarm:
    del waits
    if not can_undo(alarm, at):
        raise TooLateToUndo
    return msgspec.structs.replace(alarm, state="cancelled", due_at=None)


def _unmoved(alarm: Alarm, at: datetime, waits: Waits) -> Alarm:
    del at, waits
    return alarm


def _again(alarm: Alarm, at: datetime, waits: Waits) -> Alarm:
    del waits
    if alarm.state not in {"answered", "attended"}:
        return alarm
    return Alarm(state="calling", round=alarm.round + 1, rung=0, due_at=at, called_at=at)


def _rung(alarm: Alarm, at: datetime, waits: Waits) -> Alarm:
    climb = next_rung(alarm)
    due_at = at + timedelta(seconds=waits.rung_seconds[climb.rung - 1])
    return msgspec.structs.replace(alarm, state="calling", round=climb.round, rung=climb.rung, due_at=due_at)


def _nobody(alarm: Alarm, at: datetime, waits: Waits) -> Alarm:
    """Go on at once: the rung found nobody to call, so there is nobody to wait for."""
    del waits
    return msgspec.structs.replace(alarm, due_at=at) if alarm.state == "calling" else alarm


def _answered(alarm: Alarm, at: datetime, waits: Waits) -> Alarm:
    """Stop the climbing; who answers after another only joins."""
    if alarm.state == "pending":
        raise AlarmNotAnswered
    if alarm.state != "calling":
        return alarm
    return msgspec.structs.replace(
        alarm, state="answered", due_at=at + timedelta(minutes=waits.attend_minutes)
    )


def _attended(alarm: Alarm, at: datetime, waits: Waits) -> Alarm:
    del at, waits
    if alarm.state == "pending":
        raise AlarmNotAnswered
    return msgspec.structs.replace(alarm, state="attended", due_at=None)


def _closed(alarm: Alarm, at: datetime, waits: Waits) -> Alarm:
    del at, waits
    if alarm.state not in {"answered", "attended"}:
        raise AlarmNotAnswered
    return msgspec.structs.replace(alarm, state="closed", due_at=None)


_MOVES: Final = {
    "raised": _unmoved, "seen": _unmoved, "fine": _unmoved, "cancelled": _cancelled, "again": _again,
    "rung": _rung, "nobody": _nobody, "answered": _answered, "attended": _attended, "closed": _closed,
}  # fmt: skip
