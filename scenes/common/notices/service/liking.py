"""How a person likes to be told: where, on which number, not at which hours, with or without reminders."""

from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.notices.channels import Preference, Quiet, check_quiet
from scenes.common.notices.service.knowing import quiet_of
from scenes.common.notices.store import reach
from scenes.common.notices.tables import NoticePreferenceRow, call_phone_context
from scenes.common.people.rules import checked_phone


class Liking(msgspec.Struct, frozen=True, kw_only=True):
    """A person's wishes; `quiet` none for the district's hours, `call_phone` none for the account's number.

    `call_phone` left unset keeps the number that was named before, since it is shown masked only.
    """

    prefer: Preference = "auto"
    quiet: Quiet | None = None
    reminders: bool = True
    call_phone: str | UnsetType | None = None

    def __repr__(self) -> str:
        """Keep the number out of logs."""
        return f"Liking(prefer={self.prefer!r})"


async def liking_of(session: AsyncSession, person_id: UUID, *, cipher: FieldCipher) -> Liking:
    """Say how a person likes to be told; `auto` leaves the channel to the desk."""
    row = await reach.preference(session, person_id)
    if row is None:
        return Liking()
    sealed = row.call_phone_sealed
    return Liking(
        prefer=cast("Preference", row.prefer),
        quiet=quiet_of(row),
        reminders=row.reminders,
        call_phone=cipher.open(sealed, context=call_phone_context(person_id)) if sealed else None,
    )


async def like(
    session: AsyncSession, person_id: UUID, liking: Liking, *, cipher: FieldCipher, now: datetime
) -> Liking:
    """Keep how a person likes to be told (QuietHoursInvalid, Invalid for a number that is none)."""
    before = await liking_of(session, person_id, cipher=cipher)
    if liking.quiet is not None:
        check_quiet(liking.quiet)
    named = before.call_phone if liking.call_phone is UNSET else liking.call_phone
    phone = checked_phone(named) if named else None
    row = NoticePreferenceRow(
        person_id=person_id,
        prefer=liking.prefer,
        quiet_from=liking.quiet.begins if liking.quiet else None,
        quiet_until=liking.quiet.ends if liking.quiet else None,
        reminders=liking.reminders,
        call_phone_sealed=cipher.seal(phone, context=call_phone_context(person_id)) if phone else None,
        updated_at=now,
    )
    await reach.put_preference(session, row)
    return msgspec.structs.replace(liking, call_phone=phone)
