"""What residents are told of by itself: each event becomes a message in the inboxes it concerns.

A held or checked-in booking is on the person's screen at that moment, so it makes no message.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.booking import service as booking
from scenes.common.kit.jobs import Periodic
from scenes.common.kit.outbox import Event, Handler
from scenes.common.notices import service
from scenes.common.notices.jobs_delivery import DELIVERY
from scenes.common.notices.jobs_family import FAMILY_HANDLERS
from scenes.common.notices.rules import Facts
from scenes.common.people import service as people
from scenes.common.places import service as places

UNPAID = "held"


def _telling(template: str) -> Handler:
    """Make the handler that tells an event in the words of a template."""

    async def handle(session: AsyncSession, event: Event) -> None:
        await _tell(session, event, template)

    return handle


async def tell_cancelled(session: AsyncSession, event: Event) -> None:
    """Tell of a cancelled booking: a resident's own wish reads otherwise than ours."""
    own = event.payload.get("by") == "resident"
    ours = "charging_called_off" if _is_deposit(event) else "booking_called_off"
    await _tell(session, event, "booking_cancelled" if own else ours)


async def tell_confirmed(session: AsyncSession, event: Event) -> None:
    """Tell that a booking stands; a charge's deposit is paid at the connector, so nobody need come."""
    await _tell(session, event, "charging_paid" if _is_deposit(event) else "booking_confirmed")


def _is_deposit(event: Event) -> bool:
    """Tell whether a booking is a charge's prepayment: reservations of connectors cost nothing."""
    return event.payload.get("scene") == "charging" and event.payload.get("amountFen", 0) > 0


async def tell_expired(session: AsyncSession, event: Event) -> None:
    """Tell of a hold that ran out: an offer from a queue was not taken, or nobody paid."""
    offer = event.payload.get("offered") or not event.payload.get("amountFen")
    await _tell(session, event, "offer_lapsed" if offer else "booking_expired")


async def tell_moved(session: AsyncSession, event: Event) -> None:
    """Tell of a booking that had to go elsewhere, and where that is."""
    place = await places.name_of(session, UUID(event.payload["placeId"]))
    await _tell(session, event, "booking_moved", place=place)
    await take_reminders_back(session, event)


async def tell_money_waits(session: AsyncSession, event: Event) -> None:
    """Tell of money that a counter hands back, and at which venue."""
    paid = await booking.any_booking(session, UUID(event.payload["bookingId"]))
    await _tell(session, event, "refund_waits", place=await places.name_of(session, paid.place_id))


async def tell_stuck(session: AsyncSession, event: Event) -> None:
    """Tell of money that went back to no account: once, however often the provider is asked again."""
    dedupe = f"refund_stuck:{event.payload['paymentId']}:{event.payload['amountFen']}:{event.subject_id}"
    await _tell(session, event, "refund_stuck", dedupe=dedupe)


async def take_reminders_back(session: AsyncSession, event: Event) -> None:
    """Stop the reminders of a booking that is not as it was."""
    if (booking_id := event.payload.get("bookingId")) is not None:
        await service.take_back(session, UUID(booking_id), now=event.at)


async def tell_recalled(session: AsyncSession, event: Event) -> None:
    """Tell of a batch that must not be eaten: each person and arranger once, however often it is said."""
    template = "food_recall" if event.payload["collected"] else "food_recall_waiting"
    await _tell(session, event, template, dedupe=f"{template}:{event.payload['batchNo']}:{event.subject_id}")


async def _tell(
    session: AsyncSession,
    event: Event,
    template: str,
    *,
    dedupe: str | None = None,
    place: str | None = None,
) -> None:
    """Tell the person an event is about, and whoever arranged it for them and still may hear of it."""
    arranger = event.payload.get("bookedBy") or event.payload.get("payerId")
    heard = {event.subject_id: False}
    if arranger is not None:
        heard.setdefault(UUID(arranger), True)
    for person_id, for_family in heard.items():
        if for_family and not await people.hears_of(session, person_id, event.subject_id, now=event.at):
            continue
        facts = _facts(event, for_family=for_family, place=place)
        await service.tell(
            session, person_id, dedupe=dedupe or str(event.id), template=template, facts=facts, now=event.at
        )


def _facts(event: Event, *, for_family: bool, place: str | None) -> Facts:
    payload = event.payload
    never_paid = payload.get("was") == UNPAID
    return Facts(
        title=payload.get("title"),
        place=place,
        starts_at=_instant(payload.get("startsAt")),
        until=_instant(payload.get("until")),
        amount_fen=0 if never_paid else payload.get("amountFen", 0),
        for_family=for_family,
    )


def _instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


HANDLERS: dict[str, list[Handler]] = {
    "booking.confirmed": [tell_confirmed],
    "booking.cancelled": [tell_cancelled, take_reminders_back],
    "booking.expired": [tell_expired],
    "booking.no_show": [_telling("booking_no_show")],
    "booking.moved": [tell_moved],
    "breakfast.recalled": [tell_recalled],
    "payment.refunded": [_telling("payment_refunded")],
    "payment.refund_abnormal": [tell_stuck],
    "payment.refund_returned": [_telling("refund_returned")],
    "payment.refund_waits": [tell_money_waits],
    "payment.handed_back": [_telling("payment_handed_back")],
    "waitlist.offered": [_telling("waitlist_offered")],
    "waitlist.cleared": [_telling("waitlist_cleared")],
    "charging.suspended": [_telling("charging_suspended")],
    "clinic.suspended": [_telling("clinic_suspended")],
    "charging.queue_offered": [_telling("queue_offered")],
    "charging.queue_ended": [_telling("queue_ended")],
    "clinic.session_stopped": [_telling("session_stopped")],
    "breakfast.repeat_placed": [_telling("repeat_placed")],
    "breakfast.repeat_failed": [_telling("repeat_failed")],
    **FAMILY_HANDLERS,
}
PERIODIC: list[Periodic] = [*DELIVERY]
