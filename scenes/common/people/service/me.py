"""A person's own data and how they like to be shown things."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.looks import Look, nearest_scale
from scenes.common.kit.refusals import Invalid
from scenes.common.people.errors import SignInEnded
from scenes.common.people.rules import checked_phone
from scenes.common.people.store import persons as store
from scenes.common.people.tables import PersonRow, PreferenceRow, address_context, phone_context

LONGEST_ADDRESS = 80
"""Characters of a home address: street, number, house and door."""


class MeChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may change of their own data; what is unset stays, null clears it."""

    phone: str | UnsetType | None = UNSET
    area: str | UnsetType = UNSET
    lat: float | UnsetType | None = UNSET
    lng: float | UnsetType | None = UNSET
    address: str | UnsetType | None = UNSET


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """How a person likes pages and speech; `text_scale` 1.0-2.0, `speech_rate` 0.5-1.5."""

    ui_style: Literal["standard", "elder"] = "standard"
    text_scale: float = 1.0
    contrast: Literal["normal", "high"] = "normal"
    speech_rate: float = 1.0

    def look(self) -> Look:
        """Say it as pages know it: the type in the nearest step of theirs."""
        return Look(ui=self.ui_style, scale=nearest_scale(self.text_scale), contrast=self.contrast)


DEFAULT_PREFERENCES = Preferences()


async def myself(session: AsyncSession, person_id: UUID) -> PersonRow:
    """Read the signed-in person; refuses with SignInEnded when they are no longer kept."""
    row = await store.person(session, person_id)
    if row is None or row.erased_at is not None:
        raise SignInEnded
    return row


async def change_me(
    session: AsyncSession, person_id: UUID, *, change: MeChange, cipher: FieldCipher
) -> PersonRow:
    """Change one's phone, subdistrict, home or address; name and birth date come from the real-name check."""
    row = await store.locked_person(session, person_id)
    if row is None or row.erased_at is not None:
        raise SignInEnded
    if change.phone is not UNSET:
        _set_phone(row, change.phone, cipher)
    if change.area is not UNSET:
        row.area = change.area
    if change.address is not UNSET:
        words = " ".join((change.address or "").split())
        row.address_sealed = cipher.seal(words, context=address_context(row.id)) if words else None
    row.lat = row.lat if change.lat is UNSET else change.lat
    row.lng = row.lng if change.lng is UNSET else change.lng
    if (row.lat is None) != (row.lng is None):
        raise Invalid(errors=(("lat", "lat 和 lng 要一起填"), ("lng", "lat 和 lng 要一起填")))
    await session.flush()
    return row


def address_of(row: PersonRow, cipher: FieldCipher) -> str:
    """Open a person's home address, empty where none was written; who may see it, the caller knows."""
    return open_address(row.id, row.address_sealed, cipher)


def open_address(person_id: UUID, sealed: bytes | None, cipher: FieldCipher) -> str:
    """Open a home address that was read beside other things, empty where none was written."""
    return cipher.open(sealed, context=address_context(person_id)) if sealed is not None else ""


def _set_phone(row: PersonRow, text: str | None, cipher: FieldCipher) -> None:
    phone = checked_phone(text) if text is not None else None
    row.phone_sealed = cipher.seal(phone, context=phone_context(row.id)) if phone else None
    row.phone_index = cipher.index(phone) if phone else None


async def preferences_of(session: AsyncSession, person_id: UUID) -> Preferences:
    """Read a person's preferences, or the defaults."""
    row = await store.preference(session, person_id)
    if row is None:
        return DEFAULT_PREFERENCES
    return msgspec.convert(row, Preferences, from_attributes=True)


async def set_preferences(
    session: AsyncSession, person_id: UUID, *, preferences: Preferences, now: datetime
) -> None:
    """Put a person's preferences in place of the earlier ones."""
    values = msgspec.structs.asdict(preferences)
    await store.put_preference(session, PreferenceRow(person_id=person_id, updated_at=now, **values))
