"""Bodies as the standard writes them, and two dialects that write them otherwise."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from scenes.charging.rules.dialect import Dialect

STANDARD = Dialect(platform_code="313744932")
QUIRKY = Dialect(
    platform_code="313744932",
    path="/api/evcs/20160701",
    inbound=("v1", "at/hub"),
    spelling={"SevicePrice": "ServicePrice", "SeviceMoney": "ServiceMoney"},
    calls={"notification_stationStatus": "notification_station_status"},
    numbers="text",
    single="object",
    status_notice="array",
    times="iso",
    z_is_local=True,
    ret="text",
)
SEQ = "123456789" + "0" * 17 + "1"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
READ = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

METER: dict[str, Any] = {
    "StartChargeSeq": SEQ,
    "StartChargeSeqStat": 2,
    "ConnectorID": "C-1",
    "ConnectorStatus": 3,
    "Soc": Decimal("41.5"),
    "StartTime": START,
    "EndTime": READ,
    "TotalPower": Decimal("12.3456"),
    "ElecMoney": Decimal("3.105"),
    "SeviceMoney": Decimal("5.5"),
    "TotalMoney": Decimal("8.61"),
}
ORDER: dict[str, Any] = {
    "StartChargeSeq": SEQ,
    "ConnectorID": "C-1",
    "StartTime": START,
    "EndTime": READ,
    "TotalPower": Decimal("2.25"),
    "TotalElecMoney": Decimal("0.28"),
    "TotalSeviceMoney": Decimal("1.13"),
    "TotalMoney": Decimal("1.41"),
    "StopReason": 0,
    "SumPeriod": 1,
    "ChargeDetails": [
        {
            "DetailStartTime": START,
            "DetailEndTime": READ,
            "ElecPrice": Decimal("0.1234"),
            "SevicePrice": Decimal("0.5"),
            "DetailPower": Decimal("2.25"),
            "DetailElecMoney": Decimal("0.28"),
            "DetailSeviceMoney": Decimal("1.13"),
        }
    ],
}
STATUS: dict[str, Any] = {
    "ConnectorStatusInfo": [{"ConnectorID": "C-1", "Status": 255, "ParkStatus": 10, "LockStatus": 50}]
}
POLICY: dict[str, Any] = {
    "SuccStat": 0,
    "SumPeriod": 2,
    "PolicyInfos": [
        {"StartTime": "000000", "ElecPrice": Decimal("0.3583"), "SevicePrice": Decimal("0.4")},
        {"StartTime": "080000", "ElecPrice": Decimal("0.9"), "SevicePrice": Decimal("0.4")},
    ],
}
STATIONS: dict[str, Any] = {
    "PageNo": 1,
    "PageCount": 1,
    "ItemSize": 1,
    "StationInfos": [
        {
            "StationID": "S-1",
            "OperatorID": "123456789",
            "StationName": "曹杨新村充电站",
            "AreaCode": "310107",
            "Address": "兰溪路 137 号",
            "ServiceTel": "021-62000000",
            "StationType": 1,
            "StationStatus": 50,
            "ParkNums": 8,
            "StationLng": Decimal("121.404600"),
            "StationLat": Decimal("31.238000"),
            "BusineHours": "00:00-24:00",
            "SupportOrder": 1,
            "EquipmentInfos": [
                {
                    "EquipmentID": "E-1",
                    "ConnectorInfos": [
                        {
                            "ConnectorID": "C-1",
                            "ConnectorName": "1 号枪",
                            "ConnectorType": 4,
                            "Power": Decimal("60.0"),
                            "ParkNo": "A1",
                            "NationalStandard": 2,
                        }
                    ],
                }
            ],
        }
    ],
}
