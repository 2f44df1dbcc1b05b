"""What families are told: delegations asked for, begun, ended, and payments that look odd."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.masking import mask_name
from scenes.common.kit.outbox import Event, Handler
from scenes.common.notices import service
from scenes.common.notices.rules import Facts
from scenes.common.people import service as people

WHY = {"large": "数目比较大", "new": "他刚开始替您办", "night": "时间在夜里"}


async def tell_asked(session: AsyncSession, event: Event) -> None:
    """Tell a person that somebody asks to act for them."""
    name = await _name(session, UUID(event.payload["delegateId"]))
    await _tell(session, event, event.subject_id, "family_asked", title=name)


async def tell_active(session: AsyncSession, event: Event) -> None:
    """Tell both that a delegation is in force: the principal also until when."""
    delegate_id = UUID(event.payload["delegateId"])
    until = datetime.fromisoformat(event.payload["until"])
    name = await _name(session, delegate_id)
    await _tell(session, event, event.subject_id, "family_granted", title=name, until=until)
    principal = await _name(session, event.subject_id)
    await _tell(session, event, delegate_id, "family_given", title=principal)


async def tell_revoked(session: AsyncSession, event: Event) -> None:
    """Tell both that a delegation has ended."""
    delegate_id = UUID(event.payload["delegateId"])
    for person_id, other_id in ((event.subject_id, delegate_id), (delegate_id, event.subject_id)):
        await _tell(session, event, person_id, "family_ended", title=await _name(session, other_id))


async def tell_declined(session: AsyncSession, event: Event) -> None:
    """Tell who asked to act for somebody that they did not agree."""
    principal = await _name(session, event.subject_id)
    await _tell(session, event, UUID(event.payload["delegateId"]), "family_declined", title=principal)


async def tell_odd_payment(session: AsyncSession, event: Event) -> None:
    """Tell a person at once of a payment in their name that looks odd, by whom and why."""
    name = await _name(session, UUID(event.payload["by"]))
    why = ",".join(WHY[each] for each in event.payload["why"])
    title = f"{name}替您付了「{event.payload['title']}」,{why}"
    facts = Facts(title=title, amount_fen=event.payload["amountFen"])
    await service.tell(
        session, event.subject_id, dedupe=str(event.id), template="family_odd_payment", facts=facts,
        now=event.at, urgent=True,
    )  # fmt: skip


async def _name(session: AsyncSession, person_id: UUID) -> str:
    contact = await people.contact_of(session, person_id)
    return mask_name(contact.name) if contact is not None else "有人"


async def _tell(  # noqa: PLR0913 - each is one fact of the notice
    session: AsyncSession,
    event: Event,
    person_id: UUID,
    template: str,
    *,
    title: str,
    until: datetime | None = None,
) -> None:
    facts = Facts(title=title, until=until)
    await service.tell(session, person_id, dedupe=str(event.id), template=template, facts=facts, now=event.at)


FAMILY_HANDLERS: dict[str, list[Handler]] = {
    "family.requested": [tell_asked],
    "family.active": [tell_active],
    "family.revoked": [tell_revoked],
    "family.declined": [tell_declined],
    "family.odd_payment": [tell_odd_payment],
}
