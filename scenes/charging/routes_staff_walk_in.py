"""Reserving a connector for somebody at the desk or on the phone, over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody

from scenes.charging.service import walk_in
from scenes.charging.service.reservations import Wish
from scenes.common.booking.service_desk import DeskTools
from scenes.common.booking.wire_desk import DeskBooking, DeskCaller
from scenes.common.kit.caller import Staff

PATH = "/staff/charging/reservations"


class DeskReservationRequest(DeskCaller, frozen=True, kw_only=True):
    """Who it is for, and the connector wanted, as in a resident's reservation."""

    station_id: UUID
    connector_id: UUID | None = None
    connector_type: int | None = None
    starts_at: datetime
    minutes: int

    def wish(self) -> Wish:
        """Put the request into the room's own words."""
        return Wish(
            station_id=self.station_id, connector_id=self.connector_id, kind=self.connector_type,
            starts_at=self.starts_at, minutes=self.minutes,
        )  # fmt: skip


@post(PATH, operation_id="reserveConnectorForSomebody", tags=["staff"])
async def reserve_for(
    data: JSONBody[DeskReservationRequest],
    staff: NamedDependency[Staff],
    desk_tools: NamedDependency[DeskTools],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> DeskBooking:
    """Reserve a connector for somebody, free of charge."""
    record = await walk_in.reserve_for(desk_tools, data.call(staff, PATH, key=key), data.wish())
    return DeskBooking.of(record)


ROUTES: list[Any] = [reserve_for]
