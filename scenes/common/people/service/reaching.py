"""How a person can be reached, for the notices desk: whether they use the app, and their number."""

from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.people.store import persons as store
from scenes.common.people.tables import phone_context


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of reaching somebody; the number itself stays sealed until it is dialled."""

    name: str
    has_account: bool
    has_phone: bool


async def contact_of(session: AsyncSession, person_id: UUID) -> Contact | None:
    """Tell how a person can be reached; none when they are not, or no longer, kept."""
    row = await store.person(session, person_id)
    if row is None or row.erased_at is not None:
        return None
    return Contact(name=row.name, has_account=row.has_account, has_phone=row.phone_sealed is not None)


async def phone_of(session: AsyncSession, person_id: UUID, *, cipher: FieldCipher) -> str | None:
    """Open a person's number, to be handed to a gateway or to the one who calls; none if there is none."""
    row = await store.person(session, person_id)
    if row is None or row.erased_at is not None or row.phone_sealed is None:
        return None
    return cipher.open(row.phone_sealed, context=phone_context(person_id))
