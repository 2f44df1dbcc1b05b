"""The charging desk: its board, dated prices, broken connectors, outages, the day's report."""

import asyncio
import base64
import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.staff_desk import follow_board
from scenes.charging.rules.windows import quarter_of
from scenes.charging.service import reservations, windows
from scenes.charging.service.report import harmless
from scenes.charging.service.reservations import Wish
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.ids import new_id
from scenes.common.people.service import broken_audit_entry
from tests.support.charging import FAR, NEAR, Charging
from tests.support.charging_doors import ChargingDoors
from tests.support.photos import facts, photo

PERIODS = [
    {"start": "00:00", "elecPrice": "0.3", "servicePrice": "0.5"},
    {"start": "08:00", "elecPrice": "0.7012", "servicePrice": "0.5"},
]


@pytest.fixture
async def desk(doors: ChargingDoors, charging: Charging) -> ChargingDoors:
    """The desk of the near station, with everything free and quarters published."""
    await charging.set_rule({"graceMinutes": 15})
    async with charging.database.transaction() as session:
        await windows.publish(session, now=charging.clock())
    await charging.all_free()
    await doors.look()
    doors.enter(Staff(new_id(), new_id(), "charging", frozenset({charging.stations[NEAR]})))
    return doors


async def board(desk: ChargingDoors, charging: Charging, name: str = NEAR) -> tuple[int, Any]:
    place = {"placeId": str(charging.stations[name])}
    return await desk.ask("GET", "/staff/board", params=place)


async def reserved(charging: Charging, ledger: Ledger, connector: str, name: str = "王小芳") -> Resident:
    """Reserve a connector by name for the half hour after next."""
    resident = Resident(await charging.person(name), new_id())
    wish = Wish(
        station_id=charging.stations[NEAR], connector_id=charging.connector(connector),
        starts_at=quarter_of(charging.clock()) + timedelta(minutes=30), minutes=30,
    )  # fmt: skip
    await reservations.reserve(
        ledger, charging.database, resident=resident, wish=wish, key=str(uuid4()), fingerprint=b"a" * 16,
        clock=charging.clock,
    )  # fmt: skip
    return resident


async def test_the_board_tells_states_apart_and_masks_names(
    desk: ChargingDoors, charging: Charging, ledger: Ledger
) -> None:
    resident = await reserved(charging, ledger, "NEAR_02")
    await charging.tell(NEAR_01=3, NEAR_03=255, NEAR_04=0)
    status, shown = await board(desk, charging)
    assert status == 200
    assert {key: shown[key] for key in ("free", "occupied", "fault", "unknown", "queue")} == {
        "free": 1, "occupied": 1, "fault": 1, "unknown": 1, "queue": 0,
    }  # fmt: skip
    [names] = [[r["name"] for r in c["reservations"]] for c in shown["connectors"] if c["reservations"]]
    assert names == ["王*芳"]
    audited = await charging.rows("SELECT action, subject_ids FROM audit_entry")
    assert audited == [("staff.board.read", [str(resident.person_id)])]


async def test_another_station_is_not_found_at_any_door(desk: ChargingDoors, charging: Charging) -> None:
    far, gun = charging.stations[FAR], charging.connector("FAR_01")
    tariff = {"since": "2026-12-01", "periods": PERIODS}
    out = f"/staff/charging/connectors/{gun}/out-of-service"
    place = {"placeId": str(far)}
    asked = [
        await board(desk, charging, FAR),
        await desk.ask("GET", f"/staff/charging/stations/{far}/tariffs"),
        await desk.ask("POST", f"/staff/charging/stations/{far}/tariffs", json=tariff),
        await desk.ask("GET", "/staff/charging/faults", params=place),
        await desk.ask("GET", "/staff/charging/report.csv", params=place),
        await desk.ask("GET", out),
        await desk.ask("POST", out, json={"previewToken": "0" * 32, "reason": "坏了"}),
        await desk.ask("POST", f"/staff/charging/connectors/{gun}/back"),
        await desk.ask("POST", f"/staff/charging/incidents/{new_id()}/settle"),
        await desk.ask("POST", f"/staff/charging/differences/{new_id()}/settle"),
    ]
    assert [status for status, _ in asked] == [404] * 10


async def test_prices_begin_on_their_day_and_history_stays(desk: ChargingDoors, charging: Charging) -> None:
    path = f"/staff/charging/stations/{charging.stations[NEAR]}/tariffs"
    status, made = await desk.ask("POST", path, json={"since": "2026-12-01", "periods": PERIODS})
    assert (status, made["periods"][1]) == (
        201, {"start": "08:00", "elecPrice": "0.7012", "servicePrice": "0.5000"},
    )  # fmt: skip
    known = (await desk.ask("GET", path))[1]["items"]
    assert [(each["since"], each["source"]) for each in known] == [
        ("2026-12-01", "staff"), ("2026-01-01", "operator"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "periods", "expected"),
    [
        ("2026-11-22", PERIODS, (409, "tariff_in_past")),
        ("2026-12-01", [PERIODS[0], PERIODS[0]], (400, "invalid")),
    ],
)
async def test_prices_that_cannot_be(
    desk: ChargingDoors, charging: Charging, since: str, periods: list[Any], expected: tuple[int, str]
) -> None:
    path = f"/staff/charging/stations/{charging.stations[NEAR]}/tariffs"
    status, refused = await desk.ask("POST", path, json={"since": since, "periods": periods})
    assert (status, refused["code"]) == expected


async def test_a_broken_connector_is_reported_once_and_repaired(
    desk: ChargingDoors, charging: Charging
) -> None:
    staff = desk.parts["caller"]
    resident = Resident(await charging.person(), new_id())
    path = f"/charging/connectors/{charging.connector('NEAR_01')}/faults"
    told = {
        "kind": "broken_plug",
        "note": "枪头裂了",
        "photo": base64.b64encode(photo((40, 20), "PNG")).decode(),
    }
    desk.enter(resident)
    status, report = await desk.ask("POST", path, json=told)
    assert (status, report["state"], report["hasPhoto"]) == (201, "open", True)
    assert (await desk.ask("POST", path, json=told))[1]["code"] == "already_reported"
    desk.enter(staff)
    place = {"placeId": str(charging.stations[NEAR])}
    assert (await desk.ask("GET", "/staff/charging/faults", params=place))[1]["items"] == [report]
    seen = await desk.http.get(f"/staff/charging/faults/{report['id']}/photo")
    assert (facts(seen.content), seen.headers["content-type"]) == (("JPEG", (40, 20), {}), "image/jpeg")
    ways = [
        (await desk.ask("POST", f"/staff/charging/faults/{report['id']}/{event}"))[1].get("state", "refused")
        for event in ("confirm", "repair", "dismiss")
    ]
    assert ways == ["confirmed", "repaired", "refused"]
    async with charging.database.read() as session:
        assert await broken_audit_entry(session) is None


async def taken_out(desk: ChargingDoors, connector: object) -> tuple[int, Any]:
    """Look whom an outage touches, and confirm it."""
    path = f"/staff/charging/connectors/{connector}/out-of-service"
    token = (await desk.ask("GET", path))[1]["previewToken"]
    return await desk.ask("POST", path, json={"previewToken": token, "reason": "检修"})


async def test_an_outage_is_refused_when_it_would_touch_others_than_it_showed(
    desk: ChargingDoors, charging: Charging, ledger: Ledger
) -> None:
    path = f"/staff/charging/connectors/{charging.connector('NEAR_01')}/out-of-service"
    looked = (await desk.ask("GET", path))[1]
    await reserved(charging, ledger, "NEAR_01")
    body = {"previewToken": looked["previewToken"], "reason": "检修"}
    status, refused = await desk.ask("POST", path, json=body)
    assert (status, refused["code"]) == (409, "preview_stale")
    shown = (await board(desk, charging))[1]["connectors"][0]
    assert (shown["outOfService"], len(shown["reservations"])) == (None, 1)
    assert await charging.states() == {"confirmed": 1}
    status, done = await taken_out(desk, charging.connector("NEAR_01"))
    assert (status, done["moved"]) == (200, 1)
    again = await desk.ask("POST", path, json=body)
    assert (again[0], again[1]["moved"]) == (200, 0)


async def test_an_outage_is_shown_first_then_moves_or_cancels(
    desk: ChargingDoors, charging: Charging, ledger: Ledger
) -> None:
    await reserved(charging, ledger, "NEAR_01")
    path = f"/staff/charging/connectors/{charging.connector('NEAR_01')}/out-of-service"
    preview = (await desk.ask("GET", path))[1]
    assert ([r["name"] for r in preview["reservations"]], preview["moved"]) == (["王*芳"], 0)
    body = {"previewToken": preview["previewToken"], "reason": "检修"}
    status, done = await desk.ask("POST", path, json=body)
    assert (status, done["moved"], done["cancelled"]) == (200, 1, 0)
    [(group,)] = await charging.rows("SELECT group_id FROM booking")
    assert group in {charging.connector("NEAR_02"), charging.connector("NEAR_03")}
    shown = (await board(desk, charging))[1]
    assert (shown["fault"], shown["connectors"][0]["outOfService"]) == (1, "检修")
    for name in ("NEAR_02", "NEAR_03"):
        await taken_out(desk, charging.connector(name))
    assert await charging.states() == {"cancelled": 1}
    back = path.replace("out-of-service", "back")
    assert (await desk.ask("POST", back))[0] == 204
    assert (await board(desk, charging))[1]["fault"] == 2


async def test_the_days_report_adds_up(desk: ChargingDoors, charging: Charging) -> None:
    await charging.run(
        """INSERT INTO charging_session (id, booking_id, connector_id, station_id, operator_id, person_id,
          started_by, start_seq, state, authorised_fen, energy_wh, running_fen, tariff, bill, total_fen,
          operator_total_fen, next_try_at, tries, created_at, version, ended_at, started_at, stop_reason)
        VALUES (:id, :id, :connector, :station, :operator, :id, :id, 'MA1FY0A01000000000000000001', 'ended',
          5000, 2250, 0, '{}', CAST(:bill AS jsonb), 141, 140, :now, 0, :now, 1, :now, :now, '=cmd()')""",
        id=new_id(), connector=charging.connector("NEAR_01"), station=charging.stations[NEAR],
        operator=charging.operator, now=charging.clock(),
        bill="""{"lines": [
          {"kind": "electricity", "startsAt": "2026-11-23T00:00:00Z", "endsAt": "2026-11-23T00:30:00Z",
           "energyWh": 2250, "price": "0.1234", "fen": 28},
          {"kind": "service", "startsAt": "2026-11-23T00:00:00Z", "endsAt": "2026-11-23T00:30:00Z",
           "energyWh": 2250, "price": "0.5", "fen": 113}],
          "energyWh": 2250, "energyFen": 141, "idleFen": 0, "totalFen": 141}""",
    )  # fmt: skip
    answer = await desk.http.get(
        "/staff/charging/report.csv", params={"placeId": str(charging.stations[NEAR])}
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    figures = {row[0]: row[5:12] for row in rows}
    assert figures["MA1FY0A01000000000000000001"] == ["2.250", "0.28", "1.13", "0.00", "1.41", "1.40", "0.01"]
    assert figures["合计"][:5] == ["2.250", "0.28", "1.13", "0.00", "1.41"]
    assert rows[1][-1] == "'=cmd()"


@pytest.mark.parametrize(
    ("cell", "kept"), [("-0.01", "-0.01"), ("=1+1", "'=1+1"), ("-x", "'-x"), ("好", "好")]
)
def test_figures_stay_figures_and_formulas_become_words(cell: str, kept: str) -> None:
    assert harmless(cell) == kept


async def test_residents_do_not_enter(desk: ChargingDoors, charging: Charging) -> None:
    desk.enter(Resident(await charging.person(), new_id()))
    assert (await board(desk, charging))[0] == 401


async def test_the_live_board_hears_of_its_station(desk: ChargingDoors, charging: Charging) -> None:
    near = charging.stations[NEAR]
    followed = await follow_board.fn(
        staff=Staff(new_id(), new_id(), "charging", frozenset({near})), database=charging.database,
        directory=desk.works.directory, fanout=desk.works.fanout, clock=charging.clock, place_id=near,
    )  # fmt: skip
    events: Any = followed.iterator.content_async_iterator
    first = json.loads((await anext(events)).data)
    await charging.tell(NEAR_01=255)
    await desk.works.fanout.publish(f"station:{near}", b"changed")
    second = json.loads((await asyncio.wait_for(anext(events), 30)).data)
    await events.aclose()
    assert [(each["free"], each["fault"]) for each in (first, second)] == [(4, 0), (3, 1)]
