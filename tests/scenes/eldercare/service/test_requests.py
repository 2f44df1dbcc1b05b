"""A request for care from the wish to the rating, over real rows and a real ledger."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from scenes.common.booking.errors import AlreadyBooked, WindowFull
from scenes.common.booking.ledger import Ledger, Move
from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Refusal
from scenes.common.people.errors import PatientNotFound
from scenes.eldercare import jobs_requests
from scenes.eldercare.errors import (
    AgreementNeeded,
    ArrivalUnproved,
    CarerNotFound,
    NotTheCareDesk,
    RequestMoveIllegal,
    RequestNotFound,
    TooYoung,
    WindowNeeded,
)
from scenes.eldercare.service import asking, desk, requests
from tests.support.care import CODE_OF, CareTown
from tests.support.clock import AdjustableClock


@pytest.fixture
async def town(database: Database, clock: AdjustableClock, cipher: FieldCipher) -> AsyncIterator[CareTown]:
    town = CareTown(database, clock, cipher)
    await town.furnish()
    yield town
    await town.stop()


@pytest.fixture
async def ledger(town: CareTown) -> Ledger:
    return await town.ledger()


def works(town: CareTown, ledger: Ledger | None = None) -> Any:
    return SimpleNamespace(database=town.database, clock=town.clock, ledger=ledger)


async def rate(town: CareTown, request_id: UUID, stars: int) -> None:
    async with town.database.transaction() as session:
        row = await requests.own(session, town.elder, request_id, lock=True)
        await requests.rate(session, row, stars=stars, by=town.elder.person_id, now=town.clock())


async def queue(town: CareTown, staff: Staff) -> list[tuple[UUID, str]]:
    async with town.database.read() as session:
        return [(item.id, item.state) for item in await desk.queue(session, staff)]


async def refusal_of(act: Any) -> type[Refusal]:
    with pytest.raises(Refusal) as refused:
        await act
    return refused.type


async def test_from_the_wish_to_the_stars(town: CareTown) -> None:
    request_id = (await town.ask(note="买降压药")).row.id
    await town.assign(request_id, town.lu)
    await town.step(request_id, "accept", town.lu)
    code = (await town.rows(CODE_OF, id=request_id))[0][0]
    await town.arrive(request_id, town.lu, code=code)
    await town.complete(request_id, town.lu)
    await rate(town, request_id, 5)
    assert await town.told(town.elder) == ["派了人,等他答应", "有人来帮您", "护理员到了", "服务做完了"]
    kept = await town.rows("SELECT kind, carer_id FROM care_step ORDER BY id")
    carer = town.lu.staff_id
    assert [tuple(row) for row in kept] == [
        ("pay", None), ("assign", carer), ("accept", carer), ("arrive", carer), ("complete", carer),
        ("rate", carer),
    ]  # fmt: skip
    assert await town.rows("SELECT stars, arrived_by FROM care_request") == [(5, "code")]


async def test_what_is_wished_for_is_sealed(town: CareTown) -> None:
    await town.ask(note="买降压药")
    (row,) = await town.rows("SELECT brief_sealed FROM care_request")
    assert "降压药".encode() not in bytes(row[0])


async def test_who_may_not_ask(town: CareTown) -> None:
    young = await town.person("李明", date(2000, 1, 1))
    assert await refusal_of(town.ask(by=young)) is TooYoung
    assert await refusal_of(town.ask("nursing")) is AgreementNeeded
    assert await refusal_of(town.ask("bath")) is WindowNeeded
    assert await refusal_of(town.ask(by=young, person_id=town.elder.person_id)) is PatientNotFound
    assert (await town.ask("nursing", agreed=True)).row.state == "requested"


async def test_a_daughter_asks_for_her_mother_and_both_are_told(town: CareTown) -> None:
    daughter = await town.daughter()
    view = await town.ask(by=daughter, person_id=town.elder.person_id)
    await town.assign(view.row.id, town.lu)
    assert (await town.told(daughter), await town.told(town.elder)) == (["派了人,等他答应"],) * 2
    async with town.database.read() as session:
        assert (await requests.own(session, daughter, view.row.id)).id == view.row.id
        with pytest.raises(RequestNotFound):
            await requests.own(session, town.stranger, view.row.id)


async def test_nobody_accepts_and_it_goes_back_to_the_desk(town: CareTown) -> None:
    request_id = (await town.ask()).row.id
    await town.assign(request_id, town.lu)
    town.clock.advance(timedelta(minutes=14))
    await jobs_requests.hand_back(works(town))
    assert await town.state(request_id) == "assigned"
    town.clock.advance(timedelta(minutes=1))
    await jobs_requests.hand_back(works(town))
    await jobs_requests.hand_back(works(town))
    assert await town.state(request_id) == "requested"
    async with town.database.transaction() as session:
        found = await desk.detail(session, town.desk, request_id, cipher=town.cipher, now=town.clock())
    assert [(each.carer_id, each.tried) for each in found.proposals] == [
        (town.gu.staff_id, False), (town.lu.staff_id, True),
    ]  # fmt: skip


async def test_only_whom_she_wished_for_can_be_sent(town: CareTown) -> None:
    request_id = (await town.ask(sex="f")).row.id
    assert await refusal_of(town.assign(request_id, town.gu)) is CarerNotFound
    await town.assign(request_id, town.lu)


async def test_a_carer_sees_and_moves_their_own_visits_only(town: CareTown) -> None:
    request_id = (await town.ask()).row.id
    assert await refusal_of(town.assign(request_id, town.lu, by=town.lu)) is RequestNotFound
    await town.assign(request_id, town.lu)
    assert await queue(town, town.gu) == []
    assert await queue(town, town.lu) == [(request_id, "assigned")]
    assert await refusal_of(town.step(request_id, "accept", town.gu)) is RequestNotFound
    assert await refusal_of(town.step(request_id, "refuse", town.lu)) is NotTheCareDesk


async def test_another_venue_and_another_room_see_nothing(town: CareTown) -> None:
    request_id = (await town.ask()).row.id
    elsewhere = Staff(new_id(), new_id(), "eldercare", frozenset({new_id()}))
    assert await queue(town, elsewhere) == []
    assert await refusal_of(town.step(request_id, "refuse", elsewhere)) is RequestNotFound
    assert await refusal_of(queue(town, Staff(new_id(), new_id(), "clinic", frozenset()))) is NotTheCareDesk


async def test_an_arrival_without_proof_is_none(town: CareTown) -> None:
    request_id = (await town.ask()).row.id
    await town.assign(request_id, town.lu)
    assert await refusal_of(town.arrive(request_id, town.lu, note="家人开的门")) is RequestMoveIllegal
    await town.step(request_id, "accept", town.lu)
    assert await refusal_of(town.arrive(request_id, town.lu, code="x")) is ArrivalUnproved
    await town.arrive(request_id, town.lu, note="家人开的门")
    assert await refusal_of(rate(town, request_id, 1)) is RequestMoveIllegal


async def test_what_is_due_first_comes_first(town: CareTown) -> None:
    first = (await town.ask()).row.id
    town.clock.advance(timedelta(minutes=1))
    second = (await town.ask(by=town.stranger)).row.id
    await town.assign(first, town.lu)
    await town.step(first, "accept", town.lu)
    assert await queue(town, town.desk) == [(second, "requested"), (first, "accepted")]


async def test_reading_a_request_is_written_down(town: CareTown) -> None:
    request_id = (await town.ask()).row.id
    async with town.database.transaction() as session:
        await desk.detail(session, town.desk, request_id, cipher=town.cipher, now=town.clock())
    assert await town.rows("SELECT action FROM audit_entry") == [("staff.care.read",)]


async def test_a_bath_is_held_until_paid_with_the_subsidy_off(town: CareTown, ledger: Ledger) -> None:
    view, again = await town.ask_bath(ledger, await town.bath_time(), key="bath-key-1")
    assert (view.row.state, again) == ("unpaid", False)
    assert await town.rows("SELECT state, amount_fen FROM booking") == [("held", 5000)]
    assert await queue(town, town.desk) == []


async def test_the_same_key_is_the_same_bath(town: CareTown, ledger: Ledger) -> None:
    window = await town.bath_time(price_fen=3000)
    first, _ = await town.ask_bath(ledger, window, key="bath-key-1")
    second, again = await town.ask_bath(ledger, window, key="bath-key-1")
    assert (second.row.id, again) == (first.row.id, True)
    assert len(await town.rows("SELECT id FROM care_request")) == 1
    assert await refusal_of(town.ask_bath(ledger, window)) in {AlreadyBooked, WindowFull}


async def test_a_free_bath_is_at_the_desk_at_once_and_its_booking_follows(
    town: CareTown, ledger: Ledger
) -> None:
    view, _ = await town.ask_bath(ledger, await town.bath_time(price_fen=3000))
    assert view.row.state == "requested"
    await town.assign(view.row.id, town.lu)
    await town.step(view.row.id, "accept", town.lu)
    town.clock.advance(timedelta(days=1))
    await town.arrive(view.row.id, town.lu, note="家人开的门")
    await town.complete(view.row.id, town.lu)
    await jobs_requests.settle(works(town, ledger))
    await jobs_requests.settle(works(town, ledger))
    assert await town.rows("SELECT b.state, r.settled FROM booking b JOIN care_request r USING (id)") == [
        ("fulfilled", True)
    ]


async def test_a_booking_whose_process_died_opens_its_request_by_its_event(
    town: CareTown, ledger: Ledger
) -> None:
    view, _ = await town.ask_bath(ledger, await town.bath_time(price_fen=3000))
    async with town.database.transaction() as session:
        await session.execute(text("DELETE FROM care_step"))
        await session.execute(text("DELETE FROM care_request"))
    await town.relay()
    assert await town.state(view.row.id) == "requested"


async def test_declined_the_booking_is_cancelled_and_the_time_is_free(town: CareTown, ledger: Ledger) -> None:
    view, _ = await town.ask_bath(ledger, await town.bath_time(price_fen=3000))
    await town.step(view.row.id, "refuse", town.desk)
    await jobs_requests.settle(works(town, ledger))
    assert await town.rows("SELECT b.state, w.taken FROM booking b, booking_window w") == [("cancelled", 0)]


async def test_she_takes_it_back(town: CareTown, ledger: Ledger) -> None:
    view, _ = await town.ask_bath(ledger, await town.bath_time(price_fen=3000))
    for _ in range(2):
        taken = await asking.take_back(
            ledger, town.database, resident=town.elder, request_id=view.row.id, cipher=town.cipher,
            clock=town.clock,
        )  # fmt: skip
        assert taken.row.state == "cancelled"
    assert await town.rows("SELECT state FROM booking") == [("cancelled",)]


async def test_a_booking_cancelled_elsewhere_ends_the_request(town: CareTown, ledger: Ledger) -> None:
    view, _ = await town.ask_bath(ledger, await town.bath_time(price_fen=3000))
    await town.assign(view.row.id, town.lu)
    await ledger.move(
        Move(booking_id=view.row.id, event="cancel", by="resident", actor_id=town.elder.person_id)
    )
    await town.relay()
    assert await town.state(view.row.id) == "cancelled"


async def test_an_unpaid_bath_ends_with_its_hold_and_never_reaches_the_desk(
    town: CareTown, ledger: Ledger
) -> None:
    view, _ = await town.ask_bath(ledger, await town.bath_time())
    town.clock.advance(timedelta(minutes=16))
    await ledger.move(Move(booking_id=view.row.id, event="expire", by="system"))
    await town.relay()
    assert await town.state(view.row.id) == "cancelled"
    assert await queue(town, town.desk) == []
