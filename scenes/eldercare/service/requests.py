"""Asking for care: with a time on the ledger, or as soon as somebody can; seeing it, cancelling, rating."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.ledger import Adjustment, Claim, Want
from scenes.common.booking.ledger.claims import BookingRecord
from scenes.common.booking.rules import age_on
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.people import service as people
from scenes.common.people.tables import PersonRow
from scenes.common.places.tables import PlaceRow
from scenes.common.places.walking import great_circle_m
from scenes.eldercare.errors import RequestNotFound, ServiceNotFound
from scenes.eldercare.rules.care import check_may_ask, check_window, subsidy_for
from scenes.eldercare.rules.escort import Appointment
from scenes.eldercare.rules.later import check_wished, come_by
from scenes.eldercare.service.care_log import move
from scenes.eldercare.service.catalogue import Offer, offer_at
from scenes.eldercare.service.escort import appointment_of, in_time
from scenes.eldercare.store import requests as store
from scenes.eldercare.tables.requests import CareRequestRow

SCENE = "eldercare"
CODE_DIGITS = 4
LISTED = 30
RECENT = 5


class Spot(msgspec.Struct, frozen=True):
    """Where the carer is to come: an address in words, and WGS-84 where known."""

    address: str = ""
    lat: float | None = None
    lng: float | None = None


class Brief(msgspec.Struct, frozen=True):
    """What the carer has to know; kept sealed."""

    note: str
    spot: Spot


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for; `sex` is who shall come, where that matters.

    `wished_at` is a later hour for help that has no bookable times.
    """

    service_id: UUID
    person_id: UUID | None = None
    window_id: UUID | None = None
    wished_at: datetime | None = None
    note: str = ""
    spot: Spot | None = None
    sex: str | None = None
    agreed: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A wish that was found in order: for whom, under which terms, and where."""

    wish: Wish
    person: PersonRow
    offer: Offer
    place_id: UUID
    day: date
    brief: Brief


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A request with the names that belong to it."""

    row: CareRequestRow
    service_name: str
    prepare: str
    person_name: str
    carer_name: str
    brief: Brief
    accompanies: str | None = None
    appointment: Appointment | None = None
    in_time: bool = True


async def check(session: AsyncSession, resident: Resident, wish: Wish, *, now: datetime) -> Asked:
    """Hold a wish against the terms.

    Refuses with ServiceNotFound, PatientNotFound, TooYoung, AgreementNeeded, WindowNeeded, and an hour that
    cannot be wished for with HourPast, HourTooFar, HourNotServed.
    """
    person_id = await people.subject_of(session, resident, wish.person_id)
    person = await store.person(session, person_id)
    if person is None:
        raise RequestNotFound
    home = Spot(lat=person.lat, lng=person.lng)
    spot = wish.spot or home
    place_id, at = await _whose(session, wish, home if spot.lat is None else spot, now)
    day = local_day(at)
    offer = await offer_at(session, wish.service_id, place_id, day)
    check_may_ask(offer.terms, age_on(person.birth_date, day), agreed=wish.agreed)
    check_window(offer.terms, wish.window_id, by_window=offer.row.by_window)
    if wish.wished_at is not None:
        check_wished(offer.terms, wish.wished_at, by_window=offer.row.by_window, now=now)
    brief = Brief(wish.note, spot)
    return Asked(wish=wish, person=person, offer=offer, place_id=place_id, day=day, brief=brief)


async def _whose(session: AsyncSession, wish: Wish, spot: Spot, now: datetime) -> tuple[UUID, datetime]:
    """Return which venue a wish is for and when: that of the time chosen, else the nearest, now or later."""
    if wish.window_id is not None:
        window = await store.window(session, wish.window_id, wish.service_id)
        if window is None:
            raise ServiceNotFound
        return window.place_id, window.starts_at
    venues = await store.venues(session)
    if not venues:
        raise ServiceNotFound
    return min(venues, key=lambda venue: _metres(venue, spot)).id, wish.wished_at or now


def _metres(venue: PlaceRow, spot: Spot) -> float:
    if spot.lat is None or spot.lng is None:
        return 0.0
    return great_circle_m(venue.lat, venue.lng, to_lat=spot.lat, to_lng=spot.lng)


def claim_of(asked: Asked, resident: Resident, *, cipher: FieldCipher, key: str, mark: bytes) -> Claim:
    """Make the claim of a wish with a time: the subsidy taken off, and all that the request needs with it."""
    wish, terms = asked.wish, asked.offer.terms
    window_id = wish.window_id
    if window_id is None:
        raise ValueError("only a wish with a time is claimed")
    subsidy = subsidy_for(terms, age_on(asked.person.birth_date, asked.day))
    details: dict[str, Any] = {
        "serviceId": str(wish.service_id),
        "sex": wish.sex,
        "terms": msgspec.to_builtins(terms),
        "brief": b64encode(_seal(asked.brief, asked.person.id, cipher)).decode(),
    }
    return Claim(
        scene=SCENE,
        booker_id=resident.person_id,
        subject_id=asked.person.id,
        wants=(Want(window_id),),
        key=key,
        fingerprint=mark,
        adjustments=(Adjustment("养老服务补贴", -subsidy),) if subsidy else (),
        details=details,
    )


async def open_booked(session: AsyncSession, booking: BookingRecord, *, now: datetime) -> CareRequestRow:
    """Open the request that belongs to a booking, once; it is at the desk when nothing is to pay."""
    facts = booking.details
    row = CareRequestRow(
        id=booking.id, service_id=UUID(facts["serviceId"]), place_id=booking.place_id,
        person_id=booking.person_id, requested_by=booking.booked_by, booked=True, state="unpaid", since=now,
        requested_at=now, promised_at=booking.starts_at, terms=facts["terms"], sex_wish=facts["sex"],
        brief_sealed=b64decode(facts["brief"]), code=_code(),
    )  # fmt: skip
    await store.add_request(session, row)
    found = await store.request(session, booking.id, lock=True)
    if found is None:
        raise RequestNotFound
    if found.state == "unpaid" and booking.state in {"confirmed", "checked_in"}:
        await move(session, found, "pay", actor_id=booking.booked_by, now=now)
    if found.state == "unpaid" and booking.state in {"cancelled", "expired"}:
        await move(session, found, "cancel", actor_id=None, now=now)
    await session.flush()
    return found


async def open_now(
    session: AsyncSession, resident: Resident, asked: Asked, *, cipher: FieldCipher, now: datetime
) -> CareRequestRow:
    """Open a request without a booked time: somebody comes as soon as promised, or at the hour wished for."""
    terms = asked.offer.terms
    row = CareRequestRow(
        id=new_id(), service_id=asked.wish.service_id, place_id=asked.place_id, person_id=asked.person.id,
        requested_by=resident.person_id, booked=False, state="unpaid", since=now, requested_at=now,
        promised_at=come_by(terms, asked.wish.wished_at, now=now), wished_at=asked.wish.wished_at,
        terms=msgspec.to_builtins(terms),
        sex_wish=asked.wish.sex, brief_sealed=_seal(asked.brief, asked.person.id, cipher), code=_code(),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await move(session, row, "pay", actor_id=resident.person_id, now=now)
    return row


async def own(
    session: AsyncSession, resident: Resident, request_id: UUID, *, lock: bool = False
) -> CareRequestRow:
    """Read a request for its person or who asked for them (RequestNotFound)."""
    row = await store.request(session, request_id, lock=lock)
    if row is None or not await people.is_theirs(
        session, resident.subject_id, row.person_id, arranged_by=row.requested_by
    ):
        raise RequestNotFound
    return row


async def own_list(
    session: AsyncSession, resident: Resident, person_id: UUID | None = None
) -> Sequence[CareRequestRow]:
    """List a person's requests, newest first; of another person those that are theirs to see, as `own`."""
    me = resident.subject_id
    rows = await store.requests_of(session, person_id or me, limit=LISTED)
    return [
        row
        for row in rows
        if row.person_id == me
        or await people.is_theirs(session, me, row.person_id, arranged_by=row.requested_by)
    ]


async def addresses_before(
    session: AsyncSession, resident: Resident, people_ids: Iterable[UUID], cipher: FieldCipher
) -> list[str]:
    """List where help went for some people before, newest first; nothing for who may not see that."""
    if not resident.may_view:
        return []
    rows = [row for person_id in people_ids for row in await own_list(session, resident, person_id)]
    rows.sort(key=lambda row: row.requested_at, reverse=True)
    written = [brief_of(row, cipher).spot.address for row in rows[:RECENT]]
    return [address for address in dict.fromkeys(written) if address]


async def view_of(session: AsyncSession, row: CareRequestRow, cipher: FieldCipher) -> RequestView:
    """Read the names of a request, and open what the carer has to know."""
    service = await store.service(session, row.service_id)
    person = await store.person(session, row.person_id)
    carer = await store.staff_name(session, row.carer_id) if row.carer_id else ""
    appointment = await appointment_of(session, row)
    return RequestView(
        row=row, service_name=service.name if service else "", prepare=service.prepare if service else "",
        person_name=person.name if person else "", carer_name=carer, brief=brief_of(row, cipher),
        accompanies=service.accompanies if service else None, appointment=appointment,
        in_time=appointment is None or in_time(row, appointment),
    )  # fmt: skip


async def cancel(session: AsyncSession, row: CareRequestRow, *, actor_id: UUID, now: datetime) -> None:
    """Take a request back (RequestMoveIllegal once the carer is there); twice is the same."""
    if row.state != "cancelled":
        await move(session, row, "cancel", actor_id=actor_id, now=now)


async def rate(session: AsyncSession, row: CareRequestRow, *, stars: int, by: UUID, now: datetime) -> None:
    """Say how it was, one to five stars, once (RequestMoveIllegal before the visit is done)."""
    await move(session, row, "rate", actor_id=by, now=now)
    row.stars = stars


def brief_of(row: CareRequestRow, cipher: FieldCipher) -> Brief:
    """Open what the carer has to know."""
    opened = cipher.open(row.brief_sealed, context=brief_context(row.person_id))
    return msgspec.json.decode(opened, type=Brief)


def _seal(brief: Brief, person_id: UUID, cipher: FieldCipher) -> bytes:
    return cipher.seal(msgspec.json.encode(brief).decode(), context=brief_context(person_id))


def brief_context(person_id: UUID) -> str:
    """Name what a sealed brief is bound to."""
    return f"care_request.brief:{person_id}"


def _code() -> str:
    return str(secrets.randbelow(10**CODE_DIGITS)).zfill(CODE_DIGITS)
