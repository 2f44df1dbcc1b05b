"""Care as pages for residents: the catalogue, asking, and how a request stands; no JavaScript is needed."""

from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking.ledger import Ledger
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import once
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, IdempotencyKeyReused, Invalid
from scenes.common.kit.wire import encode, fingerprint
from scenes.common.people import service as people
from scenes.eldercare.errors import AppointmentNotFound
from scenes.eldercare.pages_care_form import SENT_ALREADY, SEXES, AskForm, id_of, wish_of
from scenes.eldercare.pages_care_view import (
    AskView,
    Choice,
    StatusView,
    care_home,
    service_facts,
    span_words,
    status_page,
    window_choices,
)
from scenes.eldercare.pages_escort_view import escort_view
from scenes.eldercare.pages_later_view import later_view
from scenes.eldercare.service import asking, catalogue, escort, photos, requests

CONFLICT = 409


class AppointmentForm(PageForm, frozen=True, kw_only=True):
    """Which appointment the carer goes along to; empty for none."""

    booking: str = ""


class RateForm(PageForm, frozen=True, kw_only=True):
    """How it was."""

    stars: Literal["1", "2", "3", "4", "5"]


@get("/eldercare", include_in_schema=False)
async def show_care(
    caller: NamedDependency[Caller],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show what can be asked for, and one's own requests."""
    now = clock()
    rows = await requests.own_list(reading, caller) if isinstance(caller, Resident) else ()
    mine = [await requests.view_of(reading, row, cipher) for row in rows]
    offers = await catalogue.catalogue(reading, now=now)
    return render("eldercare/care.html", care_home(offers, mine, now), title="请人帮忙")


@get("/eldercare/services/{service_id:uuid}", include_in_schema=False)
async def show_service(
    service_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show one service with the form that asks for it."""
    page = await _ask_page(reading, caller, service_id, AskForm(), cipher=cipher, clock=clock)
    return render("eldercare/care_ask.html", page, title=page.name)


async def _ask_page(
    session: AsyncSession,
    caller: Caller,
    service_id: UUID,
    form: AskForm,
    *,
    cipher: FieldCipher,
    clock: Clock,
    problem: str = "",
) -> AskView:
    now = clock()
    offer = await catalogue.offer(session, service_id, now=now)
    here = f"/eldercare/services/{service_id}"
    people_, before = list[Choice](), list[str]()
    if isinstance(caller, Resident):
        people_ = await _people(session, caller, form.patient)
        ids = [id_of(choice.id) or caller.subject_id for choice in people_]
        before = await requests.addresses_before(session, caller, ids, cipher)
    return AskView(
        name=offer.row.name, summary=offer.row.summary, facts=service_facts(offer), action=here,
        at_once=f"现在就来,{span_words(offer.terms.promise_minutes)}内",
        later=later_view(offer, day=form.day, hour=form.hour, now=now),
        by_window=offer.row.by_window, windows=window_choices(offer, form.window, now), people=people_,
        add_patient=f"/me/patients/add?{urlencode({'next': here})}", agreement=offer.terms.agreement,
        address=form.address, before=before, note=form.note,
        sexes=[Choice(id=sex, label=label, chosen=sex == form.sex) for sex, label in SEXES.items()],
        agreed=bool(form.agreed), pays=offer.terms.price_fen > 0, problem=problem,
    )  # fmt: skip


async def _people(session: AsyncSession, resident: Resident, chosen: str) -> list[Choice]:
    me = await people.myself(session, resident.subject_id)
    found = await people.companions_of(session, resident)
    choices = [Choice(id="", label=f"{me.name}(本人)", chosen=not chosen)]
    return choices + [
        Choice(id=str(row.id), label=f"{row.name}({link.relation})", chosen=chosen == str(row.id))
        for link, row in found
    ]


@post("/eldercare/services/{service_id:uuid}", include_in_schema=False)
async def ask(
    service_id: FromPath[UUID],
    data: URLEncodedBody[AskForm],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Ask, then go on to the request, or to its booking where something is to pay."""
    try:
        request_id, unpaid = await _asked(
            ledger, database, resident=resident, service_id=service_id, form=data, cipher=cipher, clock=clock
        )
    except (Conflict, Invalid, IdempotencyKeyReused) as refused:
        problem = SENT_ALREADY if isinstance(refused, IdempotencyKeyReused) else refused.detail
        async with database.read() as session:
            page = await _ask_page(
                session, resident, service_id, data, cipher=cipher, clock=clock, problem=problem
            )
        return render("eldercare/care_ask.html", page, title="还没有办成", status=CONFLICT)
    return see_other(f"/bookings/{request_id}" if unpaid else f"/eldercare/requests/{request_id}")


async def _asked(
    ledger: Ledger,
    database: Database,
    *,
    resident: Resident,
    service_id: UUID,
    form: AskForm,
    cipher: FieldCipher,
    clock: Clock,
) -> tuple[UUID, bool]:
    wish, now = wish_of(service_id, form), clock()
    key, mark = form.idempotency_key, fingerprint(f"/eldercare/services/{service_id}", form.filled)
    if wish.window_id is not None:
        view, _ = await asking.ask_with_time(
            ledger, database, resident=resident, wish=wish, cipher=cipher, clock=clock, key=key, mark=mark
        )
        return view.row.id, view.row.state == "unpaid"
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            asked = await requests.check(session, resident, wish, now=now)
            row = await requests.open_now(session, resident, asked, cipher=cipher, now=now)
            return 201, encode(str(row.id))

        answer = await once(session, resident.person_id, key=key, fingerprint=mark, now=now, act=act)
    return UUID(answer.body.decode().strip('"')), False


@get("/eldercare/requests/{request_id:uuid}", include_in_schema=False)
async def show_request(
    request_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    booking: FromQuery[str] = "",
) -> Response[str]:
    """Show who comes, when, and the code to tell at the door; `booking` is one just made at the clinic."""
    page = await _status(reading, resident, request_id, cipher=cipher, now=clock(), chosen=booking)
    return render("eldercare/care_request.html", page, title=page.name)


async def _status(
    session: AsyncSession,
    resident: Resident,
    request_id: UUID,
    *,
    cipher: FieldCipher,
    now: datetime,
    chosen: str = "",
    problem: str = "",
) -> StatusView:
    row = await requests.own(session, resident, request_id)
    view = await requests.view_of(session, row, cipher)
    found = await escort.choices(session, resident, row, now=now)
    part = escort_view(view, found, viewer_id=resident.subject_id, chosen=chosen, now=now)
    seen = await photos.listed(session, row.id)
    return status_page(view, now=now, escort=part, photos=seen, problem=problem)


@post("/eldercare/requests/{request_id:uuid}/appointment", include_in_schema=False)
async def name_appointment(
    request_id: FromPath[UUID],
    data: URLEncodedBody[AppointmentForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Say which appointment the carer goes along to."""
    try:
        async with database.transaction() as session:
            row = await requests.own(session, resident, request_id, lock=True)
            await escort.name_appointment(session, resident, row, booking_id=id_of(data.booking))
    except (Conflict, AppointmentNotFound) as refused:
        async with database.read() as session:
            page = await _status(
                session, resident, request_id, cipher=cipher, now=clock(), problem=refused.detail
            )
        return render("eldercare/care_request.html", page, title=page.name, status=CONFLICT)
    return see_other(f"/eldercare/requests/{request_id}")


@post("/eldercare/requests/{request_id:uuid}/cancel", include_in_schema=False)
async def cancel(
    request_id: FromPath[UUID],
    data: URLEncodedBody[PageForm],
    resident: NamedDependency[Resident],
    ledger: NamedDependency[Ledger],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Take a request back."""
    del data
    try:
        await asking.take_back(
            ledger, database, resident=resident, request_id=request_id, cipher=cipher, clock=clock
        )
    except Conflict as refused:
        async with database.read() as session:
            page = await _status(
                session, resident, request_id, cipher=cipher, now=clock(), problem=refused.detail
            )
        return render("eldercare/care_request.html", page, title=page.name, status=CONFLICT)
    return see_other(f"/eldercare/requests/{request_id}")


@post("/eldercare/requests/{request_id:uuid}/rate", include_in_schema=False)
async def rate(
    request_id: FromPath[UUID],
    data: URLEncodedBody[RateForm],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Say how it was; a second time changes nothing."""
    row = await requests.own(session, resident, request_id, lock=True)
    if row.state != "rated":
        await requests.rate(session, row, stars=int(data.stars), by=resident.person_id, now=clock())
    return see_other(f"/eldercare/requests/{request_id}")


PAGES: list[Any] = [show_care, show_service, ask, show_request, name_appointment, cancel, rate]
