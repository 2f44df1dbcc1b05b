"""Reserving and charging, page by page: choose a time, look once more, done; pay, follow, stop, bill."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.charging.errors import ConnectorUnknown
from scenes.charging.pages_sessions_view import (
    KINDS,
    STAYS,
    Chip,
    ReserveView,
    StartView,
    charge_view,
    confirm_view,
    day_chips,
    idle_words,
    price_lines,
    time_chips,
)
from scenes.charging.service import charges, reservations
from scenes.charging.service.charges import Charge
from scenes.charging.service.driving import topic
from scenes.charging.service.reservations import Site, Wish
from scenes.charging.service.rules import tariff_at
from scenes.charging.service.sessions import Ask, begin
from scenes.charging.service.windows import connector_words
from scenes.charging.store import windows as window_store
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import Booking, PlaceNames
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import SHANGHAI, Clock, local_day
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.limits import Limits
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid
from scenes.common.kit.speech import spoken_day
from scenes.common.kit.wire import fingerprint

CONFLICT: Final = 409
USUAL_STAY: Final = 60
SESSION_PATH: Final = "/charging/sessions/{session_id:uuid}"

_booking = msgspec.json.Decoder(Booking)


class ReserveForm(PageForm, frozen=True, kw_only=True):
    """What is to be reserved; an empty connector is any of the type, an empty type any."""

    starts_at: str = ""
    minutes: int = USUAL_STAY
    connector_type: str = ""
    connector: str = ""

    def wish(self, station_id: UUID) -> Wish:
        """Read the wish (Invalid when it is none of ours)."""
        try:
            return Wish(
                station_id=station_id,
                connector_id=UUID(self.connector) if self.connector else None,
                kind=int(self.connector_type) if self.connector_type else None,
                starts_at=datetime.fromisoformat(self.starts_at).astimezone(SHANGHAI),
                minutes=self.minutes,
            )
        except ValueError:
            raise Invalid from None


@get("/charging/{station_id:uuid}/reserve", include_in_schema=False)
async def show_reserve(
    station_id: FromPath[UUID],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    day: Annotated[date | None, QueryParameter(name="date")] = None,
    starts_at: Annotated[datetime | None, QueryParameter(name="startsAt")] = None,
    minutes: Annotated[int, QueryParameter(ge=15, le=600)] = USUAL_STAY,
    kind: Annotated[int | None, QueryParameter(name="type")] = None,
    connector: Annotated[UUID | None, QueryParameter(name="connector")] = None,
) -> Response[str]:
    """Show the times that can be reserved; with a time chosen, look once more with the terms."""
    now = clock()
    site = await reservations.site_of(reading, station_id, now=now)
    kinds = sorted({each.kind for each in site.connectors if each.reservable}, reverse=True)
    kind = kind or (kinds[0] if kinds else None)
    name = place_names(station_id).name
    if starts_at is not None:
        at = starts_at if starts_at.tzinfo is not None else starts_at.replace(tzinfo=SHANGHAI)
        wish = Wish(station_id=station_id, connector_id=connector, kind=kind, starts_at=at, minutes=minutes)
        quote = await reservations.quote(reading, wish, now=now)
        back = f"/charging/{station_id}/reserve?{urlencode({'date': local_day(at), 'minutes': minutes})}"
        view = confirm_view(quote, site, station=name, back=back, now=now)
        return render("charging/session_reserve_confirm.html", view, title="确认预约")
    starts = await reservations.starts_of(reading, site, kind=kind, minutes=minutes, now=now)
    chosen = day or local_day(now)
    return render(
        "charging/session_reserve.html",
        _reserve_view(site, name, chosen, starts=starts, minutes=minutes, kind=kind, kinds=kinds, now=now),
        title=f"预约充电 · {name}",
    )


def _reserve_view(
    site: Site,
    name: str,
    chosen: date,
    *,
    starts: list[tuple[datetime, int]],
    minutes: int,
    kind: int | None,
    kinds: list[int],
    now: datetime,
) -> ReserveView:
    base = f"/charging/{site.station.id}/reserve"
    query = urlencode({"minutes": minutes, "type": kind or ""})
    most = site.rule.max_quarters * 15
    return ReserveView(
        station=name,
        back=f"/charging/{site.station.id}",
        days=day_chips(base, chosen, first=local_day(now), days=site.rule.days_ahead + 1, query=query),
        stays=[
            Chip(
                href=f"{base}?{urlencode({'date': chosen, 'minutes': length, 'type': kind or ''})}",
                text=text, chosen=length == minutes,
            )
            for length, text in STAYS
            if length <= most
        ],
        kinds=[
            Chip(
                href=f"{base}?{urlencode({'date': chosen, 'minutes': minutes, 'type': each})}",
                text=KINDS.get(each, "其他"), chosen=each == kind,
            )
            for each in kinds
        ],
        day=spoken_day(chosen, local_day(now)),
        times=time_chips(starts, day=chosen, now=now, base=base, query=query),
    )  # fmt: skip


@post("/charging/{station_id:uuid}/reserve", include_in_schema=False)
async def reserve(
    station_id: FromPath[UUID],
    data: URLEncodedBody[ReserveForm],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Reserve; a double tap is one reservation, a refusal is said on the page."""
    wish, now = data.wish(station_id), clock()
    asked = {"station": str(station_id), "wish": msgspec.to_builtins(wish)}
    try:
        await limits.check("chargingReserve", resident.person_id)
        outcome = await reservations.reserve(
            ledger, database, resident=resident, wish=wish, key=data.idempotency_key,
            fingerprint=fingerprint("/charging/reserve", asked), clock=clock,
        )  # fmt: skip
    except Conflict as refused:
        async with database.read() as session:
            site = await reservations.site_of(session, station_id, now=now)
            try:
                quote = await reservations.quote(session, wish, now=now)
            except Conflict:
                return see_other(f"/charging/{station_id}/reserve")
        view = confirm_view(
            quote, site, station=place_names(station_id).name, back=f"/charging/{station_id}/reserve",
            now=now, problem=refused.detail,
        )  # fmt: skip
        return render("charging/session_reserve_confirm.html", view, title="没有约成", status=CONFLICT)
    return see_other(f"/bookings/{_booking.decode(outcome.answer.body).id}")


async def _start_view(
    session: AsyncSession, connector_id: UUID, *, now: datetime, place_names: PlaceNames, problem: str = ""
) -> StartView:
    row = await window_store.connector(session, connector_id)
    if row is None or row.gone_at is not None:
        raise ConnectorUnknown
    site = await reservations.site_of(session, row.station_id, now=now)
    tariff = await tariff_at(session, site.station, now)
    return StartView(
        action=f"/charging/connectors/{connector_id}/start",
        back=f"/charging/{row.station_id}",
        station=place_names(row.station_id).name,
        connector=connector_words(row),
        about=[KINDS.get(row.kind, ""), f"{row.power_kw:g} 千瓦"],
        prices=price_lines(tariff, now),
        deposit=yuan_text(site.rule.deposit_fen),
        idle=idle_words(tariff),
        problem=problem,
    )


@get("/charging/connectors/{connector_id:uuid}/start", include_in_schema=False)
async def show_start(
    connector_id: FromPath[UUID],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show what a charge costs and what is paid in advance."""
    view = await _start_view(reading, connector_id, now=clock(), place_names=place_names)
    return render("charging/session_start.html", view, title="开始充电")


@post("/charging/connectors/{connector_id:uuid}/start", include_in_schema=False)
async def start(
    connector_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Ask for a charge, and go on to its page to pay; a refusal is said on the page."""
    try:
        ask = Ask(
            resident=resident, connector_id=connector_id, key=data.idempotency_key,
            fingerprint=fingerprint("/charging/start", {"connector": str(connector_id)}), show=_page_of,
        )  # fmt: skip
        admit = partial(limits.check, "chargingBegin", resident.person_id)
        answer = await begin(ledger, database, ask, admit=admit, clock=clock)
    except Conflict as refused:
        async with database.read() as session:
            view = await _start_view(
                session, connector_id, now=clock(), place_names=place_names, problem=refused.detail
            )
        return render("charging/session_start.html", view, title="没有开始", status=CONFLICT)
    return see_other(answer.body.decode())


def _page_of(charge: Charge) -> bytes:
    return f"/charging/sessions/{charge.row.id}".encode()


@get(SESSION_PATH, include_in_schema=False)
async def show_charge(
    session_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show a charge live: energy and money, the stop button, and at the end the bill."""
    charge = await charges.own_charge(session, session_id, resident)
    view = charge_view(charge, place_names(charge.row.station_id).name, clock())
    return render("charging/session_charge.html", view, title="充电")


@post(f"{SESSION_PATH}/stop", include_in_schema=False)
async def stop(
    session_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    fanout: NamedDependency[Fanout],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Stop a charge and show it again."""
    del data
    async with database.transaction() as session:
        await charges.stop(session, session_id, resident, now=clock())
    await fanout.publish(topic(session_id), b"changed")
    return see_other(f"/charging/sessions/{session_id}")


PAGES: list[Any] = [show_reserve, reserve, show_start, start, show_charge, stop]
