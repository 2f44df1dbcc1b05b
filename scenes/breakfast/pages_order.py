"""Ordering, page by page: the price explained, agreed to, ordered; for once or for every week."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.errors import OrderInvalid, SlotNotFound
from scenes.breakfast.pages_points import Chosen, chosen_in, point_view
from scenes.breakfast.pages_view import (
    PersonChoice,
    QuoteView,
    order_terms,
    price_lines,
    query_of,
    quote_words,
    shortage_of,
    weekday_words,
)
from scenes.breakfast.service import orders, repeats
from scenes.breakfast.service.menu import shared_menu
from scenes.breakfast.service.orders import OrderWish, Priced, Wish
from scenes.breakfast.service.repeats import RepeatWish
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import Booking
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock, shanghai
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import once
from scenes.common.kit.limits import Limits
from scenes.common.kit.money import yuan_text
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Conflict, Invalid, NotFound
from scenes.common.kit.wire import fingerprint
from scenes.common.people import service as people
from scenes.common.places.directory import PlaceDirectory

BAD_REQUEST, CONFLICT = 400, 409
LONGEST_NOTE = 200

_booking = msgspec.json.Decoder(Booking)
_items = msgspec.json.Decoder(list[tuple[UUID, int]])


class OrderForm(PageForm, frozen=True, kw_only=True):
    """What was agreed to: the slot, the items as JSON pairs, whom for, the price seen, a word to the shop."""

    slot: UUID
    items: str
    person: str = ""
    agreed_fen: int
    note: str = ""
    weekly: str = ""

    def chosen(self) -> Chosen:
        """Read the choice (OrderInvalid)."""
        try:
            items = _items.decode(self.items)
            person = UUID(self.person) if self.person else None
        except (msgspec.DecodeError, ValueError):
            raise OrderInvalid from None
        wishes = tuple(Wish(item_id=item_id, quantity=quantity) for item_id, quantity in items)
        return Chosen(items=wishes, slot=self.slot, person=person)


def _wish(place_id: UUID, chosen: Chosen, note: str = "") -> OrderWish:
    if chosen.slot is None:
        raise SlotNotFound("请选什么时候来取。", detail_en="Choose a pick-up time.")
    if not chosen.items:
        raise OrderInvalid("请选要什么、要几份。")
    return OrderWish(
        place_id=place_id,
        window_id=chosen.slot,
        items=chosen.items,
        note=note or None,
        person_id=chosen.person,
    )


async def _people(session: AsyncSession, resident: Resident, here: str, chosen: Chosen) -> list[PersonChoice]:
    """List whom can be ordered for, oneself first; choosing shows that person's price."""
    me = await people.myself(session, resident.subject_id)
    found = await people.companions_of(session, resident)
    persons = [(None, f"{me.name}(本人)")]
    persons += [(row.id, f"{row.name}({link.relation})") for link, row in found]
    return [
        PersonChoice(
            label,
            f"{here}?{query_of(chosen.items, chosen.slot, person=person_id)}",
            chosen=person_id == chosen.person,
        )
        for person_id, label in persons
    ]


async def _quote_view(
    database: Database,
    directory: PlaceDirectory,
    resident: Resident,
    *,
    place_id: UUID,
    chosen: Chosen,
    note: str = "",
    problem: str = "",
) -> QuoteView:
    clock, now = directory.clock, directory.clock()
    wish = _wish(place_id, chosen)
    priced = await orders.price(database, clock, resident=resident, wish=wish)
    menu = await shared_menu(database, clock, place_id, day=priced.day)
    here, place = f"/breakfast/{place_id}/quote", directory.get(place_id)
    async with database.read() as session:
        persons = await _people(session, resident, here, chosen)
    day, hours, speak = quote_words(priced, now)
    again = f"{here}?{query_of(chosen.items, chosen.slot, person=chosen.person)}"
    return QuoteView(
        heading="没有订成" if problem else "看看对不对",
        action=f"/breakfast/{place_id}/orders",
        back=f"/breakfast/{place_id}?{query_of(chosen.items, chosen.slot, day=priced.day)}",
        place=place.name if place else "",
        day=day,
        hours=hours,
        weekday=weekday_words(priced.slot.starts_at),
        lines=price_lines(priced),
        total=yuan_text(priced.quote.total_fen) if priced.quote.total_fen else "不用付钱",
        speak=speak,
        free=priced.quote.total_fen == 0,
        agreed_fen=priced.quote.total_fen,
        slot=str(priced.slot.window_id),
        items=_pairs(priced),
        person=str(chosen.person or ""),
        people=persons,
        add_patient=f"/me/patients/add?{urlencode({'next': again})}",
        terms=order_terms(priced.slot, menu.rule, now),
        note=note,
        problem=problem or shortage_of(priced),
    )


def _pairs(priced: Priced) -> str:
    return msgspec.json.encode([(item.item_id, units) for item, units in priced.portions]).decode()


@get("/breakfast/{place_id:uuid}/quote", include_in_schema=False)
async def show_quote(
    request: Request[Any, Any, Any],
    place_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
) -> Response[str]:
    """Show what a choice costs and why; a choice that cannot be is said on the menu."""
    await limits.check("breakfastQuote", resident.person_id)
    chosen = chosen_in(request.query_params)
    try:
        view = await _quote_view(database, directory, resident, place_id=place_id, chosen=chosen)
    except (Invalid, NotFound) as refused:
        menu = await point_view(database, directory, place_id, chosen=chosen, problem=refused.detail)
        return render("breakfast/point.html", menu, title=menu.name, status=BAD_REQUEST)
    return render("breakfast/quote.html", view, title="看看价钱")


@post("/breakfast/{place_id:uuid}/orders", include_in_schema=False)
async def order(
    place_id: FromPath[UUID],
    data: URLEncodedBody[OrderForm],
    resident: NamedDependency[Resident],
    limits: NamedDependency[Limits],
    database: NamedDependency[Database],
    ledger: NamedDependency[Ledger],
    directory: NamedDependency[PlaceDirectory],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Order through the ledger; a double tap is one order, a refusal is said beside the price of now."""
    chosen, note = data.chosen(), data.note.strip()[:LONGEST_NOTE]
    asked = {"place": str(place_id), "slot": str(data.slot), "items": data.items, "person": data.person}
    mark = fingerprint("/breakfast/orders page", asked | {"note": note, "fen": data.agreed_fen})
    try:
        await limits.check("breakfastOrder", resident.person_id)
        answer = await orders.order(
            database,
            ledger,
            directory.clock,
            resident=resident,
            wish=_wish(place_id, chosen, note),
            key=data.idempotency_key,
            fingerprint=mark,
            agreed_fen=data.agreed_fen,
        )
    except Conflict as refused:
        view = await _quote_view(
            database, directory, resident, place_id=place_id, chosen=chosen, note=note, problem=refused.detail
        )
        return render("breakfast/quote.html", view, title="没有订成", status=CONFLICT)
    booking = _booking.decode(answer.body)
    if data.weekly:
        await _keep_weekly(database, directory.clock, resident, data=data, booking=booking, mark=mark)
    return see_other(f"/bookings/{booking.id}")


async def _keep_weekly(
    database: Database, clock: Clock, resident: Resident, *, data: OrderForm, booking: Booking, mark: bytes
) -> None:
    """Keep what was ordered for every week too, once for this form."""
    at, chosen, now = shanghai(booking.starts_at), data.chosen(), clock()
    wish = RepeatWish(
        place_id=booking.place.id, weekday=at.weekday(), at=at.time(), items=chosen.items,
        note=booking.note, person_id=chosen.person,
    )  # fmt: skip
    async with database.transaction() as session:

        async def act() -> tuple[int, bytes]:
            await repeats.add_repeat(session, resident, wish, now=now)
            return 201, b""

        key = f"{data.idempotency_key}:weekly"
        await once(session, resident.person_id, key=key, fingerprint=mark, now=now, act=act)


PAGES: list[Any] = [show_quote, order]
