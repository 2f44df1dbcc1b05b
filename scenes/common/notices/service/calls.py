"""The list of people to be called: shown masked, taken by one, done or tried again; all of it audited."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.masking import mask_name
from scenes.common.notices.calling import CALLERS, Hands, check_free, check_may_call, check_mine, in_hands
from scenes.common.notices.channels import NoticeRule
from scenes.common.notices.errors import CallNotFound
from scenes.common.notices.service.knowing import number_to_call, rule_at
from scenes.common.notices.states import DONE, FINISH, LISTED, state_after
from scenes.common.notices.store import calls, deliveries
from scenes.common.notices.tables import InboxMessageRow, NoticeDeliveryRow
from scenes.common.people import service as people


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One person to be called; name and number are whole only for the one who has the call in hand."""

    row: NoticeDeliveryRow
    message: InboxMessageRow
    hands: Hands
    name: str
    phone: str | None


class CallsWaiting(msgspec.Struct, frozen=True):
    """How many are to be called now, and whom beside them each account keeps on its own list."""

    due: int
    held: Mapping[UUID, int]

    def listed_for(self, staff: Staff) -> int:
        """Count the lines of somebody's list, as `listed` reads them; nothing for who calls nobody."""
        return self.due + self.held.get(staff.staff_id, 0) if staff.role in CALLERS else 0


async def count_listed(session: AsyncSession, *, now: datetime) -> CallsWaiting:
    """Count who is to be called, for all accounts at once; no name is read, so nothing is written down."""
    return CallsWaiting(*await calls.count_listed(session, now=now))


async def listed(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    staff: Staff,
    *,
    cipher: FieldCipher,
    now: datetime,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[CallView]:
    """List who is to be called (Forbidden for other roles); who looked at whom is written down."""
    check_may_call(staff)
    rule = await rule_at(session, now)
    found = await calls.listed(session, staff_id=staff.staff_id, now=now, after=after, limit=limit)
    views = [await _view(session, *each, staff=staff, rule=rule, cipher=cipher, now=now) for each in found]
    subjects = sorted({view.row.person_id for view in views})
    await people.append_audit(
        session, staff.staff_id, action="staff.calls.read", subject_ids=subjects, now=now
    )
    return views


async def take_call(
    session: AsyncSession, staff: Staff, call_id: UUID, *, cipher: FieldCipher, now: datetime
) -> CallView:
    """Take a call in hand and see the number (CallNotFound, CallTaken); taking it again changes nothing."""
    row, rule = await _call(session, staff, call_id, now=now)
    hands = _hands(row, staff, rule, now)
    check_free(hands)
    if row.state != LISTED:
        raise CallNotFound
    if hands == "free":
        row.taken_by, row.taken_at = staff.staff_id, now
    return await _acted(session, row, staff=staff, rule=rule, cipher=cipher, now=now, act="take")


async def call_done(
    session: AsyncSession, staff: Staff, call_id: UUID, *, cipher: FieldCipher, now: datetime
) -> CallView:
    """Note that the person was told (CallNotFound, CallNotYours); saying it again changes nothing."""
    row, rule = await _call(session, staff, call_id, now=now)
    if row.state == DONE and row.taken_by == staff.staff_id:
        return await _shown(session, row, staff=staff, rule=rule, cipher=cipher, now=now)
    check_mine(_hands(row, staff, rule, now))
    row.state, row.next_try_at, row.changed_at = state_after(row.state, FINISH), None, now
    return await _acted(session, row, staff=staff, rule=rule, cipher=cipher, now=now, act="done")


async def call_unanswered(
    session: AsyncSession, staff: Staff, call_id: UUID, *, cipher: FieldCipher, now: datetime
) -> CallView:
    """Note that nobody answered (CallNotFound, CallNotYours): the call comes back in a while.

    An urgent one comes back at once, for a colleague or another way.
    """
    row, rule = await _call(session, staff, call_id, now=now)
    check_mine(_hands(row, staff, rule, now))
    wait = timedelta() if row.urgent else timedelta(minutes=rule.call_again_minutes)
    row.tries, row.taken_by, row.taken_at = row.tries + 1, None, None
    row.next_try_at, row.changed_at, row.why = now + wait, now, "no_answer"
    return await _acted(session, row, staff=staff, rule=rule, cipher=cipher, now=now, act="no_answer")


async def _call(
    session: AsyncSession, staff: Staff, call_id: UUID, *, now: datetime
) -> tuple[NoticeDeliveryRow, NoticeRule]:
    check_may_call(staff)
    row = await calls.locked(session, call_id)
    if row is None:
        raise CallNotFound
    return row, await rule_at(session, now)


def _hands(row: NoticeDeliveryRow, staff: Staff, rule: NoticeRule, now: datetime) -> Hands:
    return in_hands(
        row.taken_by, row.taken_at, staff_id=staff.staff_id, now=now, minutes=rule.call_take_minutes
    )


async def _acted(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    row: NoticeDeliveryRow,
    *,
    staff: Staff,
    rule: NoticeRule,
    cipher: FieldCipher,
    now: datetime,
    act: str,
) -> CallView:
    await session.flush()
    view = await _shown(session, row, staff=staff, rule=rule, cipher=cipher, now=now)
    await people.append_audit(
        session, staff.staff_id, action=f"staff.call.{act}", subject_ids=[row.person_id], now=now
    )
    return view


async def _shown(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    row: NoticeDeliveryRow,
    *,
    staff: Staff,
    rule: NoticeRule,
    cipher: FieldCipher,
    now: datetime,
) -> CallView:
    message = await deliveries.message(session, row.message_id)
    return await _view(session, row, message, staff=staff, rule=rule, cipher=cipher, now=now)


async def _view(  # noqa: PLR0913 - one fact each
    session: AsyncSession,
    row: NoticeDeliveryRow,
    message: InboxMessageRow,
    *,
    staff: Staff,
    rule: NoticeRule,
    cipher: FieldCipher,
    now: datetime,
) -> CallView:
    hands = _hands(row, staff, rule, now)
    mine = hands == "mine" and row.state == LISTED
    contact = await people.contact_of(session, row.person_id)
    name = contact.name if contact is not None else ""
    return CallView(
        row=row,
        message=message,
        hands=hands,
        name=name if mine else mask_name(name),
        phone=await number_to_call(session, row.person_id, cipher=cipher) if mine else None,
    )
