"""A small clinic on a real database: two centres, doctors, residents, a rule, and ledgers."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from litestar import Litestar, Request
from litestar.di import Provide
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import staff_desk
from api.errors import status_of
from api.sessions import SessionsMiddleware, sessions
from scenes.clinic import jobs, routes, routes_staff
from scenes.clinic.rules.sessions import WindowFacts
from scenes.clinic.rules.windows import Shift
from scenes.clinic.service import schedule
from scenes.clinic.tables import DepartmentRow, DoctorRow
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.service_desk import DeskTools
from scenes.common.booking.voucher import VoucherSigner
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import SHANGHAI, instant
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.kit.refusals import Refusal, Unauthenticated
from scenes.common.people.tables import PatientLinkRow, make_person_row
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.service import upsert_places
from tests.scenes.clinic.rules.samples import RULE
from tests.support.booking import World
from tests.support.clock import AdjustableClock
from tests.support.places import a_place

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


class Clinic(World):
    """Two health centres with a 全科 each; `doctors` are two of equal grade here, one there, one higher."""

    def __init__(self, database: Database, clock: AdjustableClock, cipher: FieldCipher) -> None:
        super().__init__(database, clock)
        self.cipher = cipher
        self.other_place = new_id()
        self.doctors: dict[str, UUID] = {}
        self.staff = Staff(new_id(), new_id(), "clinic", frozenset({self.place}))

    async def furnish(self) -> None:
        """Put places, departments, doctors and the district's rule in."""
        async with self.database.transaction() as session:
            await upsert_places(
                session, [a_place(id=self.place), a_place(id=self.other_place)], now=self.clock()
            )
            for place, names in (
                (self.place, {"李敏": "主治医师", "赵强": "主治医师", "钱进": "主任医师"}),
                (self.other_place, {"孙平": "主治医师"}),
            ):
                await self._staff(session, place, names)
            await schedule.set_rule(session, RULE, since=date(2026, 1, 1))

    async def _staff(self, session: AsyncSession, place: UUID, names: dict[str, str]) -> None:
        department = DepartmentRow(id=new_id(), place_id=place, code="general", name="全科")
        session.add(department)
        await session.flush()
        for name, title in names.items():
            self.doctors[name] = new_id()
            session.add(
                DoctorRow(
                    id=self.doctors[name], place_id=place, department_id=department.id, name=name,
                    title=title, intro="", family=name != "钱进",
                )
            )  # fmt: skip
        await session.flush()

    def shift(self, doctor: str = "李敏", day: date = TUESDAY, **facts: Any) -> Shift:
        """Make a morning's shift, free of charge and of one half-hour unless told otherwise."""
        place = self.other_place if doctor == "孙平" else self.place
        values = {
            "place_id": place, "doctor_id": self.doctors[doctor], "day": day, "period": "am",
            "fee_fen": 0, "starts": time(10), "ends": time(10, 30), **facts,
        }  # fmt: skip
        return Shift(**values)

    async def session_of(self, *shifts: Shift) -> UUID:
        """Publish shifts; answer the first session's id."""
        async with self.database.transaction() as session:
            return (await schedule.publish_schedule(session, shifts)).session_ids[0]

    async def view(self, session_id: UUID) -> schedule.SessionView:
        """Read a session as it stands."""
        async with self.database.read() as session:
            return await schedule.session_of(session, session_id, now=self.clock())

    async def windows(self, session_id: UUID, audience: str = "public") -> list[WindowFacts]:
        """Read the windows of a session for an audience, the first to open first."""
        found = [w for w in (await self.view(session_id)).windows if w.audience == audience]
        return sorted(found, key=lambda w: w.opens_at)

    async def resident(self, name: str = "王芳", birth: date = date(1990, 5, 1), **facts: Any) -> Resident:
        """Let a resident move in and sign in."""
        person = make_person_row(
            self.cipher, new_id(), name=name, birth_date=birth, sex="f", now=self.clock(), **facts
        )
        async with self.database.transaction() as session:
            session.add(person)
        return Resident(person.id, new_id())

    async def link(self, account: Resident, patient: Resident) -> None:
        """Make somebody a patient of an account."""
        row = PatientLinkRow(
            account_id=account.person_id,
            person_id=patient.person_id,
            relation="母亲",
            created_at=self.clock(),
        )
        async with self.database.transaction() as session:
            session.add(row)

    async def relay(self) -> None:
        """Hand out every waiting event to the clinic room."""
        while True:
            async with self.database.transaction() as session:
                if not await relay(session, jobs.HANDLERS, now=self.clock()):
                    break
        failures = await self.rows("SELECT topic, failure FROM outbox WHERE failure IS NOT NULL")
        assert failures == []

    async def events(self, topic: str) -> list[dict[str, Any]]:
        """Read the payloads of a topic."""
        rows = await self.rows("SELECT payload FROM outbox WHERE topic = :t ORDER BY id", t=topic)
        return [row[0] for row in rows]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Name an instant of a Shanghai day."""
    return instant(day, time(hour, minute)).astimezone(SHANGHAI)


class Doors:
    """The clinic room's routes over HTTP, asked as whoever `caller` is."""

    def __init__(self, http: httpx.AsyncClient, parts: dict[str, Any]) -> None:
        self.http = http
        self.parts = parts

    def enter(self, caller: Resident | Staff | None) -> None:
        """Be somebody from now on."""
        self.parts["caller"] = caller

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Send a request with a fresh key; answer status and decoded body."""
        headers = {"Idempotency-Key": str(uuid4())} | more.pop("headers", {})
        answer = await self.http.request(method, path, headers=headers, **more)
        return answer.status_code, answer.json() if answer.content else None


def refused(_: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, str]]:
    return Response({"code": refusal.code}, status_code=status_of(refusal))


def clinic_app(clinic: Clinic, ledger: Ledger, *, fanout: Fanout, directory: PlaceDirectory) -> Any:
    """Mount the room's routes; answers the app and the parts that tests may change."""
    parts: dict[str, Any] = {
        "database": clinic.database, "clock": clinic.clock, "cipher": clinic.cipher, "ledger": ledger,
        "desk_tools": DeskTools(
            database=clinic.database, ledger=ledger, cipher=clinic.cipher, clock=clinic.clock
        ),
        "fanout": fanout, "directory": directory, "caller": None,
        "vouchers": VoucherSigner(b"a secret of a district in a test!"),
    }  # fmt: skip

    def given(name: str, kind: type | None = None) -> Provide:
        def give() -> Any:
            if kind is not None and not isinstance(parts["caller"], kind):
                raise Unauthenticated
            return parts[name]

        return Provide(give, use_cache=False, sync_to_thread=False)

    app = Litestar(
        [*routes.ROUTES, *routes_staff.ROUTES, *staff_desk.ROUTES],
        middleware=[SessionsMiddleware],
        exception_handlers={Refusal: refused},
        dependencies={name: given(name) for name in parts}
        | {
            "resident": given("caller", Resident),
            "staff": given("caller", Staff),
            **sessions(lambda: clinic.database),
        },
    )
    return app, parts


def later(clock: AdjustableClock, **span: float) -> None:
    """Let time pass."""
    clock.advance(timedelta(**span))
