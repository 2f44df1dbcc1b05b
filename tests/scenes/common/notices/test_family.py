"""What families are told, and the code for help at a counter by SMS, by a real gateway's protocol."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from scenes.common.kit.cache import Cache
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import system_clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.outbox import Event
from scenes.common.notices import service
from scenes.common.notices.jobs import HANDLERS
from scenes.common.notices.routes_assist import send_code
from scenes.common.notices.upstream import Carriers, open_carriers
from scenes.common.people import service as people
from scenes.common.people.service import NewStaff
from scenes.common.people.tables import DelegationRow, PatientLinkRow
from tests.scenes.common.payments.conftest import free_port
from tests.support.clock import MONDAY_NINE, AdjustableClock
from tests.support.notices import Peer, move_in
from tests.support.people import make_tools

UNTIL = "2026-12-23T09:00:00+08:00"


async def family(database: Database, cipher: FieldCipher) -> tuple[UUID, UUID]:
    async with database.transaction() as session:
        elder = await move_in(session, cipher)
        return elder, await move_in(session, cipher, phone="13900001111")


async def happen(database: Database, topic: str, person: UUID, **payload: Any) -> None:
    async with database.transaction() as session:
        for handler in HANDLERS[topic]:
            await handler(session, Event(new_id(), topic, person, payload, MONDAY_NINE))


async def heard(database: Database, person: UUID) -> list[str]:
    async with database.transaction() as session:
        return [row.title for row in await service.inbox(session, person, before=None, limit=9)]


@pytest.mark.parametrize(
    ("topic", "elder_hears", "daughter_hears"),
    [
        ("family.requested", ["有人想替您办事"], []),
        ("family.active", ["您让家人代办了"], ["可以替家人办事了"]),
        ("family.revoked", ["代办结束了"], ["代办结束了"]),
        ("family.declined", [], ["没有同意代办"]),
    ],
)
async def test_both_hear_what_concerns_them(
    database: Database, cipher: FieldCipher, topic: str, elder_hears: list[str], daughter_hears: list[str]
) -> None:
    elder, daughter = await family(database, cipher)
    await happen(database, topic, elder, delegateId=str(daughter), until=UNTIL)
    assert [await heard(database, elder), await heard(database, daughter)] == [elder_hears, daughter_hears]


async def test_an_odd_payment_says_who_what_and_why(database: Database, cipher: FieldCipher) -> None:
    elder, daughter = await family(database, cipher)
    facts = {"by": str(daughter), "title": "早餐", "amountFen": 25_000, "why": ["large", "night"]}
    await happen(database, "family.odd_payment", elder, **facts)
    async with database.transaction() as session:
        [message] = await service.inbox(session, elder, before=None, limit=9)
    assert message.text == (
        "王*芳替您付了「早餐」,数目比较大,时间在夜里。这笔是250 元。"
        "不是您要的,请马上取消代办。再打电话给我们。"
    )


@pytest.mark.parametrize(
    ("state", "patient", "hears"), [("active", False, 1), ("revoked", False, 0), ("revoked", True, 1)]
)
async def test_who_is_no_delegate_any_more_hears_nothing_more(
    database: Database, cipher: FieldCipher, state: str, *, patient: bool, hears: int
) -> None:
    elder, daughter = await family(database, cipher)
    async with database.transaction() as session:
        session.add(
            DelegationRow(
                id=new_id(), principal_id=elder, delegate_id=daughter, scopes=["book"], state=state,
                asked_by="principal", asked_at=MONDAY_NINE, approved_at=MONDAY_NINE,
                until=datetime.fromisoformat(UNTIL).astimezone(UTC),
            )
        )  # fmt: skip
        if patient:
            session.add(
                PatientLinkRow(account_id=daughter, person_id=elder, relation="母亲", created_at=MONDAY_NINE)
            )
    await happen(database, "booking.confirmed", elder, title="内科", bookedBy=str(daughter))
    assert (len(await heard(database, elder)), len(await heard(database, daughter))) == (1, hears)


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[tuple[Peer, Carriers]]:
    peer = Peer(tmp_path, free_port())
    try:
        async with open_carriers(peer.settings, clock=system_clock) as carriers:
            yield peer, carriers
    finally:
        peer.kill()


async def test_the_code_goes_to_the_phone_on_file_and_nowhere_else(
    database: Database, cipher: FieldCipher, cache: Cache, gateway: tuple[Peer, Carriers]
) -> None:
    peer, carriers = gateway
    clock = AdjustableClock()
    tools, new = (
        make_tools(database, cache, clock),
        NewStaff(username="desk", password="a long password", display_name="前台", role="clinic"),
    )
    async with database.transaction() as session:
        account = await people.create_staff(
            session, new, passwords=tools.passwords, cipher=cipher, now=clock()
        )
        staff = Staff(account.id, new_id(), "clinic", frozenset())
        elder = await move_in(session, cipher, account=False)
    for phone in ("138 1234 5678", "13899998888"):
        await send_code(database, staff, phone, clock=clock, cipher=cipher, tools=tools, carriers=carriers)

    [sms] = peer.outbox()
    assert "13812345678" in str(sms)
    code = str(sms).split("您的授权码是")[1][:6]
    assert await heard(database, elder) == []
    clock.advance(timedelta(minutes=4))
    running = await people.assist(
        database, staff, phone="13812345678", code=code, cipher=cipher, tools=tools, now=clock()
    )
    assert running.person.id == elder
