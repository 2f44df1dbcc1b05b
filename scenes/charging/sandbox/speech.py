"""How a sandbox operator says things: bodies with the standard's names, before its dialect is put on."""

from datetime import datetime
from typing import Any

from scenes.charging.sandbox.books import Session
from scenes.charging.sandbox.meter import drawn, kwh, parts, state_of, total_fen, yuan
from scenes.charging.sandbox.plant import FREE, OFFLINE, Plant
from scenes.charging.sandbox.spec import ConnectorSpec, StationSpec
from scenes.common.places.datum import from_wgs84

Body = dict[str, Any]
PARK_FREE, PARK_TAKEN, UNLOCKED, LOCKED = 10, 50, 10, 50


def connector_status(plant: Plant, code: str, now: datetime) -> Body:
    """Describe how a connector stands; a bay with a lock is locked while it is free."""
    status = plant.status(code, now)
    free, known = status == FREE, status != OFFLINE
    lock = (LOCKED if free else UNLOCKED) if plant.connectors[code].has_lock and known else 0
    park = (PARK_FREE if free else PARK_TAKEN) if known else 0
    return {"ConnectorID": code, "Status": status, "ParkStatus": park, "LockStatus": lock}


def status_notice(plant: Plant, code: str, now: datetime) -> Body:
    """Make the body of notification_stationStatus."""
    return {"ConnectorStatusInfo": [connector_status(plant, code, now)]}


def start_result(plant: Plant, session: Session, now: datetime) -> Body:
    """Make the body of notification_start_charge_result: charging, or ended without a start."""
    del plant
    return {
        "StartChargeSeq": session.start_seq,
        "StartChargeSeqStat": 4 if session.fails else min(state_of(session, now), 3),
        "ConnectorID": session.connector_code,
        "StartTime": "" if session.fails else session.begins_at,
        "IdentCode": "",
    }


def meter(plant: Plant, session: Session, now: datetime) -> Body:
    """Make the body of a meter, at the last whole second."""
    at = min(now, session.ended_at or now).replace(microsecond=0)
    begun = not session.fails and at >= session.begins_at
    found = parts(session, at, plant.stations[session.connector_code].prices) if begun else []
    energy = drawn(session, at)
    return {
        "StartChargeSeq": session.start_seq,
        "StartChargeSeqStat": state_of(session, now),
        "ConnectorID": session.connector_code,
        "ConnectorStatus": plant.status(session.connector_code, now),
        "CurrentA": 0,
        "VoltageA": 0,
        "Soc": min(20 + 70 * energy // session.wanted_wh, 100),
        "StartTime": session.begins_at if begun else "",
        "EndTime": at,
        "TotalPower": kwh(energy),
        "ElecMoney": yuan(sum(each.elec_fen for each in found)),
        "SeviceMoney": yuan(sum(each.service_fen for each in found)),
        "TotalMoney": yuan(total_fen(found)),
    }


def order(plant: Plant, session: Session, now: datetime) -> Body:
    """Make the body of notification_charge_order_info, with its price periods."""
    ended = session.ended_at or now
    found = parts(session, ended, plant.stations[session.connector_code].prices)
    return {
        "StartChargeSeq": session.start_seq,
        "ConnectorID": session.connector_code,
        "StartTime": session.begins_at,
        "EndTime": ended,
        "TotalPower": kwh(drawn(session, ended)),
        "TotalElecMoney": yuan(sum(each.elec_fen for each in found)),
        "TotalSeviceMoney": yuan(sum(each.service_fen for each in found)),
        "TotalMoney": yuan(total_fen(found)),
        "StopReason": session.stop_reason,
        "SumPeriod": len(found),
        "ChargeDetails": [
            {
                "DetailStartTime": each.since,
                "DetailEndTime": each.until,
                "ElecPrice": float(each.price.elec_price),
                "SevicePrice": float(each.price.service_price),
                "DetailPower": kwh(each.energy_wh),
                "DetailElecMoney": yuan(each.elec_fen),
                "DetailSeviceMoney": yuan(each.service_fen),
            }
            for each in found
        ],
    }


def station_info(plant: Plant, station: StationSpec) -> Body:
    """Make a StationInfo, in the datum of the dialect."""
    lat, lng = from_wgs84(station.lat, station.lng, plant.spec.dialect.datum)
    code = plant.spec.operator_code
    return {
        "StationID": station.code,
        "OperatorID": code,
        "EquipmentOwnerID": code,
        "StationName": station.name,
        "CountryCode": "CN",
        "AreaCode": station.area_code,
        "Address": station.address,
        "ServiceTel": station.phone,
        "StationType": station.kind,
        "StationStatus": station.status,
        "ParkNums": len(station.connectors),
        "StationLng": lng,
        "StationLat": lat,
        "SiteGuide": station.site_guide,
        "Construction": 255,
        "BusineHours": station.hours,
        "ParkFee": station.park_fee,
        "SupportOrder": int(station.support_order),
        "EquipmentInfos": [
            {
                "EquipmentID": f"E{each.code}"[:23],
                "EquipmentType": 1 if each.kind == 4 else 2,  # noqa: PLR2004 - DC gun, else AC
                "ConnectorInfos": [connector_info(each)],
            }
            for each in station.connectors
        ],
    }


def connector_info(connector: ConnectorSpec) -> Body:
    """Make a ConnectorInfo."""
    return {
        "ConnectorID": connector.code,
        "ConnectorName": connector.name,
        "ConnectorType": connector.kind,
        "VoltageUpperLimits": 750,
        "VoltageLowerLimits": 200,
        "Current": 200,
        "Power": connector.power_kw,
        "ParkNo": connector.park_no,
        "NationalStandard": connector.national_standard,
        "HasLock": int(connector.has_lock),
    }
