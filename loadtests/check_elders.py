"""What only guided flows can get wrong: a run done twice, a draft that forgot, an act in the wrong name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from api import history_file as file
from api.history import examine
from loadtests.check import Facts, broken, found_by, true_bookings, true_windows
from loadtests.record import STEP_CALLS, Call

BOOKING_FLOWS: Final = frozenset({"clinic", "breakfast", "charging"})
"""Flows whose undoing cancels the booking that they made."""

CALLED_OFF: Final = "cancelled"


class RunFact(msgspec.Struct, frozen=True, kw_only=True):
    """A run as stored: whose it is, who answered last, its draft's answers, and how often rooms said yes.

    `booking` and `booking_state` are empty without one, `owner` is the booking's person.
    """

    id: str
    person: str
    acted_by: str
    flow: str
    state: str
    version: int
    answers: tuple[str, ...]
    acts: int
    booking: str = ""
    booking_state: str = ""
    owner: str = ""


def of_the_elders(calls: Sequence[Call], facts: Facts, runs: Sequence[RunFact]) -> list[str]:
    """Return every way in which the record and the database disagree."""
    truth = examine(file.History((), file.Truth(true_windows(facts), true_bookings(facts)))).violations
    checks = (done_twice(runs), forgotten(calls, runs), in_another_name(calls, runs), half_done(runs))
    return [*truth, *found_by((broken,), calls, facts), *(found for check in checks for found in check)]


def done_twice(runs: Sequence[RunFact]) -> Iterable[str]:
    """Find runs for which rooms did more than one thing, and bookings that are what two runs made."""
    makers: dict[str, list[str]] = defaultdict(list)
    for run in runs:
        if run.acts > 1:
            yield f"twice: run {run.id} was done {run.acts} times"
        if run.booking and run.flow in BOOKING_FLOWS:
            makers[run.booking].append(run.id)
    for booking, several in makers.items():
        if len(several) > 1:
            yield f"twice: booking {booking} is said to be of {len(several)} runs"


def forgotten(calls: Sequence[Call], runs: Sequence[RunFact]) -> Iterable[str]:
    """Find acknowledged steps that are not kept: runs that are gone or went back, and lost answers."""
    stored = {run.id: run for run in runs}
    for run_id, several in _by_run(calls).items():
        run, seen = stored.get(run_id), [call for call in several if call.step]
        if run is None:
            if seen:
                yield f"forgotten: run {run_id} is gone"
            continue
        newest = max(call.version for call in seen) if seen else 0
        if run.version < newest:
            yield f"forgotten: run {run_id} is at version {run.version}, {newest} was shown"
        last = several[-1]
        if last.step and run.version == last.version and run.state != last.step:
            yield f"forgotten: run {run_id} was shown as {last.step} and is {run.state}"
        if last.kept and run.version == last.version and last.choice not in run.answers:
            yield f"forgotten: run {run_id} does not have the answer {last.choice}"


def in_another_name(calls: Sequence[Call], runs: Sequence[RunFact]) -> Iterable[str]:
    """Find runs and bookings of somebody else than whom they were asked for."""
    stored = {run.id: run for run in runs}
    for run_id, several in _by_run(calls).items():
        run, meant = stored.get(run_id), several[-1].behalf or several[-1].person
        if run is not None and (run.person, run.acted_by) != (meant, several[-1].person):
            yield f"name: run {run_id} is of {run.person}, answered by {run.acted_by}, meant for {meant}"
    for run in runs:
        if run.booking and run.owner != run.person:
            yield f"name: booking {run.booking} of {run.owner or 'nobody'} is of a run of {run.person}"


def half_done(runs: Sequence[RunFact]) -> Iterable[str]:
    """Find runs that say done without an act, and undone while their booking stands."""
    for run in runs:
        if run.state in {"done", "undone"} and run.flow in BOOKING_FLOWS and not run.booking:
            yield f"half: run {run.id} is {run.state} and has no booking"
        if run.state == "undone" and run.flow in BOOKING_FLOWS and run.booking_state != CALLED_OFF:
            yield f"half: run {run.id} is undone, its booking {run.booking} is {run.booking_state}"


def _by_run(calls: Sequence[Call]) -> dict[str, list[Call]]:
    """Gather the calls about each run, in the order they were sent."""
    gathered: dict[str, list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda each: each.at):
        if call.call in STEP_CALLS and call.run:
            gathered[call.run].append(call)
    return gathered
