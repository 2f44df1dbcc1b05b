"""Telling somebody something: into the inbox, and a plan for the channels beyond it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.ids import new_id
from scenes.common.notices.channels import CALL, Known, NoticeRule, first_channels, may_leave_at, suited
from scenes.common.notices.rules import REMINDERS, Facts, compose, useless_after
from scenes.common.notices.service.knowing import known_of, rule_at
from scenes.common.notices.states import LISTED, WAITING
from scenes.common.notices.store import deliveries
from scenes.common.notices.store import inbox as store
from scenes.common.notices.tables import InboxMessageRow, NoticeDeliveryRow


async def tell(  # noqa: PLR0913 - each is one fact of the notice
    session: AsyncSession,
    person_id: UUID,
    *,
    dedupe: str,
    template: str,
    facts: Facts,
    now: datetime,
    urgent: bool = False,
) -> bool:
    """Tell a person something once for each `dedupe`; tell whether it is new.

    It is in the inbox at once; the same transaction keeps the plan for WeChat, SMS or a call, which the
    worker follows. `urgent` takes every channel at once and knows no quiet hours.
    """
    words = compose(template, facts, now=now)
    row = InboxMessageRow(
        id=new_id(),
        person_id=person_id,
        dedupe=dedupe,
        title=words.headline,
        text=words.text,
        speak=words.speak,
        at=now,
    )
    if not await store.add(session, row):
        return False
    rule = await rule_at(session, now)
    if urgent or template not in rule.in_app_only:
        useless = useless_after(template, facts)
        await _plan(session, row, template=template, rule=rule, useless=useless, urgent=urgent)
    return True


async def withdraw(session: AsyncSession, dedupe_prefix: str, *, why: str, now: datetime) -> None:
    """Stop telling, by channels beyond the inbox, what begins with `dedupe_prefix`; calls in hand go on."""
    await deliveries.withdraw(session, dedupe_prefix, why=why, now=now)
    await deliveries.expire(session, dedupe_prefix, now=now)


async def _plan(  # noqa: PLR0913 - each is one fact of the notice
    session: AsyncSession,
    message: InboxMessageRow,
    *,
    template: str,
    rule: NoticeRule,
    useless: datetime | None,
    urgent: bool,
) -> None:
    known: Known | None = await known_of(session, message.person_id)
    if known is None or (template in REMINDERS and not known.reminders and not urgent):
        return
    rule = suited(rule, known.quiet)
    for channel in first_channels(known, urgent=urgent):
        row = new_delivery(message, channel, rule=rule, useless=useless, urgent=urgent, now=message.at)
        await deliveries.add_delivery(session, row)


def new_delivery(  # noqa: PLR0913 - each is one fact of the delivery
    message: InboxMessageRow,
    channel: str,
    *,
    rule: NoticeRule,
    useless: datetime | None,
    urgent: bool,
    now: datetime,
) -> NoticeDeliveryRow:
    """Make the row that puts a message on a channel: due as soon as the hour allows, a call listed."""
    return NoticeDeliveryRow(
        id=new_id(),
        message_id=message.id,
        person_id=message.person_id,
        channel=channel,
        state=LISTED if channel == CALL else WAITING,
        urgent=urgent,
        next_try_at=may_leave_at(now, rule, urgent=urgent),
        useless_after=useless,
        created_at=now,
        changed_at=now,
    )
