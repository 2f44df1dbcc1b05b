"""What the desk knows before it decides: the rule of the day, and how a person can be reached."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.dated_rules import DatedRule
from scenes.common.kit.ids import new_id
from scenes.common.notices.channels import Known, NoticeRule, Preference, Quiet, check_rule, rule_on, suited
from scenes.common.notices.store import reach as store
from scenes.common.notices.tables import NoticePreferenceRow, NoticeRuleRow, call_phone_context
from scenes.common.people import service as people


async def rule_at(session: AsyncSession, now: datetime) -> NoticeRule:
    """Read the rule in force at an instant."""
    rows = [DatedRule(None, r.valid_from, r.valid_until, r.rule) for r in await store.rules(session)]
    return rule_on(local_day(now), rows)


async def set_rule(
    session: AsyncSession, rule: NoticeRule, *, since: date, until: date | None = None
) -> None:
    """Put a rule in force from a day on (NoticeRuleInvalid)."""
    check_rule(rule)
    session.add(
        NoticeRuleRow(id=new_id(), valid_from=since, valid_until=until, rule=msgspec.to_builtins(rule))
    )
    await session.flush()


async def known_of(session: AsyncSession, person_id: UUID) -> Known | None:
    """Say how a person can be reached; none when the people desk does not keep them."""
    contact = await people.contact_of(session, person_id)
    if contact is None:
        return None
    grant = await store.grant(session, person_id)
    liked = await store.preference(session, person_id)
    known = Known(
        has_account=contact.has_account,
        has_phone=contact.has_phone,
        grants=grant.granted - grant.used if grant is not None else 0,
    )
    if liked is None:
        return known
    return msgspec.structs.replace(
        known,
        has_call_phone=liked.call_phone_sealed is not None,
        prefer=cast("Preference", liked.prefer),
        quiet=quiet_of(liked),
        reminders=liked.reminders,
    )


def quiet_of(liked: NoticePreferenceRow | None) -> Quiet | None:
    """Return the quiet hours a person chose, none while the district's hold."""
    if liked is None or liked.quiet_from is None or liked.quiet_until is None:
        return None
    return Quiet(liked.quiet_from, liked.quiet_until)


async def rule_for(session: AsyncSession, person_id: UUID, *, now: datetime) -> NoticeRule:
    """Read the rule in force at an instant, with the person's own quiet hours."""
    return suited(await rule_at(session, now), quiet_of(await store.preference(session, person_id)))


async def number_to_call(session: AsyncSession, person_id: UUID, *, cipher: FieldCipher) -> str | None:
    """Read the number that is called: the one they named for it, else the account's."""
    own = await people.phone_of(session, person_id, cipher=cipher)
    liked = await store.preference(session, person_id)
    if liked is None or liked.call_phone_sealed is None:
        return own
    return cipher.open(liked.call_phone_sealed, context=call_phone_context(person_id))
