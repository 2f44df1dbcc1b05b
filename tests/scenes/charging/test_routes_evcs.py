"""Operators' calls over the whole application: taken once, or the protocol's code, an incident, no change."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.lifespan import House
from scenes.charging.rules import envelope as env
from scenes.charging.service.stations import upsert_stations
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from tests.support.charging import a_station
from tests.support.charging_operator import CODE, OURS, QUIRKY, STANDARD, Hand, operator_row
from tests.support.clock import AdjustableClock

STATUS = "notification_stationStatus"
FREE = {"ConnectorStatusInfo": [{"ConnectorID": "ST-NEAR-01", "Status": 1}]}
SEQ = CODE + "0" * 18


@pytest.fixture
async def partner(
    house: House, client: httpx.AsyncClient, database: Database, clock: AdjustableClock
) -> Hand:
    await furnish(database, house.cipher, clock)
    hand = Hand(client, clock)
    await hand.sign_in()
    return hand


async def furnish(database: Database, cipher: FieldCipher, clock: AdjustableClock, **facts: Any) -> None:
    operator_id = new_id()
    async with database.transaction() as session:
        session.add(operator_row(operator_id, cipher, **facts))
        await session.flush()
        await upsert_stations(session, operator_id, [a_station()], now=clock())


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(text(query))).all()]


async def incidents(database: Database) -> list[tuple[Any, ...]]:
    return await rows(database, "SELECT call, kind, count FROM partner_incident ORDER BY first_at, kind")


async def statuses(database: Database) -> list[tuple[Any, ...]]:
    return await rows(
        database,
        "SELECT c.code, s.status FROM connector_status s JOIN charging_connector c ON c.id = s.connector_id",
    )


async def test_a_status_is_taken_and_answered_signed(partner: Hand, database: Database) -> None:
    assert await partner.tell(STATUS, FREE) == (0, {"Status": 0})
    assert await statuses(database) == [("ST-NEAR-01", 1)]
    assert await incidents(database) == []
    assert await rows(database, "SELECT heard_at IS NOT NULL FROM charging_operator") == [(True,)]


async def test_another_dialect_at_its_own_path(
    house: House, client: httpx.AsyncClient, database: Database, clock: AdjustableClock
) -> None:
    await furnish(database, house.cipher, clock, dialect=QUIRKY)
    hand = Hand(client, clock, dialect=QUIRKY, prefix="at/hub")
    await hand.sign_in()
    assert await hand.tell(STATUS, FREE) == (0, {"Status": "0"})
    assert await statuses(database) == [("ST-NEAR-01", 1)]
    elsewhere = Hand(client, clock, dialect=QUIRKY)
    assert (await elsewhere.tell(STATUS, FREE))[0] == 4004
    unsigned = msgspec.structs.replace(elsewhere.envelope(FREE), sig="")
    assert elsewhere.read(await elsewhere.post("no_such_call", unsigned))[0] == 4001


async def test_a_resend_gets_the_first_answer_and_changes_nothing(
    partner: Hand, database: Database, clock: AdjustableClock
) -> None:
    sent = partner.envelope(FREE)
    first = await partner.post(STATUS, sent)
    await partner.tell(STATUS, {"ConnectorStatusInfo": [{"ConnectorID": "ST-NEAR-01", "Status": 3}]})
    clock.advance(timedelta(minutes=5))
    assert await partner.post(STATUS, sent) == first
    assert await statuses(database) == [("ST-NEAR-01", 3)]


async def test_two_resends_at_once_are_taken_once(partner: Hand, database: Database) -> None:
    sent = partner.envelope(FREE)
    answers = await asyncio.gather(*(partner.post(STATUS, sent) for _ in range(6)))
    assert len(set(answers)) == 1
    assert await rows(database, "SELECT count(*) FROM connector_change") == [(1,)]


async def test_a_used_number_with_other_content_is_refused(partner: Hand, database: Database) -> None:
    await partner.post(STATUS, partner.envelope(FREE, seq="0777"))
    other = partner.envelope(
        {"ConnectorStatusInfo": {"ConnectorID": "ST-NEAR-01", "Status": 255}}, seq="0777"
    )
    assert partner.read(await partner.post(STATUS, other))[0] == 4003
    first = partner.envelope(FREE, seq="0777")
    assert partner.read(await partner.post("notification_charge_order_info", first))[0] == 4003
    assert await statuses(database) == [("ST-NEAR-01", 1)]
    assert [each[1] for each in await incidents(database)] == ["replay", "replay"]


METER = {
    "StartChargeSeq": SEQ, "StartChargeSeqStat": 2, "ConnectorID": "ST-NEAR-01", "ConnectorStatus": 3,
    "StartTime": "2026-11-23 08:30:00", "EndTime": "2026-11-23 08:50:00", "TotalPower": 3.5, "TotalMoney": 4,
}  # fmt: skip


@pytest.mark.parametrize(
    ("call", "body", "kind"),
    [
        (STATUS, {"ConnectorStatusInfo": {"ConnectorID": "NOWHERE", "Status": 1}}, "connector_unknown"),
        (STATUS, {"ConnectorStatusInfo": {"ConnectorID": "ST-NEAR-01", "Status": 7}}, "enumeration"),
        (STATUS, {"ConnectorStatusInfo": {"ConnectorID": "X" * 27, "Status": 1}}, "field"),
        (STATUS, {}, "field"),
        (STATUS, b'{"ConnectorStatusInfo": {"Conn', "json"),
        (STATUS, b'{"ConnectorStatusInfo": {"ConnectorID": "ST-NEAR-01", "Status": NaN}}', "json"),
        ("notification_equip_charge_status", METER, "not_found"),
        ("notification_equip_charge_status", METER | {"TotalPower": -1}, "range"),
        ("notification_equip_charge_status", METER | {"EndTime": "2026-11-23 08:29:59"}, "time"),
        ("notification_equip_charge_status", METER | {"EndTime": "2026-11-23 09:11:00"}, "time"),
        ("notification_charge_order_info", METER, "field"),
        ("query_start_charge", {}, "call"),
    ],
)
async def test_bad_business_is_4004_an_incident_and_no_change(
    partner: Hand, database: Database, call: str, body: dict[str, Any] | bytes, kind: str
) -> None:
    assert (await partner.tell(call, body))[0] == 4004
    assert (await partner.tell(call, body))[0] == 4004
    known = call if call.startswith("notification") else "unknown"
    assert await incidents(database) == [(known, kind, 2)]
    assert await statuses(database) == []
    assert await rows(database, "SELECT count(*) FROM partner_message") == [(1,)]


async def test_one_unknown_connector_does_not_lose_the_others(partner: Hand, database: Database) -> None:
    both = [{"ConnectorID": code, "Status": 1} for code in ("NOWHERE", "ST-NEAR-02")]
    assert await partner.tell(STATUS, {"ConnectorStatusInfo": both}) == (0, {"Status": 0})
    assert await statuses(database) == [("ST-NEAR-02", 1)]
    assert await incidents(database) == [(STATUS, "connector_unknown", 1)]


async def test_the_envelope_is_checked_in_the_standards_order(
    partner: Hand, database: Database, clock: AdjustableClock
) -> None:
    stale = partner.envelope(FREE, at=clock() - timedelta(minutes=11))
    unsigned = msgspec.structs.replace(stale, sig="0" * 32)
    sealed_wrong = env.Envelope(
        operator_id=CODE, data="AAAA", time_stamp=stale.time_stamp, seq="0042", sig=""
    )
    resigned = msgspec.structs.replace(
        sealed_wrong, sig=env.signature(OURS, CODE, "AAAA", stale.time_stamp, "0042")
    )
    fresh = msgspec.structs.replace(
        resigned,
        time_stamp=env.stamp_of(clock()),
        sig=env.signature(OURS, CODE, "AAAA", env.stamp_of(clock()), "0042"),
    )
    answers = [
        await partner.post(STATUS, unsigned, token="nobody's"),
        await partner.post(STATUS, stale, token="nobody's"),
        await partner.post(STATUS, resigned),
        await partner.post(STATUS, fresh),
    ]
    assert [partner.read(each)[0] for each in answers] == [4001, 4002, 4003, 4003]
    kinds = {each[1] for each in await incidents(database)}
    assert kinds == {"signature", "token", "stale", "undecipherable"}
    assert await statuses(database) == []


async def test_a_token_ends_and_is_renewed(partner: Hand, database: Database, clock: AdjustableClock) -> None:
    clock.advance(timedelta(hours=2))
    assert (await partner.tell(STATUS, FREE))[0] == 4002
    await partner.sign_in()
    assert (await partner.tell(STATUS, FREE))[0] == 0
    assert await incidents(database) == []


async def test_a_wrong_secret_gets_no_token(partner: Hand, database: Database) -> None:
    ret, answer = await partner.tell("query_token", {"OperatorID": CODE, "OperatorSecret": "guess"})
    assert (ret, answer["SuccStat"], answer["FailReason"], answer["AccessToken"]) == (0, 1, 2, "")
    assert await incidents(database) == [("query_token", "secret", 1)]


async def test_strangers_are_counted_in_one_row_and_answered_unsigned(
    partner: Hand, client: httpx.AsyncClient, database: Database
) -> None:
    for body in (b"", b"\xff", b"[]", b'{"OperatorID": "x"}'):
        answer = await client.post("/api/v1/evcs/v1/query_token", content=body)
        assert (answer.status_code, answer.json()["Ret"]) == (200, 4003)
    stranger = msgspec.structs.replace(partner.envelope(FREE), operator_id="000000000")
    answer = msgspec.json.decode(await partner.post(STATUS, stranger))
    assert (answer["Ret"], answer["Sig"]) == (4001, "")
    assert await incidents(database) == [("unknown", "envelope", 4), ("unknown", "operator", 1)]


async def test_a_disabled_operator_is_a_stranger(partner: Hand, database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE charging_operator SET enabled = false"))
    answer = msgspec.json.decode(await partner.post(STATUS, partner.envelope(FREE)))
    assert answer["Ret"] == 4001


async def test_incidents_tell_codes_and_no_secrets(partner: Hand, database: Database) -> None:
    body = METER | {"TotalPower": -1, "PhoneNum": "13800005678"}
    await partner.tell("notification_equip_charge_status", body)
    found = await rows(database, "SELECT detail, excerpt FROM partner_incident")
    assert found == [("TotalPower: not within 0 and 10000", f"StartChargeSeq={SEQ} ConnectorID=ST-NEAR-01")]


@pytest.fixture
async def watched(partner: Hand, database: Database) -> AsyncIterator[Hand]:
    """Whatever is thrown at the door, nothing of the room's own changes."""
    query = "SELECT (SELECT count(*) FROM charging_connector), (SELECT count(*) FROM charging_session)"
    before = await rows(database, query)
    yield partner
    assert await rows(database, query) == before
    assert await statuses(database) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.binary(max_size=80), call=st.sampled_from(["query_token", STATUS, "x", "%00", "notification_"])
)
async def test_any_body_at_the_door_is_answered_in_the_protocol(
    client: httpx.AsyncClient, watched: Hand, data: bytes, call: str
) -> None:
    raw = await client.post(f"/api/v1/evcs/v1/{call}", content=data)
    assert raw.json()["Ret"] in {4001, 4003}
    ret, _ = await watched.tell("notification_equip_charge_status", data)
    assert ret == 4004


def test_the_standard_needs_no_dialect() -> None:
    assert STANDARD.calls == STANDARD.spelling == {}
