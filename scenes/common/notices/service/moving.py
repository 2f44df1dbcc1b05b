"""What becomes of a delivery: taken up, answered, receipted, given up for the next channel."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.notices.channels import (
    CALL,
    SMS,
    WECHAT,
    Known,
    NoticeRule,
    following,
    may_leave_at,
    receipt_wait,
    retry_wait,
    suited,
)
from scenes.common.notices.errors import IllegalNoticeMove
from scenes.common.notices.service.knowing import known_of, rule_at, rule_for
from scenes.common.notices.service.telling import new_delivery
from scenes.common.notices.states import ACCEPT, CONFIRM, FAILED, GIVE_UP, PUT_OFF, state_after
from scenes.common.notices.store import deliveries, reach
from scenes.common.notices.tables import NoticeDeliveryRow, openid_context
from scenes.common.notices.upstream import Answer, Outgoing, SmsReceipt
from scenes.common.people import service as people

NOT_OFFERED = "not_offered"


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery taken up for one try, with what to carry; no address means there is none any more.

    `interrupted` when an earlier try never came to its end, `tries` counts this one too.
    """

    message: Outgoing | None
    id: UUID
    channel: str
    tries: int
    interrupted: bool


async def take(
    session: AsyncSession, *, cipher: FieldCipher, now: datetime, limit: int
) -> tuple[NoticeRule, Sequence[Parcel]]:
    """Take up what is due, and answer with the rule of the hour; commit before any carrier is called."""
    rule = await rule_at(session, now)
    lease = timedelta(seconds=rule.lease_seconds)
    taken = await deliveries.take_due(session, now=now, lease=lease, limit=limit)
    return rule, [await _parcel(session, each, cipher) for each in taken]


async def _parcel(session: AsyncSession, taken: deliveries.Taken, cipher: FieldCipher) -> Parcel:
    address = await _address(session, taken, cipher)
    message = None
    if address is not None:
        message = Outgoing(id=taken.id, address=address, title=taken.title, text=taken.text)
    return Parcel(
        message=message,
        id=taken.id,
        channel=taken.channel,
        tries=taken.tries,
        interrupted=taken.interrupted,
    )


async def _address(session: AsyncSession, taken: deliveries.Taken, cipher: FieldCipher) -> str | None:
    if taken.channel == SMS:
        return await people.phone_of(session, taken.person_id, cipher=cipher)
    grant = await reach.grant(session, taken.person_id)
    if grant is None or (grant.used >= grant.granted and not taken.interrupted):
        return None
    return cipher.open(grant.openid_sealed, context=openid_context(taken.person_id))


async def anything_due(session: AsyncSession, *, now: datetime) -> bool:
    """Tell whether anything waits for a try."""
    return await deliveries.is_due(session, now=now)


async def drop_stale(session: AsyncSession, *, now: datetime) -> None:
    """End what is of no use any more, such as a reminder of what has begun."""
    await deliveries.drop_stale(session, now=now)


async def silent(
    session: AsyncSession, *, now: datetime, limit: int
) -> tuple[NoticeRule, Sequence[tuple[UUID, str]]]:
    """Name what was sent and has had no receipt for too long, with its channel."""
    rows = await deliveries.silent(session, now=now, limit=limit)
    return await rule_at(session, now), [(row.id, row.channel) for row in rows]


async def answered(session: AsyncSession, parcel: Parcel, answer: Answer, *, now: datetime) -> None:
    """Note what a carrier said of a try; a receipt that was quicker is not undone."""
    row = await deliveries.locked(session, parcel.id)
    if row is None:
        return
    if row.channel == WECHAT:
        await _count_grant(session, row.person_id, answer, now)
    row.provider_id = answer.provider_id or row.provider_id
    if answer.state == "refused":
        await _give_up(session, row, why=answer.why or "refused", now=now)
    elif answer.state == "delivered":
        await _confirm(session, row, now=now)
    else:
        rule = await rule_at(session, now)
        _move(row, ACCEPT, due=now + receipt_wait(rule, urgent=row.urgent), now=now)


async def _count_grant(session: AsyncSession, person_id: UUID, answer: Answer, now: datetime) -> None:
    """Keep the ledger of grants in step with WeChat; an unsure message counts as used."""
    if answer.why == "used_up":
        await reach.use_all_grants(session, person_id, now=now)
    elif answer.state == "delivered" or answer.why == "unsure":
        await reach.use_grant(session, person_id, now=now)


async def put_off(session: AsyncSession, parcel: Parcel, *, why: str, now: datetime) -> None:
    """Note a try without a clear answer: later again, or, after enough of them, the next channel.

    Overtaken by a later try of another worker it changes nothing.
    """
    row = await deliveries.locked(session, parcel.id)
    if row is None or row.tries != parcel.tries:
        return
    rule = await rule_for(session, row.person_id, now=now)
    wait = retry_wait(row.tries, rule, urgent=row.urgent)
    if wait is None:
        await _give_up(session, row, why=why, now=now)
        return
    row.why = why
    _move(row, PUT_OFF, due=may_leave_at(now + wait, rule, urgent=row.urgent), now=now)


async def receipted(session: AsyncSession, receipt: SmsReceipt, *, now: datetime) -> None:
    """Take the gateway's receipt; one that comes twice, or for what we do not know, changes nothing."""
    row = await deliveries.locked(session, receipt.out_id)
    if row is None or row.channel != SMS:
        return
    row.provider_id = row.provider_id or receipt.id
    if receipt.state == "delivered":
        await _confirm(session, row, now=now)
    else:
        await _give_up(session, row, why=receipt.code or "failed", now=now)


async def stayed_silent(
    session: AsyncSession, delivery_id: UUID, *, answer: Answer | None, now: datetime
) -> None:
    """End the wait for a receipt: as the carrier says when asked, else as a failure for now."""
    row = await deliveries.locked(session, delivery_id)
    if row is None:
        return
    if answer is not None and answer.state == "delivered":
        await _confirm(session, row, now=now)
    else:
        await _give_up(session, row, why=answer.why if answer and answer.why else "no_receipt", now=now)


async def _confirm(session: AsyncSession, row: NoticeDeliveryRow, *, now: datetime) -> None:
    """Note that a message arrived; nobody need be called about it any more."""
    _move(row, CONFIRM, due=None, now=now)
    await session.flush()
    await deliveries.withdraw_call(session, row.message_id, now=now)


async def _give_up(session: AsyncSession, row: NoticeDeliveryRow, *, why: str, now: datetime) -> None:
    """End a channel, and put the message on the next one in the same transaction, so that none is lost."""
    before = row.state
    try:
        _move(row, GIVE_UP, due=None, now=now)
    except IllegalNoticeMove:
        return
    if row.state != FAILED or before == FAILED:
        return
    row.why = why
    await session.flush()
    if not await deliveries.was_delivered(session, row.message_id):
        await _next_channel(session, row, why=why, now=now)


async def _next_channel(session: AsyncSession, row: NoticeDeliveryRow, *, why: str, now: datetime) -> None:
    known = await known_of(session, row.person_id)
    if known is None:
        return
    rule = suited(await rule_at(session, now), known.quiet)
    message = await deliveries.message(session, row.message_id)
    channel = following(row.channel, known, urgent=row.urgent)
    while channel is not None and not _needless(channel, known, why=why, urgent=row.urgent):
        further = new_delivery(
            message, channel, rule=rule, useless=row.useless_after, urgent=row.urgent, now=now
        )
        if await deliveries.add_delivery(session, further):
            return
        channel = following(channel, known, urgent=row.urgent)


def _needless(channel: str, known: Known, *, why: str, urgent: bool) -> bool:
    """Spare staff the calls of a district that has no gateway, about what the app shows anyway."""
    return channel == CALL and why == NOT_OFFERED and known.has_account and not urgent


def _move(row: NoticeDeliveryRow, event: str, *, due: datetime | None, now: datetime) -> None:
    """Follow an edge; a note that changes nothing leaves the row as it is."""
    after = state_after(row.state, event)
    if after != row.state:
        row.state, row.next_try_at, row.changed_at = after, due, now
