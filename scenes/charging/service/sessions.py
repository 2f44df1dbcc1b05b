"""Beginning a charge: the connector's quarters and a deposit in one claim, then a session that is driven.

The claim's details hold all a session is made of, so that a kill between the claim and the session's row
loses nothing: whoever comes next (the same request again, or the payment's news) makes the row.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import (
    ConnectorBusy,
    ConnectorNotUsable,
    ConnectorUnknown,
    ReservationElsewhere,
)
from scenes.charging.rules import windows as grid
from scenes.charging.rules.reservation import Connector
from scenes.charging.rules.session import SHORTEST_STAY, start_seq
from scenes.charging.service.charges import SESSION, Charge, charge_of, ensure
from scenes.charging.service.reservations import Site, site_of
from scenes.charging.service.rules import tariff_at
from scenes.charging.service.windows import DEPOSIT_TITLE, SCENE, deposit_window_id
from scenes.charging.store import reservations as reservation_store
from scenes.charging.store import sessions as store
from scenes.charging.store import windows as window_store
from scenes.common.booking import service as booking
from scenes.common.booking.errors import AlreadyBooked, BookingNotFound, WindowFull
from scenes.common.booking.hours import OWN_TIMES
from scenes.common.booking.ledger import Adjustment, BookingRecord, Claim, Ledger, Move, Want
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import Answer, kept_answer, once
from scenes.common.kit.ids import new_id

CREATED: Final = 201
DEPOSIT_LABEL: Final = "充电预付,多退少补"
FREE_NOW: Final = frozenset({1, 2})
"""T/CEC 102 connector Status at which a start may be asked: free, or a plug is in and nothing flows."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for a charge where; `key` and `fingerprint` are the request's, `show` makes its answer."""

    resident: Resident
    connector_id: UUID
    reservation_id: UUID | None = None
    key: str
    fingerprint: bytes
    show: Callable[[Charge], bytes]

    @property
    def answer_key(self) -> str:
        """Name the answer beside the ledger's, which keeps the booking under the request's own key.

        A space is in no key of a request, so nobody's request can mean it.
        """
        return f"{self.key} charge"


class _Id(msgspec.Struct):
    id: UUID


_booking_id = msgspec.json.Decoder(_Id)


async def begin(
    ledger: Ledger, database: Database, ask: Ask, *, admit: Callable[[], Awaitable[None]], clock: Clock
) -> Answer:
    """Ask for a charge: it begins once its deposit is paid. The same request has the same answer again.

    The holder's own reservation of the connector is used, whether it was named or not. `admit` may refuse
    whoever asks too often, before anything is taken. Refuses with ConnectorUnknown, ConnectorNotUsable,
    ConnectorBusy, ReservationElsewhere, TariffMissing, TooEarly.
    """
    now = clock()
    async with database.read() as session:
        answered = await _kept(session, ask, ask.answer_key)
        claimed = await _kept(session, ask, ask.key)
    if answered is not None:
        return answered
    if claimed is None:
        await admit()
        claimed = await _claimed(ledger, database, ask, now=now)
    return await _written(ledger, database, ask, _booking_id.decode(claimed.body).id, now=now)


async def _kept(session: AsyncSession, ask: Ask, key: str) -> Answer | None:
    """Find an answer given before: the connector is its own by now, and must not refuse it."""
    return await kept_answer(session, ask.resident.person_id, key=key, fingerprint=ask.fingerprint)


async def _claimed(ledger: Ledger, database: Database, ask: Ask, *, now: datetime) -> Answer:
    """Take the connector's quarters and the deposit, all of it or nothing."""
    async with database.transaction() as session:
        await store.give_up_unpaid(session, ask.connector_id, now)
    async with database.read() as session:
        place, connector = await _place(session, ask.connector_id, now=now)
        reservation = await _reservation(session, ask, now=now)
        wants = await _wants(session, place, ask.connector_id, reservation=reservation, now=now)
        details = await _details(session, place, connector, reservation=reservation, now=now)
    if reservation is not None and reservation.state == "confirmed":
        await ledger.move(Move(booking_id=reservation.id, event="check_in", by="system"))
    claim = Claim(
        scene=SCENE, booker_id=ask.resident.person_id, subject_id=ask.resident.subject_id, wants=wants[0],
        alternatives=tuple(wants[1:]), key=ask.key, fingerprint=ask.fingerprint,
        exclusivity=f"charging-session:{ask.connector_id}",
        adjustments=(Adjustment(DEPOSIT_LABEL, place.rule.deposit_fen),), title=DEPOSIT_TITLE,
        details=details,
    )  # fmt: skip
    try:
        return (await ledger.claim(claim)).answer
    except (WindowFull, AlreadyBooked) as full:
        raise ConnectorBusy from full


async def _place(session: AsyncSession, connector_id: UUID, *, now: datetime) -> tuple[Site, Connector]:
    """Read the connector's station; refuse a connector that cannot charge now."""
    row = await window_store.connector(session, connector_id)
    if row is None or row.gone_at is not None:
        raise ConnectorUnknown
    site = await site_of(session, row.station_id, now=now)
    connector = next(each for each in site.connectors if each.id == connector_id)
    if connector.state in {"fault", "unknown"}:
        raise ConnectorNotUsable("这个充电桩现在不能用,请换一个。")
    if connector.ours or connector.status not in FREE_NOW:
        raise ConnectorBusy
    return site, connector


async def _reservation(session: AsyncSession, ask: Ask, *, now: datetime) -> BookingRecord | None:
    """Find the holder's own reservation: the named one, or the one that stands for this connector now."""
    resident, connector_id = ask.resident, ask.connector_id
    if ask.reservation_id is not None:
        record = await booking.booking_of(session, ask.reservation_id, resident.subject_id)
        if record.scene != SCENE or record.details.get("kind") != reservation_store.RESERVATION:
            raise BookingNotFound
        if record.group_id != connector_id or record.state not in {"confirmed", "checked_in"}:
            raise ReservationElsewhere
        return record
    mine = await booking.bookings_of(
        session, resident.subject_id, scene=SCENE, states=("confirmed", "checked_in")
    )
    for record in mine:
        begins = record.terms.check_in_from or record.starts_at
        stands = record.details.get("kind") == reservation_store.RESERVATION and begins <= now
        if stands and record.group_id == connector_id and now < record.ends_at:
            return record
    return None


async def _wants(
    session: AsyncSession,
    site: Site,
    connector_id: UUID,
    *,
    reservation: BookingRecord | None,
    now: datetime,
) -> list[tuple[Want, ...]]:
    """Say which windows a charge takes: the deposit's, and the connector's quarters that are nobody's.

    With a reservation those are the quarters until it starts; without, as long a run as there is, the
    shorter ones as alternatives.
    """
    deposit = Want(deposit_window_id(site.station.id, now))
    first = grid.quarter_of(now)
    longest = first + site.rule.walk_up_quarters * grid.QUARTER
    until = reservation.starts_at if reservation is not None else longest
    if until <= first:
        return [(deposit,)]
    quarters = await window_store.quarters(session, [connector_id], since=first, until=until, now=now)
    if reservation is not None:
        return [(deposit, *(Want(each.window_id) for each in quarters))]
    free = {each.starts_at: each.window_id for each in quarters if each.free > 0}
    run = grid.run_from(free, first, site.rule.walk_up_quarters)
    shortest = -(-(SHORTEST_STAY - (first + grid.QUARTER - now)) // grid.QUARTER) + 1
    lengths = range(len(run), max(1, shortest) - 1, -1)
    if not lengths:
        raise ConnectorBusy
    return [(deposit, *(Want(window) for window in run[:length])) for length in lengths]


async def _details(
    session: AsyncSession,
    site: Site,
    connector: Connector,
    *,
    reservation: BookingRecord | None,
    now: datetime,
) -> dict[str, Any]:
    """Write down all a session is made of, the tariff's snapshot with it."""
    session_id = new_id()
    operator = await store.operator(session, site.station.operator_id)
    code = operator.operator_code if operator is not None else ""
    tariff = await tariff_at(session, site.station, now)
    return {
        "kind": SESSION,
        "sessionId": str(session_id),
        OWN_TIMES: True,
        "page": f"/charging/sessions/{session_id}",
        "pageLabel": "看充电情况",
        "connectorId": str(connector.id),
        "connectorName": connector.name,
        "operatorId": str(site.station.operator_id),
        "reservationId": str(reservation.id) if reservation is not None else None,
        "until": reservation.ends_at.isoformat() if reservation is not None else None,
        "startSeq": start_seq(code, session_id),
        "tariff": tariff.plain(),
    }


async def _written(
    ledger: Ledger, database: Database, ask: Ask, booking_id: UUID, *, now: datetime
) -> Answer:
    """Make the session's row of a granted claim and keep the answer that is given now, both or neither.

    A request that was cut off in between makes them now; a connector that became another's gives the claim
    back (ConnectorBusy).
    """
    try:
        async with database.transaction() as session:
            return await once(
                session, ask.resident.person_id, key=ask.answer_key, fingerprint=ask.fingerprint, now=now,
                act=partial(_shown, session, ask, booking_id, now),
            )  # fmt: skip
    except ConnectorBusy:
        await ledger.move(Move(booking_id=booking_id, event="cancel", by="system", reason="connector_busy"))
        raise


async def _shown(session: AsyncSession, ask: Ask, booking_id: UUID, now: datetime) -> tuple[int, bytes]:
    row = await ensure(session, await booking.any_booking(session, booking_id), now=now)
    if row is None:
        raise ConnectorBusy
    return CREATED, ask.show(await charge_of(session, row.id))
