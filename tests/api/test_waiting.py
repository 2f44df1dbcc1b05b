"""The menu's numbers over HTTP: for each account what its own lists show, read once, and never in the way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from accessibility.flows.tables import CallbackRequestRow
from api.lifespan import House
from api.waiting.counts import Waiting
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Busy
from scenes.common.notices import service as notices
from scenes.common.notices.rules import Facts
from scenes.eldercare.jobs_sos import climb
from scenes.eldercare.service import sos_desk
from tests.support.care import CareTown
from tests.support.clock import AdjustableClock
from tests.support.notices import move_in
from tests.support.sos import Household
from tests.support.stuck import stuck_money
from tests.support.whole import Whole, good, refusal, staff_of

LISTS = {
    "/staff/eldercare": "/staff/requests", "/staff/sos": "/staff/sos", "/staff/calls": "/staff/calls",
    "/staff/callbacks": "/staff/callbacks", "/staff/stuck-refunds": "/staff/stuck-refunds",
}  # fmt: skip
"""Each counted page, and the call that lists the same."""

FORBIDDEN = 403

PATIENT = 30.0
"""Seconds nobody waits here: where the reading itself is looked at, a busy machine must not turn it away."""


class Desks:
    """A morning with something on every list."""

    def __init__(self, house: House, clock: AdjustableClock) -> None:
        self.house = house
        self.clock = clock
        self.household = Household(house.database, clock, house.cipher)
        self.town = CareTown(house.database, clock, house.cipher)
        self.district = staff_of("district")

    async def fill(self) -> None:
        """Two alarms and a drill at the desk, one that can be taken back, one closed; requests; calls."""
        await self.household.move_in()
        await self.town.furnish()
        for who in (self.household.elder, self.household.officer, self.household.daughter):
            await self.household.tap(person_id=who.person_id, raised_by=who.person_id)
        async with self.house.database.transaction() as session:
            await sos_desk.start_drill(
                session, self.district, self.household.stranger.person_id, cipher=self.house.cipher,
                now=self.clock(),
            )  # fmt: skip
        self.clock.advance(timedelta(seconds=11))
        await climb(self.house.works())
        await self.close(self.household.officer)
        await self.household.tap(
            person_id=self.town.elder.person_id, raised_by=self.town.elder.person_id
        )  # still to be taken back
        self.at_lus = (await self.town.ask()).row.id
        self.with_nobody = (await self.town.ask(by=self.town.stranger)).row.id
        await self.town.assign(self.at_lus, self.town.lu)
        elsewhere = (await self.town.ask("nursing", agreed=True)).row.id
        await self.household.hire_carer()
        other = "SELECT place_id FROM care_carer WHERE place_id <> :here"
        [[self.elsewhere]] = await self.town.rows(other, here=self.town.place)
        await self.write(
            "UPDATE care_request SET place_id = :place WHERE id = :id", place=self.elsewhere, id=elsewhere
        )
        async with self.house.database.transaction() as session:
            for who in (self.town.elder, self.town.stranger):
                asked = {"person_id": who.person_id, "requested_by": who.person_id}
                session.add(CallbackRequestRow(id=new_id(), asked_at=self.clock(), **asked))
            await stuck_money(session, self.house.cipher, self.clock, phone=None)
            for news in ("now", "later"):
                person = await move_in(session, self.house.cipher, account=False)
                await notices.tell(
                    session, person, dedupe=news, template="session_stopped", facts=Facts(title="内科"),
                    now=self.clock(),
                )  # fmt: skip
        await self.write(
            "UPDATE notice_delivery SET taken_by = :lu, taken_at = :now, next_try_at = :later"
            " WHERE message_id = (SELECT id FROM inbox_message WHERE dedupe = 'later')",
            lu=self.town.lu.staff_id, now=self.clock(), later=self.clock() + timedelta(hours=1),
        )  # fmt: skip
        self.clock.advance(timedelta(minutes=1))

    async def write(self, statement: str, **facts: Any) -> None:
        """Change rows."""
        async with self.house.database.transaction() as session:
            await session.execute(text(statement), facts)

    async def close(self, who: Resident) -> None:
        """Answer somebody's alarm and close it."""
        [[alarm_id]] = await self.town.rows("SELECT id FROM sos_alarm WHERE person_id = :p", p=who.person_id)
        async with self.house.database.transaction() as session:
            await sos_desk.answer(session, self.district, alarm_id, now=self.clock())
            await sos_desk.close(
                session, self.district, alarm_id, result="helped", note="", cipher=self.house.cipher,
                now=self.clock(),
            )  # fmt: skip


@pytest.fixture
async def desks(house: House, clock: AdjustableClock, forgotten: None) -> Desks:
    assert forgotten is None
    desks = Desks(house, clock)
    await desks.fill()
    return desks


@pytest.fixture
async def whole(desks: Desks, whole: Whole) -> Whole:
    assert desks.at_lus
    whole.house.waiting._patience = PATIENT
    return whole


async def told(whole: Whole, staff: Staff) -> dict[str, int]:
    """Read an account's numbers by page."""
    items = good(await whole.get("/staff/waiting", staff))["items"]
    return {item["page"]: item["waiting"] for item in items}


async def listed(whole: Whole, staff: Staff) -> dict[str, int]:
    """Count what the lists themselves show an account; a list that it may not open is not there."""
    found: dict[str, int] = {}
    for page, call in LISTS.items():
        answer = await whole.get(call, staff)
        if answer.status_code != FORBIDDEN:
            shown = good(answer)
            found[page] = len(shown["open"] if page == "/staff/sos" else shown["items"])
    return found


CARE, SOS, CALLS, BACKS, STUCK = LISTS
"""The counted pages."""

ACCOUNTS: dict[str, tuple[Callable[[Desks], Staff], dict[str, int]]] = {
    "this venue's desk": (lambda desks: desks.town.desk, {CARE: 5, SOS: 3, CALLS: 1, BACKS: 2}),
    "the other venue's desk": (
        lambda desks: staff_of("eldercare", desks.elsewhere), {CARE: 4, SOS: 3, CALLS: 1, BACKS: 2}
    ),
    "a desk without a venue": (lambda _: staff_of("eldercare"), {CARE: 3, SOS: 3, CALLS: 1, BACKS: 2}),
    "a carer who was sent": (lambda desks: desks.town.lu, {CARE: 1, SOS: 3, CALLS: 2, BACKS: 2}),
    "a carer who was not": (lambda desks: desks.town.gu, {CARE: 0, SOS: 3, CALLS: 1, BACKS: 2}),
    "the district": (lambda desks: desks.district, {CARE: 6, SOS: 3, CALLS: 1, BACKS: 2, STUCK: 1}),
    "a clinic": (lambda desks: staff_of("clinic", desks.town.place), {BACKS: 2}),
    "a charging site": (lambda desks: staff_of("charging", desks.town.place), {}),
    "a kitchen": (lambda desks: staff_of("breakfast", desks.town.place), {}),
    "an auditor": (lambda _: staff_of("auditor"), {}),
}  # fmt: skip


@pytest.mark.parametrize("account", ACCOUNTS)
async def test_each_account_is_told_what_its_own_lists_show(desks: Desks, whole: Whole, account: str) -> None:
    make, numbers = ACCOUNTS[account]
    staff = make(desks)
    assert await told(whole, staff) == numbers
    assert await listed(whole, staff) == numbers


async def test_a_number_is_told_as_it_is_shown_and_spoken(desks: Desks, whole: Whole) -> None:
    clinic = staff_of("clinic")
    [item] = good(await whole.get("/staff/waiting", clinic))["items"]
    assert item == {"page": BACKS, "waiting": 2, "label": "2", "speak": "回电,2 条待处理"}
    await desks.write("DELETE FROM callback_request")
    desks.clock.advance(timedelta(seconds=1))
    [item] = good(await whole.get("/staff/waiting", clinic))["items"]
    assert item == {"page": BACKS, "waiting": 0, "label": "", "speak": "回电"}
    await desks.write(
        "INSERT INTO callback_request (id, person_id, requested_by, state, asked_at)"
        " SELECT p, p, p, 'waiting', now()"
        " FROM (SELECT gen_random_uuid() AS p FROM generate_series(1, 100)) AS many"
    )
    desks.clock.advance(timedelta(seconds=1))
    [item] = good(await whole.get("/staff/waiting", clinic))["items"]
    assert item == {"page": BACKS, "waiting": 100, "label": "99+", "speak": "回电,100 条待处理"}


async def test_what_one_has_just_done_is_counted_at_once(desks: Desks, whole: Whole) -> None:
    assert (await told(whole, desks.district))[BACKS] == 2
    [first, _] = good(await whole.get("/staff/callbacks", desks.district))["items"]
    for act in ("take", "done"):
        good(await whole.post(f"/staff/callbacks/{first['id']}/{act}", desks.district))
    assert (await told(whole, desks.district))[BACKS] == 1


async def test_all_accounts_share_one_reading_a_second(desks: Desks, whole: Whole) -> None:
    class Counting(Database):
        readings = 0

        @asynccontextmanager
        async def read_for_many(self) -> AsyncIterator[Any]:
            Counting.readings += 1
            async with super().read_for_many() as session:
                yield session

    assert whole.house
    database = Counting(desks.house.database.url)
    waiting = Waiting(database, desks.clock, patience=PATIENT)
    accounts = [make(desks) for make, _ in ACCOUNTS.values()]
    await asyncio.gather(*(waiting.of(staff) for staff in accounts * 5))
    desks.clock.advance(timedelta(seconds=0.9))
    await waiting.of(desks.district)
    assert Counting.readings == 1
    desks.clock.advance(timedelta(seconds=0.2))
    await waiting.of(desks.district)
    await waiting.of(staff_of("auditor"))
    assert Counting.readings == 2
    await database.close()


async def test_the_console_comes_without_numbers_where_they_cannot_be_told(
    desks: Desks, whole: Whole
) -> None:
    async with desks.house.database.read_for_many(), desks.house.database.read_for_many():
        waiting = Waiting(desks.house.database, desks.clock, patience=0.01)
        with pytest.raises(Busy):
            await waiting.of(desks.district)
        assert await waiting.for_menu(desks.district, "/staff/sos") == {}
        whole.house.waiting._patience = 0.01
        answer = await whole.get("/staff/waiting", desks.district)
        assert refusal(answer) == (503, "busy")
    whole.house.waiting._patience = PATIENT
    assert await told(whole, desks.district) == ACCOUNTS["the district"][1]


async def scraped(whole: Whole) -> dict[str, float]:
    """Read the figures of the lists as Prometheus does."""
    page = (await whole.http.get("/metrics")).text
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return {line.labels["list"]: line.value for line in samples if line.name == "lifecircle_waiting"}


async def test_an_engineer_watches_what_waits_at_the_desks(desks: Desks, whole: Whole) -> None:
    first = {"alarms": 3, "care_requests": 3, "calls": 1, "call_backs": 2, "stuck_refunds": 1}
    assert await scraped(whole) == first
    await desks.write("DELETE FROM callback_request")
    desks.clock.advance(timedelta(seconds=1))
    assert await scraped(whole) == first | {"call_backs": 0}
    desks.clock.advance(timedelta(seconds=1))
    async with desks.house.database.read_for_many(), desks.house.database.read_for_many():
        whole.house.waiting._patience = 0.01
        assert await scraped(whole) == {}


async def test_another_trouble_than_load_is_not_hidden(desks: Desks, whole: Whole) -> None:
    assert whole.house
    await desks.write("ALTER TABLE callback_request RENAME TO gone")
    waiting = Waiting(desks.house.database, desks.clock, patience=PATIENT)
    with pytest.raises(ProgrammingError):
        await waiting.for_menu(desks.district, "/staff/sos")


async def test_nothing_is_counted_outside_the_console_or_for_residents(desks: Desks, whole: Whole) -> None:
    waiting = whole.house.waiting
    assert await waiting.for_menu(desks.district, "/") == {}
    assert await waiting.for_menu(desks.town.elder, "/staff/sos") == {}
    assert refusal(await whole.get("/staff/waiting", desks.town.elder)) == (403, "forbidden")
    assert refusal(await whole.get("/staff/waiting")) == (401, "unauthenticated")
