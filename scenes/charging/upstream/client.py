"""What the platform asks an operator, as methods that take and give this room's messages.

Every method may raise OperatorUnreachable (with `maybe_done`) or OperatorRefused.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import UUID

from scenes.charging.errors import PartnerInputRefused
from scenes.charging.rules import codec, station_codec
from scenes.charging.rules.fields import Fields
from scenes.charging.rules.messages import (
    ChargeStatus,
    CheckedOrder,
    ConnectorStatus,
    OrderCheck,
    PricePeriod,
    StartAck,
    StationFacts,
    StopAck,
)
from scenes.charging.upstream.line import Line, OperatorNonsense
from scenes.common.kit.ids import new_id

T = TypeVar("T")
MOST_PAGES: Final = 1_000
STATIONS_AT_ONCE: Final = 50
SEQ_LENGTH: Final = 27
OPERATOR_LENGTH: Final = 9


class OperatorClient:
    """One operator; its calls are safe to repeat, a start by its `start_seq`."""

    def __init__(self, operator_id: UUID, line: Line) -> None:
        self.operator_id = operator_id
        self.line = line

    async def stations(self, since: datetime | None = None) -> tuple[StationFacts, ...]:
        """Fetch every station, or those that changed since an instant, page by page."""
        found: list[StationFacts] = []
        for page in range(1, MOST_PAGES + 1):
            asked = {
                "LastQueryTime": since or "",
                "PageNo": page,
                "PageSize": self.line.dialect.page_size,
            }
            part = await self._asked("query_stations_info", asked, self._station_page)
            found += part.stations
            if page >= part.pages or not part.stations:
                break
        return tuple(found)

    def _station_page(self, fields: Fields) -> station_codec.StationPage:
        return station_codec.station_page(fields, datum=self.line.dialect.datum)

    async def statuses(self, station_codes: Sequence[str]) -> tuple[ConnectorStatus, ...]:
        """Ask how the connectors of stations stand, fifty stations at a time."""
        found: list[ConnectorStatus] = []
        for first in range(0, len(station_codes), STATIONS_AT_ONCE):
            asked = {"StationIDs": list(station_codes[first : first + STATIONS_AT_ONCE])}
            found += await self._asked("query_station_status", asked, codec.station_statuses)
        return tuple(found)

    async def policy(self, connector_code: str) -> tuple[PricePeriod, ...]:
        """Ask what a kilowatt-hour costs at a connector through the day."""
        asked = {"EquipBizSeq": self._seq(), "ConnectorID": connector_code}
        return await self._asked("query_equip_business_policy", asked, codec.price_periods)

    async def authenticate(self, connector_code: str) -> int:
        """Ask whether a connector may be used: 0 it may, 1 the gun is not plugged, 2 the check failed."""
        asked = {"EquipAuthSeq": self._seq(), "ConnectorID": connector_code}
        return await self._asked("query_equip_auth", asked, codec.auth_reason)

    async def start(self, start_seq: str, connector_code: str, *, phone: str = "") -> StartAck:
        """Ask to start charging; asking again with the same `start_seq` starts nothing twice."""
        asked = {"StartChargeSeq": start_seq, "ConnectorID": connector_code, "QRCode": "", "PhoneNum": phone}
        return await self._asked("query_start_charge", asked, codec.start_ack)

    async def charge_status(self, start_seq: str) -> ChargeStatus:
        """Ask for a session's meter."""
        asked = {"StartChargeSeq": start_seq}
        return await self._asked("query_equip_charge_status", asked, codec.charge_status)

    async def stop(self, start_seq: str, connector_code: str) -> StopAck:
        """Ask to stop charging; FailReason 3 says that it had stopped already."""
        asked = {"StartChargeSeq": start_seq, "ConnectorID": connector_code}
        return await self._asked("query_stop_charge", asked, codec.stop_ack)

    async def check_orders(
        self, orders: Sequence[CheckedOrder], *, since: datetime, until: datetime
    ) -> OrderCheck:
        """Show the operator our orders that ended within a span and learn which it disputes."""
        asked = {
            "CheckOrderSeq": self._seq(),
            "StartTime": since,
            "EndTime": until,
            "OrderCount": len(orders),
            "TotalOrderPower": _kwh(sum(each.energy_wh for each in orders)),
            "TotalOrderMoney": _yuan(sum(each.total_fen for each in orders)),
            "ChargeOrders": [
                {
                    "StartChargeSeq": each.start_seq,
                    "TotalPower": _kwh(each.energy_wh),
                    "TotalMoney": _yuan(each.total_fen),
                }
                for each in orders
            ],
        }
        return await self._asked("check_charge_orders", asked, codec.order_check)

    async def _asked(self, call: str, body: Mapping[str, Any], reader: Callable[[Fields], T]) -> T:
        fields = await self.line.ask(call, body)
        try:
            return reader(fields)
        except PartnerInputRefused as wrong:
            raise OperatorNonsense(call, wrong.why) from wrong

    def _seq(self) -> str:
        return fresh_seq(self.line.dialect.platform_code)


def fresh_seq(platform_code: str) -> str:
    """Make a number of T/CEC 102's form, 27 characters: who asks, and a part that is never used again.

    An UUIDv7's tail of 18 hexadecimal digits: its sub-millisecond count and its 62 random bits.
    """
    return platform_code[:OPERATOR_LENGTH].rjust(OPERATOR_LENGTH, "0") + new_id().hex[-18:].upper()


def _kwh(watt_hours: int) -> Decimal:
    return Decimal(watt_hours) / 1000


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100
