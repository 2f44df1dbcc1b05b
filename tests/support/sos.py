"""A household with an alarm button: an old lady, her daughter, the street's duty officer, and the desk."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.people import service as people
from scenes.common.people.tables import PatientLinkRow, StaffRow, make_person_row
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.eldercare.rules import sos as machine
from scenes.eldercare.service import sos
from scenes.eldercare.service.alarm_log import standing, waits_of
from scenes.eldercare.service.ladder import climb_due
from scenes.eldercare.store import sos as store
from scenes.eldercare.tables.requests import CareCarerRow
from scenes.eldercare.tables.sos import SosAlarmRow, SosDutyRow
from tests.support.clock import AdjustableClock

HOME = (31.2401, 121.4012)


class Silence:
    """A fan-out to which nobody listens."""

    async def publish_all(self, topics: Any, data: bytes) -> None:
        """Say nothing."""


class Household:
    """The people of an alarm, and shortcuts for what every test does."""

    def __init__(self, database: Database, clock: AdjustableClock, cipher: FieldCipher) -> None:
        self.database = database
        self.clock = clock
        self.cipher = cipher
        self.staff = Staff(new_id(), new_id(), "eldercare", frozenset())

    async def move_in(self) -> None:
        """Let everybody move in."""
        self.elder = await self.person("陈秀英", "13800138000", home=HOME)
        self.daughter = await self.person("王芳", "13900139000")
        self.officer = await self.person("李勇", "13700137000")
        self.stranger = await self.person("赵强", "13600136000")
        async with self.database.transaction() as session:
            session.add(
                PatientLinkRow(
                    account_id=self.daughter.person_id, person_id=self.elder.person_id, relation="parent",
                    created_at=self.clock(),
                )
            )  # fmt: skip
            session.add(
                SosDutyRow(
                    id=new_id(), area="曹杨新村", person_id=self.officer.person_id, since=date(2026, 1, 1)
                )
            )

    async def lives_at(self, resident: Resident, address: str) -> None:
        """Let a person write down where they live."""
        async with self.database.transaction() as session:
            change = people.MeChange(address=address)
            await people.change_me(session, resident.person_id, change=change, cipher=self.cipher)

    async def person(self, name: str, phone: str, *, home: tuple[float, float] | None = None) -> Resident:
        """Let one person move in, with the app."""
        row = make_person_row(
            self.cipher, new_id(), name=name, birth_date=date(1948, 5, 1), sex="f", now=self.clock(),
            area="曹杨新村", phone=phone, has_account=True, lat=home[0] if home else None,
            lng=home[1] if home else None,
        )  # fmt: skip
        async with self.database.transaction() as session:
            session.add(row)
        return Resident(row.id, new_id())

    async def hire_carer(self, *, home: tuple[float, float] = HOME) -> Resident:
        """Open a care team with one carer for urgent calls, reached as a resident."""
        carer, staff_id, place_id = await self.person("陆姐", "13500135001"), new_id(), new_id()
        place = PlaceFacts(
            id=place_id, scene="eldercare", kind="day_care", name="日间照料", address="", phone=None,
            lat=home[0], lng=home[1], subdistrict="曹杨新村街道", step_free=True, weekly_hours={},
            hours_source="test", synthetic=True,
        )  # fmt: skip
        async with self.database.transaction() as session:
            await upsert_places(session, [place], now=self.clock())
            session.add(
                StaffRow(
                    id=staff_id, username=str(staff_id), password_hash="", totp_sealed=b"",
                    display_name="陆姐",
                    role="eldercare", created_at=self.clock(),
                )
            )  # fmt: skip
            await session.flush()
            session.add(
                CareCarerRow(
                    staff_id=staff_id, place_id=place_id, sex="f", skills=["urgent"],
                    person_id=carer.person_id,
                )
            )  # fmt: skip
        return carer

    async def tap(self, **more: Any) -> tuple[UUID, bool]:
        """Press the button."""
        who = self.elder.person_id
        facts: dict[str, Any] = {"person_id": who, "raised_by": who} | more
        async with self.database.transaction() as session:
            row, new = await sos.raise_alarm(session, sos.Plea(**facts), cipher=self.cipher, now=self.clock())
        return row.id, new

    async def climb(self) -> int:
        """Let the job run once."""
        return await climb_due(self.database, Silence(), clock=self.clock)  # pyright: ignore[reportArgumentType]

    async def wait(self, seconds: float, *, every: float = 1) -> None:
        """Let time pass with the job running."""
        for _ in range(int(seconds // every)):
            self.clock.advance(timedelta(seconds=every))
            await self.climb()

    async def row(self, alarm_id: UUID) -> SosAlarmRow:
        """Read an alarm."""
        async with self.database.read() as session:
            row = await store.alarm(session, alarm_id)
        assert row is not None
        return row

    async def view(self, alarm_id: UUID) -> sos.AlarmView:
        """Read all of an alarm."""
        async with self.database.read() as session:
            row = await store.alarm(session, alarm_id)
            assert row is not None
            return await sos.view_of(session, row)

    async def log(self, alarm_id: UUID) -> list[tuple[str, int, int]]:
        """Read an alarm's log: what, at which round and rung."""
        return [(step.kind, step.round, step.rung) for step in (await self.view(alarm_id)).steps]

    async def inbox(self, who: Resident) -> list[str]:
        """Read the headlines of somebody's inbox."""
        async with self.database.read() as session:
            found = await session.execute(
                text("SELECT title FROM inbox_message WHERE person_id = :who ORDER BY id"),
                {"who": who.person_id},
            )
        return [row[0] for row in found]

    async def check(self) -> None:
        """Hold every alarm to its log: the row is the replay, times never go back, no rung twice."""
        async with self.database.read() as session:
            ids = (await session.execute(text("SELECT id FROM sos_alarm"))).scalars().all()
        for alarm_id in ids:
            view = await self.view(alarm_id)
            hold_to_log(view)


def hold_to_log(view: sos.AlarmView) -> None:
    """Assert that an alarm is the replay of its log."""
    undo = int((view.row.undo_until - view.row.raised_at).total_seconds())
    log: list[Any] = [
        machine.Step(kind=step.kind, at=step.at, undo_seconds=undo)  # pyright: ignore[reportArgumentType]
        for step in view.steps
    ]
    assert machine.replay(log, waits_of(view.row)) == standing(view.row)
    assert [step.at for step in view.steps] == sorted(step.at for step in view.steps)
    assert [step.seq for step in view.steps] == list(range(1, view.row.last_seq + 1))
    rungs = [(step.round, step.rung) for step in view.steps if step.kind == "rung"]
    assert len(set(rungs)) == len(rungs)
    assert {(call.round, call.rung) for call in view.calls} == set(rungs)
