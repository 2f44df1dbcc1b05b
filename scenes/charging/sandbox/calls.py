"""What a sandbox operator does when the platform calls: from the fields of a call to the plain answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from scenes.charging.rules.codec import CONNECTOR, SEQ
from scenes.charging.rules.fields import Fields, wrong
from scenes.charging.sandbox import speech
from scenes.charging.sandbox.books import Session
from scenes.charging.sandbox.meter import drawn, kwh, parts, state_of, total_fen, yuan
from scenes.charging.sandbox.plant import Plant
from scenes.charging.sandbox.speech import Body

ENDED, UNKNOWN = 4, 5
ALREADY, NO_SUCH = 3, 1
MISSING, MONEY, ENERGY = 1, 2, 3
"""DisputeReason."""

MOST_TEXT: Final = 20


def stations_info(plant: Plant, fields: Fields, now: datetime) -> Body:
    """Answer query_stations_info; nothing of a sandbox changes, so a LastQueryTime leaves nothing."""
    del now
    stations = [] if fields.has("LastQueryTime") else list(plant.spec.stations)
    page, size = (
        fields.whole("PageNo", most=10_000, missing=1),
        fields.whole("PageSize", most=1_000, missing=10),
    )
    shown = stations[(page - 1) * size : page * size]
    return {
        "PageNo": page,
        "PageCount": -(-len(stations) // max(size, 1)),
        "ItemSize": len(stations),
        "StationInfos": [speech.station_info(plant, each) for each in shown],
    }


def station_status(plant: Plant, fields: Fields, now: datetime) -> Body:
    """Answer query_station_status."""
    wanted = set(fields.texts("StationIDs", most=MOST_TEXT))
    found = [
        {
            "StationID": station.code,
            "ConnectorStatusInfos": [
                speech.connector_status(plant, each.code, now) for each in station.connectors
            ],
        }
        for station in plant.spec.stations
        if station.code in wanted
    ]
    return {"Total": len(found), "StationStatusInfos": found}


def business_policy(plant: Plant, fields: Fields, now: datetime) -> Body:
    """Answer query_equip_business_policy."""
    del now
    code = _connector(plant, fields)
    prices = plant.stations[code].prices
    return {
        "EquipBizSeq": fields.text("EquipBizSeq"),
        "ConnectorID": code,
        "SuccStat": 0,
        "FailReason": 0,
        "SumPeriod": len(prices),
        "PolicyInfos": [
            {
                "StartTime": each.at().strftime("%H%M%S"),
                "ElecPrice": float(each.elec_price),
                "SevicePrice": float(each.service_price),
            }
            for each in prices
        ],
    }


def equip_auth(plant: Plant, fields: Fields, now: datetime) -> Body:
    """Answer query_equip_auth."""
    code = fields.code("ConnectorID", most=CONNECTOR)
    reason = plant.authenticate(code, now)
    return {
        "EquipAuthSeq": fields.text("EquipAuthSeq"),
        "ConnectorID": code,
        "SuccStat": int(reason > 0),
        "FailReason": reason,
        "FailReasonMsg": "",
    }


def start_charge(plant: Plant, fields: Fields, now: datetime) -> Body:
    """Answer query_start_charge: accepted (state 1) or refused; a number starts once."""
    start_seq, code = fields.code("StartChargeSeq", most=SEQ), fields.code("ConnectorID", most=CONNECTOR)
    reason = plant.start(start_seq, code, now)
    session = plant.books.ledger.sessions.get(start_seq)
    return {
        "StartChargeSeq": start_seq,
        "StartChargeSeqStat": state_of(session, now) if session else ENDED,
        "ConnectorID": code,
        "SuccStat": int(reason > 0),
        "FailReason": reason,
    }


def charge_status(plant: Plant, fields: Fields, now: datetime) -> Body:
    """Answer query_equip_charge_status; a number nobody started is a wrong parameter."""
    session = _session(plant, fields)
    if session is None:
        raise wrong("session", "StartChargeSeq: no such charge")
    return speech.meter(plant, session, now)


def stop_charge(plant: Plant, fields: Fields, now: datetime) -> Body:
    """Answer query_stop_charge: stopping, or the reason why not."""
    session = _session(plant, fields)
    reason = NO_SUCH if session is None else 0 if plant.stop(session, now) else ALREADY
    return {
        "StartChargeSeq": fields.code("StartChargeSeq", most=SEQ),
        "StartChargeSeqStat": state_of(session, now) if session else UNKNOWN,
        "SuccStat": int(reason > 0),
        "FailReason": reason,
    }


def check_orders(plant: Plant, fields: Fields, now: datetime) -> Body:
    """Answer check_charge_orders: orders of the span that one side lacks or both see otherwise."""
    since, until = fields.moment("StartTime"), fields.moment("EndTime")
    told = {
        each.code("StartChargeSeq", most=SEQ): (each.watt_hours("TotalPower"), each.fen("TotalMoney"))
        for each in fields.children("ChargeOrders")
    }
    own = {
        seq: _accounts(plant, each)
        for seq, each in plant.books.ledger.sessions.items()
        if _in_books(each) and (seq in told or since <= (each.ended_at or now) < until)
    }
    disputes = [
        (seq, own.get(seq, (0, 0)), reason)
        for seq in sorted(told.keys() | own.keys())
        if (reason := _reason(told.get(seq), own.get(seq)))
    ]
    return {
        "CheckOrderSeq": fields.text("CheckOrderSeq"),
        "StartTime": since,
        "EndTime": until,
        "TotalDisputeOrder": len(disputes),
        "TotalDisputePower": kwh(sum(energy for _, (energy, _), _ in disputes)),
        "TotalDisputeMoney": yuan(sum(fen for _, (_, fen), _ in disputes)),
        "DisputeOrders": [
            {
                "StartChargeSeq": seq,
                "TotalPower": kwh(energy),
                "TotalMoney": yuan(fen),
                "DisputeReason": reason,
            }
            for seq, (energy, fen), reason in disputes
        ],
    }


def _reason(told: tuple[int, int] | None, own: tuple[int, int] | None) -> int:
    if told is None or own is None:
        return MISSING
    if told[1] != own[1]:
        return MONEY
    return ENERGY if told[0] != own[0] else 0


def _in_books(session: Session) -> bool:
    return session.ended_at is not None and not session.fails and not session.book_missing


def _accounts(plant: Plant, session: Session) -> tuple[int, int]:
    """Return energy and money of an order as the operator's accounts have them."""
    ended = session.ended_at or session.begins_at
    fen = total_fen(parts(session, ended, plant.stations[session.connector_code].prices))
    energy = drawn(session, ended)
    return (
        energy if session.book_energy_wh is None else session.book_energy_wh,
        fen if session.book_total_fen is None else session.book_total_fen,
    )


def _connector(plant: Plant, fields: Fields) -> str:
    code = fields.code("ConnectorID", most=CONNECTOR)
    if code not in plant.connectors:
        raise wrong("connector", "ConnectorID: no such connector")
    return code


def _session(plant: Plant, fields: Fields) -> Session | None:
    return plant.books.ledger.sessions.get(fields.code("StartChargeSeq", most=SEQ))


CALLS: Final[dict[str, Callable[[Plant, Fields, datetime], Body]]] = {
    "query_stations_info": stations_info,
    "query_station_status": station_status,
    "query_equip_business_policy": business_policy,
    "query_equip_auth": equip_auth,
    "query_start_charge": start_charge,
    "query_equip_charge_status": charge_status,
    "query_stop_charge": stop_charge,
    "check_charge_orders": check_orders,
}
