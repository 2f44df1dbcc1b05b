"""Publishing shifts as sessions with windows, and reading them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic.errors import ClinicNotFound, DoctorNotFound, SessionNotFound
from scenes.clinic.rules.rule import ClinicRule, DatedRule, check_rule, rule_for
from scenes.clinic.rules.sessions import SessionState, WindowFacts, session_state
from scenes.clinic.rules.windows import Shift, day_before, hours_of, release_at, windows_for
from scenes.clinic.tables import ClinicRuleRow, ClinicSessionRow, DepartmentRow, DoctorRow
from scenes.common.booking import service as booking
from scenes.common.booking import store as booking_store
from scenes.common.booking.offering import NewWindow
from scenes.common.kit.ids import new_id

SCENE: Final = "clinic"
BATCH: Final = 500
"""Sessions written by one statement."""


class Published(msgspec.Struct, frozen=True):
    """What publishing did: the new sessions, how many windows they have, how many shifts were there."""

    session_ids: tuple[UUID, ...]
    windows: int
    known: int


class SessionView(msgspec.Struct, frozen=True):
    """A session as it stands, with its doctor, department and windows."""

    row: ClinicSessionRow
    doctor: DoctorRow
    department: DepartmentRow
    windows: tuple[WindowFacts, ...]

    def state(self, now: datetime) -> SessionState:
        """Say how the session stands."""
        return session_state(
            self.windows, stopped=self.row.state == "stopped", releases_at=self.row.release_at, now=now
        )


async def set_rule(
    session: AsyncSession,
    rule: ClinicRule,
    *,
    since: date,
    until: date | None = None,
    place_id: UUID | None = None,
) -> None:
    """Put a rule in force from a day on, for the district or for one venue (RuleInvalid)."""
    check_rule(rule)
    row = ClinicRuleRow(
        id=new_id(), place_id=place_id, valid_from=since, valid_until=until, rule=msgspec.to_builtins(rule)
    )
    session.add(row)
    await session.flush()


async def rules_in_force(session: AsyncSession) -> list[DatedRule]:
    """Read every rule, to choose by venue and day."""
    return [DatedRule(r.place_id, r.valid_from, r.valid_until, r.rule) for r in await store.rules(session)]


async def publish_schedule(session: AsyncSession, shifts: Sequence[Shift]) -> Published:
    """Publish shifts; a shift of the same venue, doctor, day and half-day is left as it is.

    Refuses with DoctorNotFound, RuleMissing, ShiftInvalid, and then publishes none. Thousands are fine.
    """
    staff = {found[0].id: found for found in await store.doctors(session, {s.doctor_id for s in shifts})}
    rules = await rules_in_force(session)
    published: list[UUID] = []
    windows = 0
    for start in range(0, len(shifts), BATCH):
        batch = [_Draft.of(shift, staff, rules) for shift in shifts[start : start + BATCH]]
        written = await store.add_sessions(session, [draft.columns() for draft in batch])
        rows = [row for draft in batch if draft.id in written for row in draft.windows()]
        await booking.publish_windows(session, rows)
        published += [draft.id for draft in batch if draft.id in written]
        windows += len(rows)
    return Published(tuple(published), windows, len(shifts) - len(published))


class _Draft(msgspec.Struct, frozen=True):
    """A shift about to be published under the rule of its day."""

    id: UUID
    shift: Shift
    rule: ClinicRule
    doctor: DoctorRow
    department: DepartmentRow

    @classmethod
    def of(
        cls, shift: Shift, staff: dict[UUID, tuple[DoctorRow, DepartmentRow]], rules: Sequence[DatedRule]
    ) -> "_Draft":
        found = staff.get(shift.doctor_id)
        if found is None or found[0].place_id != shift.place_id:
            raise DoctorNotFound
        return cls(new_id(), shift, rule_for(shift.place_id, shift.day, rules), *found)

    def columns(self) -> dict[str, Any]:
        shift, rule = self.shift, self.rule
        starts_at, ends_at = hours_of(shift, rule)
        return {
            "id": self.id, "place_id": shift.place_id, "department_id": self.department.id,
            "doctor_id": shift.doctor_id, "day": shift.day, "period": shift.period,
            "starts_at": starts_at, "ends_at": ends_at, "fee_fen": shift.fee_fen,
            "grade": self.doctor.title, "release_at": release_at(shift.day, rule),
            "waitlist_until": day_before(shift.day, rule.waitlist_until), "state": "open",
        }  # fmt: skip

    def windows(self) -> list[NewWindow]:
        title = f"{self.department.name} {self.doctor.name} {self.doctor.title}"
        return [
            NewWindow(
                id=new_id(), scene=SCENE, place_id=self.shift.place_id, group_id=self.id, title=title,
                resource=self.doctor.name, starts_at=plan.starts_at, ends_at=plan.ends_at,
                capacity=plan.capacity, opens_at=plan.opens_at, closes_at=plan.closes_at,
                audience=plan.audience, falls_through_at=plan.falls_through_at,
                price_fen=self.shift.fee_fen, hold_seconds=plan.hold_seconds,
                terms=msgspec.to_builtins(plan.terms),
            )
            for plan in windows_for(self.shift, self.rule)
        ]  # fmt: skip


async def departments_of(session: AsyncSession, place_id: UUID) -> Sequence[DepartmentRow]:
    """List a venue's departments (ClinicNotFound when it has none)."""
    found = await store.departments(session, place_id)
    if not found:
        raise ClinicNotFound
    return found


async def sessions_of(  # noqa: PLR0913 - the filters of a list
    session: AsyncSession,
    place_id: UUID,
    *,
    first: date,
    last: date,
    department_id: UUID | None = None,
    after: tuple[date, str, str, UUID] | None = None,
    limit: int = 500,
    now: datetime,
) -> list[SessionView]:
    """List a venue's sessions with their windows in two statements."""
    found = await store.sessions(
        session, place_id, first=first, last=last, department_id=department_id, after=after, limit=limit
    )
    return await _with_windows(session, found, now)


async def session_of(session: AsyncSession, session_id: UUID, *, now: datetime) -> SessionView:
    """Read one session with its windows (SessionNotFound)."""
    found = await store.session_facts(session, session_id)
    if found is None:
        raise SessionNotFound
    return (await _with_windows(session, [found], now))[0]


async def _with_windows(
    session: AsyncSession, found: Iterable[store.SessionFacts], now: datetime
) -> list[SessionView]:
    facts = list(found)
    windows: dict[UUID, list[WindowFacts]] = {row.id: [] for row, *_ in facts}
    if facts:
        for window in await booking_store.windows_of(session, list(windows), now):
            windows[window["group_id"]].append(_facts(window))
    return [SessionView(row, doctor, dept, tuple(windows[row.id])) for row, doctor, dept in facts]


def _facts(window: Any) -> WindowFacts:
    return WindowFacts(**{name: window[name] for name in WindowFacts.__struct_fields__})


async def free_numbers(
    session: AsyncSession, *, days: int, now: datetime
) -> dict[UUID, tuple[int, int, datetime]]:
    """Count per venue the numbers that can be booked now, of all there are in the next days."""
    rows = await store.free_by_place(session, now=now, until=now + timedelta(days=days))
    return {row["place_id"]: (int(row["free"]), int(row["capacity"]), now) for row in rows}
