"""The care desk: one queue with its clocks, who could go, and each step of a visit; scoped and audited."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.people import service as people
from scenes.common.people.service import append_audit
from scenes.common.people.tables import PersonRow
from scenes.eldercare.errors import CarerNotFound, NotTheCareDesk, RequestMoveIllegal, RequestNotFound
from scenes.eldercare.rules.care import Ask, Candidate, can_do, check_arrival, distance_m, propose, terms_of
from scenes.eldercare.rules.later import awaits_call, check_wished
from scenes.eldercare.service.care_log import move
from scenes.eldercare.service.requests import Brief, RequestView, brief_of, view_of
from scenes.eldercare.store import requests as store
from scenes.eldercare.store import sos as sos_store
from scenes.eldercare.tables.requests import CareRequestRow

ROLES = frozenset({"eldercare", "district"})


class DeskItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the desk's queue: a request or an alarm, since when it stands so, and what is due when."""

    kind: str
    id: UUID
    person: str
    since: datetime
    due: datetime | None
    state: str
    href: str
    what: str = ""
    wished_at: datetime | None = None
    agreed: bool = False


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A carer who could go, with the distance as the crow flies and the visits they have open."""

    carer_id: UUID
    name: str
    distance_m: int
    load: int
    tried: bool


class RequestDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A request as whoever does it sees it: the place, the number to ring, and who could go.

    `home` is the address of the person's profile where the visit is at their home and none was written.
    """

    view: RequestView
    home: str
    phone: str | None
    proposals: Sequence[Proposal]


async def queue(session: AsyncSession, staff: Staff) -> list[DeskItem]:
    """List what is open: alarms nobody answered, then requests, what is due first; a carer sees their own."""
    check_desk(staff)
    rows = await store.open_requests(session, None if staff.role == "district" else staff.place_ids)
    names = {row.id: row.name for row in await store.services(session)}
    carer = await store.carer(session, staff.staff_id)
    items = [
        _item(row, name, names.get(row.service_id, ""))
        for row, name in rows
        if carer is None or row.carer_id == staff.staff_id
    ]
    alarms = [] if carer is not None else await _alarms(session)
    return sorted([*alarms, *items], key=_urgency)


def check_desk(staff: Staff) -> None:
    """Refuse whoever works neither at the eldercare desk nor for the district (NotTheCareDesk)."""
    if staff.role not in ROLES:
        raise NotTheCareDesk


def _urgency(item: DeskItem) -> tuple[int, datetime, UUID]:
    return (0 if item.kind == "sos" else 1 if item.due else 2, item.due or item.since, item.id)


def _item(row: CareRequestRow, name: str, what: str) -> DeskItem:
    return DeskItem(
        kind="request", id=row.id, person=name, since=row.since, due=row.due_at, state=row.state,
        href=f"/staff/eldercare/{row.id}", what=what,
        wished_at=row.promised_at if row.wished_at is not None else None,
        agreed=not awaits_call(row.state, row.wished_at, row.agreed_at),
    )  # fmt: skip


async def _alarms(session: AsyncSession) -> list[DeskItem]:
    items: list[DeskItem] = []
    for row in await sos_store.open_alarms(session):
        person = await store.person(session, row.person_id)
        items.append(
            DeskItem(
                kind="sos", id=row.id, person=person.name if person else "", since=row.called_at,
                due=row.due_at, state=row.state, href=f"/staff/sos/{row.id}",
                what="呼救演练" if row.drill else "呼救",
            )
        )  # fmt: skip
    return items


async def detail(
    session: AsyncSession, staff: Staff, request_id: UUID, *, cipher: FieldCipher, now: datetime
) -> RequestDetail:
    """Open a request with its place and number (RequestNotFound, NotTheCareDesk); written down each time."""
    row = await at_hand(session, staff, request_id, lock=False)
    view = await view_of(session, row, cipher)
    person = await store.person(session, row.person_id)
    home = people.address_of(person, cipher) if person is not None and _is_home(view.brief, person) else ""
    phone = await people.phone_of(session, row.person_id, cipher=cipher)
    proposals = await _proposals(session, row, cipher) if row.state in {"requested", "assigned"} else ()
    await _audit(session, staff, row, "read", now=now)
    return RequestDetail(view=view, home=home, phone=phone, proposals=proposals)


def _is_home(brief: Brief, person: PersonRow) -> bool:
    """Tell whether a visit is where the person lives: no other address, and no other spot on the map."""
    spot = brief.spot
    return not spot.address and (spot.lat, spot.lng) == (person.lat, person.lng)


async def open_phone(
    session: AsyncSession, staff: Staff, request_id: UUID, *, cipher: FieldCipher, now: datetime
) -> RequestDetail:
    """Open a request to ring its person (RequestNotFound, NotTheCareDesk); that is written down too."""
    found = await detail(session, staff, request_id, cipher=cipher, now=now)
    await _audit(session, staff, found.view.row, "phone", now=now)
    return found


async def assign(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    staff: Staff,
    request_id: UUID,
    *,
    carer_id: UUID,
    cipher: FieldCipher,
    now: datetime,
) -> CareRequestRow:
    """Send a carer (CarerNotFound for one who cannot do it); only the desk decides, not a carer."""
    row = await at_hand(session, staff, request_id)
    if await store.carer(session, staff.staff_id) is not None:
        raise NotTheCareDesk
    if carer_id not in {each.carer_id for each in await _proposals(session, row, cipher)}:
        raise CarerNotFound
    await move(session, row, "assign", actor_id=staff.staff_id, now=now, carer_id=carer_id)
    await _audit(session, staff, row, "assign", now=now)
    return row


async def step(
    session: AsyncSession, staff: Staff, request_id: UUID, *, event: str, now: datetime
) -> CareRequestRow:
    """Accept, release or refuse a request (RequestNotFound, NotTheCareDesk, RequestMoveIllegal)."""
    row = await at_hand(session, staff, request_id)
    if event == "refuse" and await store.carer(session, staff.staff_id) is not None:
        raise NotTheCareDesk
    await move(session, row, event, actor_id=staff.staff_id, now=now)
    await _audit(session, staff, row, event, now=now)
    return row


async def agree(
    session: AsyncSession, staff: Staff, request_id: UUID, *, at: datetime, now: datetime
) -> CareRequestRow:
    """Write down the hour agreed with the person on the phone; they are told of it.

    Only the desk agrees, and only where a later hour was wished for: NotTheCareDesk, RequestMoveIllegal, and
    HourPast, HourTooFar, HourNotServed for an hour at which nobody could have been wished for.
    """
    row = await at_hand(session, staff, request_id)
    if await store.carer(session, staff.staff_id) is not None:
        raise NotTheCareDesk
    if row.wished_at is None:
        raise RequestMoveIllegal
    check_wished(terms_of(row.terms), at, by_window=row.booked, now=now)
    row.promised_at, row.agreed_at = at, now
    await move(session, row, "agree", actor_id=staff.staff_id, now=now)
    await _audit(session, staff, row, "agree", now=now)
    return row


async def arrive(  # noqa: PLR0913 - one fact each
    session: AsyncSession, staff: Staff, request_id: UUID, *, code: str | None, note: str, now: datetime
) -> CareRequestRow:
    """Note that the carer is there, by the elder's code or a written reason (ArrivalUnproved)."""
    row = await at_hand(session, staff, request_id)
    proof = check_arrival(row.code, told=code, note=note)
    await move(session, row, "arrive", actor_id=staff.staff_id, now=now)
    row.arrived_at, row.arrived_by = now, proof
    await _audit(session, staff, row, f"arrive.{proof}", now=now)
    return row


async def complete(  # noqa: PLR0913 - one fact each
    session: AsyncSession, staff: Staff, request_id: UUID, *, report: str, cipher: FieldCipher, now: datetime
) -> CareRequestRow:
    """Note that the visit is done, with what the carer found; the report is kept sealed."""
    row = await at_hand(session, staff, request_id)
    await move(session, row, "complete", actor_id=staff.staff_id, now=now)
    row.done_at = now
    if report:
        row.report_sealed = cipher.seal(report, context=f"care_request.report:{row.id}")
    await _audit(session, staff, row, "complete", now=now)
    return row


async def at_hand(
    session: AsyncSession, staff: Staff, request_id: UUID, *, lock: bool = True
) -> CareRequestRow:
    """Read a request of one's venues; a carer only has those they were sent to (RequestNotFound)."""
    check_desk(staff)
    row = await store.request(session, request_id, lock=lock)
    if row is None or not staff.may_work_at(row.place_id):
        raise RequestNotFound
    if await store.carer(session, staff.staff_id) is not None and row.carer_id != staff.staff_id:
        raise RequestNotFound
    return row


async def _proposals(session: AsyncSession, row: CareRequestRow, cipher: FieldCipher) -> list[Proposal]:
    service, spot = await store.service(session, row.service_id), brief_of(row, cipher).spot
    past = await store.steps(session, row.id)
    tried = frozenset(each.carer_id for each in past if each.kind == "assign" and each.carer_id)
    ask = Ask(
        skill=service.skill if service else "", sex=row.sex_wish, lat=spot.lat, lng=spot.lng, tried=tried
    )
    loads, found = await store.loads(session), await store.carers(session, row.place_id)
    names = {carer.staff_id: name for carer, _, name in found}
    candidates = [
        Candidate(
            id=carer.staff_id, sex=carer.sex, skills=frozenset(carer.skills), lat=place.lat, lng=place.lng,
            load=loads.get(carer.staff_id, 0),
        )
        for carer, place, _ in found
    ]  # fmt: skip
    return [
        Proposal(
            carer_id=each.id, name=names[each.id], distance_m=distance_m(each, ask), load=each.load,
            tried=each.id in tried,
        )
        for each in propose([one for one in candidates if can_do(one, ask)], ask)
    ]  # fmt: skip


async def _audit(
    session: AsyncSession, staff: Staff, row: CareRequestRow, what: str, *, now: datetime
) -> None:
    action = f"staff.care.{what}"
    await append_audit(session, staff.staff_id, action=action, subject_ids=[row.person_id], now=now)
