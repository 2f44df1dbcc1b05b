"""Who stands at a desk or calls: found by name and phone, or registered with the least there is."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Invalid
from scenes.common.people.errors import NewcomerUnknown
from scenes.common.people.rules import checked_name, checked_phone, same_name
from scenes.common.people.service.assisting import check_may_assist
from scenes.common.people.service.audit import append_audit
from scenes.common.people.store import persons as store
from scenes.common.people.tables import make_person_row

OLDEST_YEARS = 125


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of themselves at a desk; date of birth and sex only where they are not known yet."""

    name: str
    phone: str
    born: date | None = None
    sex: str = ""


async def find_or_register(
    session: AsyncSession, staff: Staff, newcomer: Newcomer, *, cipher: FieldCipher, now: datetime
) -> UUID:
    """Find a person by phone and name, or register one; audited either way.

    Refuses with Invalid, and with NewcomerUnknown as long as nobody is found and date of birth or sex
    are missing.
    """
    check_may_assist(staff)
    name, phone = checked_name(newcomer.name), checked_phone(newcomer.phone)
    fits = [row for row in await store.with_phone(session, cipher.index(phone)) if same_name(row.name, name)]
    if fits:
        found, action = fits[0].id, "staff.person.find"
    else:
        born = _born(newcomer, local_day(now))
        found, action = new_id(), "staff.person.register"
        session.add(
            make_person_row(
                cipher, found, name=name, birth_date=born, sex=newcomer.sex, now=now, phone=phone
            )
        )  # fmt: skip
        await session.flush()
    await append_audit(session, staff.staff_id, action=action, subject_ids=[found], now=now)
    return found


def _born(newcomer: Newcomer, today: date) -> date:
    if newcomer.born is None or newcomer.sex not in {"f", "m"}:
        raise NewcomerUnknown
    if not 0 <= today.year - newcomer.born.year <= OLDEST_YEARS or newcomer.born > today:
        raise Invalid("出生日期不对,请核对。", errors=(("born", "出生日期不对"),))
    return newcomer.born
