"""A care team with its catalogue, two carers, a shift, and an elder who may ask."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import relay
from scenes.common.people.tables import PatientLinkRow, StaffPlaceRow, StaffRow, make_person_row
from scenes.common.places.service import PlaceFacts, upsert_places
from scenes.eldercare import jobs_requests
from scenes.eldercare.service import asking, desk, requests
from scenes.eldercare.service.requests import RequestView, Wish
from scenes.eldercare.tables.requests import CareCarerRow, CareServiceRow, CareShiftRow, CareTermsRow
from tests.support.booking import World
from tests.support.clock import AdjustableClock

ASKED = b"c" * 16
CODE_OF = "SELECT code FROM care_request WHERE id = :id"
NURSING = "我愿意让护士上门。"


class CareTown(World):
    """The people and the rows of one test."""

    def __init__(self, database: Database, clock: AdjustableClock, cipher: FieldCipher) -> None:
        super().__init__(database, clock)
        self.cipher = cipher
        self.services: dict[str, UUID] = {}

    async def furnish(self) -> None:
        """Open a team with an errand (at once), a bath (by the hour, 80 yuan), and nursing (agreement)."""
        place = PlaceFacts(
            id=self.place, scene="eldercare", kind="day_care", name="曹杨日间照料中心", address="",
            phone=None,
            lat=31.24, lng=121.40, subdistrict="曹杨新村街道", step_free=True, weekly_hours={},
            hours_source="test", synthetic=True,
        )  # fmt: skip
        async with self.database.transaction() as session:
            await upsert_places(session, [place], now=self.clock())
        await self.service("errand", {"promiseMinutes": 60, "acceptMinutes": 15})
        await self.service("bath", {"priceFen": 8000, "subsidyFen": 3000}, by_window=True)
        await self.service("nursing", {"agreement": NURSING, "minAge": 0})
        self.lu, self.gu = await self.carer("陆护理员", "f"), await self.carer("顾护理员", "m")
        self.desk = Staff(new_id(), new_id(), "eldercare", frozenset({self.place}))
        self.elder = await self.person("陈秀英", date(1940, 5, 1))
        self.stranger = await self.person("赵强", date(1950, 5, 1))

    async def service(
        self, code: str, terms: dict[str, Any], *, by_window: bool = False, accompanies: str | None = None
    ) -> None:
        """Put a service into the catalogue, with terms since January."""
        self.services[code] = service_id = new_id()
        row = CareServiceRow(
            id=service_id, code=code, name=code, summary="", prepare="", skill=code, by_window=by_window,
            position=len(self.services), accompanies=accompanies,
        )  # fmt: skip
        dated = CareTermsRow(id=new_id(), service_id=service_id, since=date(2026, 1, 1), values=terms)
        async with self.database.transaction() as session:
            session.add(row)
            await session.flush()
            session.add(dated)

    async def meals(self) -> None:
        """Bring meals (助餐) within the hour."""
        await self.service("meal", {"promiseMinutes": 60})
        async with self.database.transaction() as session:
            await session.execute(text("UPDATE care_service SET name = '助餐' WHERE code = 'meal'"))

    async def carer(self, name: str, sex: str) -> Staff:
        """Take on a carer who can do all."""
        staff_id = new_id()
        async with self.database.transaction() as session:
            session.add(
                StaffRow(
                    id=staff_id, username=str(staff_id), password_hash="", totp_sealed=b"", display_name=name,
                    role="eldercare", created_at=self.clock(),
                )
            )  # fmt: skip
            await session.flush()
            session.add(StaffPlaceRow(staff_id=staff_id, place_id=self.place))
            skills = ["errand", "bath", "nursing"]
            session.add(CareCarerRow(staff_id=staff_id, place_id=self.place, sex=sex, skills=skills))
        return Staff(staff_id, new_id(), "eldercare", frozenset({self.place}))

    async def person(self, name: str, born: date) -> Resident:
        """Let somebody move in."""
        row = make_person_row(
            self.cipher, new_id(), name=name, birth_date=born, sex="f", now=self.clock(), phone=None,
            has_account=True, lat=31.241, lng=121.401,
        )  # fmt: skip
        async with self.database.transaction() as session:
            session.add(row)
        return Resident(row.id, new_id())

    async def daughter(self) -> Resident:
        """Let the elder's daughter move in, whose patient she is."""
        found = await self.person("王芳", date(1975, 5, 1))
        link = PatientLinkRow(
            account_id=found.person_id, person_id=self.elder.person_id, relation="parent",
            created_at=self.clock(),
        )  # fmt: skip
        async with self.database.transaction() as session:
            session.add(link)
        return found

    async def bath_time(self, *, price_fen: int = 8000, capacity: int = 1) -> UUID:
        """Publish a time for a bath tomorrow."""
        starts = self.clock() + timedelta(days=1)
        shift = CareShiftRow(
            id=new_id(), service_id=self.services["bath"], place_id=self.place, day=starts.date()
        )
        window: BookingWindowRow = self.window(
            scene="eldercare", group_id=shift.id, price_fen=price_fen, capacity=capacity
        )
        async with self.database.transaction() as session:
            session.add_all([shift, window])
            return window.id

    async def escort_time(self) -> UUID:
        """Offer to go along to the clinic (助医), free of charge, at this hour of tomorrow."""
        await self.service("doctor", {}, by_window=True, accompanies="clinic")
        starts = self.clock() + timedelta(days=1)
        shift = CareShiftRow(
            id=new_id(), service_id=self.services["doctor"], place_id=self.place, day=starts.date()
        )
        window = self.window(scene="eldercare", group_id=shift.id)
        async with self.database.transaction() as session:
            session.add_all([shift, window])
            return window.id

    async def ask_escort(self, ledger: Any, window_id: UUID, *, by: Resident, **more: Any) -> UUID:
        """Ask for somebody to go along to the clinic; answer the request."""
        wish = Wish(service_id=self.services["doctor"], window_id=window_id, **more)
        view, _ = await asking.ask_with_time(
            ledger, self.database, resident=by, wish=wish, cipher=self.cipher, clock=self.clock,
            key=str(uuid4()), mark=ASKED,
        )  # fmt: skip
        return view.row.id

    async def ask(self, code: str = "errand", *, by: Resident | None = None, **more: Any) -> RequestView:
        """Ask for something at once."""
        resident, wish = by or self.elder, Wish(service_id=self.services[code], **more)
        async with self.database.transaction() as session:
            asked = await requests.check(session, resident, wish, now=self.clock())
            row = await requests.open_now(session, resident, asked, cipher=self.cipher, now=self.clock())
            return await requests.view_of(session, row, self.cipher)

    async def ask_bath(self, ledger: Any, window_id: UUID, *, key: str = "") -> tuple[RequestView, bool]:
        """Ask for a bath at a time."""
        wish = Wish(service_id=self.services["bath"], window_id=window_id, note="腿脚不便")
        return await asking.ask_with_time(
            ledger, self.database, resident=self.elder, wish=wish, cipher=self.cipher, clock=self.clock,
            key=key or str(uuid4()), mark=ASKED,
        )  # fmt: skip

    async def assign(self, request_id: UUID, carer: Staff, *, by: Staff | None = None) -> None:
        """Send a carer."""
        async with self.database.transaction() as session:
            await desk.assign(
                session, by or self.desk, request_id, carer_id=carer.staff_id, cipher=self.cipher,
                now=self.clock(),
            )  # fmt: skip

    async def step(self, request_id: UUID, event: str, by: Staff) -> None:
        """Accept, give back, or decline."""
        async with self.database.transaction() as session:
            await desk.step(session, by, request_id, event=event, now=self.clock())

    async def arrive(self, request_id: UUID, by: Staff, *, code: str | None = None, note: str = "") -> None:
        """Be at the door."""
        async with self.database.transaction() as session:
            await desk.arrive(session, by, request_id, code=code, note=note, now=self.clock())

    async def complete(self, request_id: UUID, by: Staff) -> None:
        """Be done."""
        async with self.database.transaction() as session:
            await desk.complete(
                session, by, request_id, report="血压正常", cipher=self.cipher, now=self.clock()
            )

    async def relay(self) -> None:
        """Hand the bookings' events to the room."""
        async with self.database.transaction() as session:
            await relay(session, jobs_requests.HANDLERS, now=self.clock())
        assert await self.rows("SELECT failure FROM outbox WHERE failure IS NOT NULL") == []

    async def state(self, request_id: UUID) -> str:
        """Read where a request stands."""
        found = await self.rows("SELECT state FROM care_request WHERE id = :id", id=request_id)
        return str(found[0][0])

    async def told(self, person: Resident) -> list[str]:
        """Read the headlines of a person's inbox in order."""
        asked = "SELECT title FROM inbox_message WHERE person_id = :p ORDER BY id"
        return [row[0] for row in await self.rows(asked, p=person.person_id)]
