"""How people and sign-ins look on the wire, and the page cookie."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

import msgspec
from litestar.datastructures import Cookie
from msgspec import UNSET, Meta, UnsetType

from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.masking import mask_phone, mask_resident_id
from scenes.common.kit.wire import Page, Wire, WireRequest
from scenes.common.people.rules import age_on
from scenes.common.people.service import (
    LONGEST_ADDRESS,
    Grant,
    MeChange,
    NewPatient,
    PageGrant,
    Preferences,
    address_of,
)
from scenes.common.people.tables import PatientLinkRow, PersonRow, id_context, phone_context

PAGE_COOKIE = "lc_session"

Name = Annotated[str, Meta(min_length=1, max_length=50)]
Phone = Annotated[str, Meta(min_length=5, max_length=24)]
Address = Annotated[str, Meta(max_length=LONGEST_ADDRESS, pattern=r"^[^\x00]*$")]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
TextScale = Annotated[float, Meta(ge=1.0, le=2.0)]
SpeechRate = Annotated[float, Meta(ge=0.5, le=1.5)]


class DemoSignInRequest(WireRequest, frozen=True, kw_only=True):
    """Which seeded resident to sign in as, 1 to N."""

    resident_no: Annotated[int, Meta(ge=1, le=2_147_483_647)]


class RefreshRequest(WireRequest, frozen=True, kw_only=True):
    """The refresh token to be changed for the next one."""

    refresh_token: Annotated[str, Meta(max_length=200)]


class StaffSignInRequest(WireRequest, frozen=True, kw_only=True):
    """A staff member's user name, password and the authenticator's six digits."""

    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]
    totp: Annotated[str, Meta(pattern=r"^[0-9]{6}$")]

    def __repr__(self) -> str:
        return "StaffSignInRequest()"


class SignedInPerson(Wire, frozen=True, kw_only=True):
    """Who has signed in."""

    id: UUID
    name: str
    age: int

    @classmethod
    def of(cls, row: PersonRow, now: datetime) -> Self:
        """Show the person who signed in to themselves."""
        return cls(id=row.id, name=row.name, age=age_on(row.birth_date, local_day(now)))


class Tokens(Wire, frozen=True, kw_only=True):
    """An access token, its life in seconds, and the single-use token that buys the next pair."""

    access_token: str
    refresh_token: str
    expires_in: int

    @classmethod
    def of(cls, grant: Grant) -> Self:
        """Show what an app was granted."""
        return cls(
            access_token=grant.access_token, refresh_token=grant.refresh_token, expires_in=grant.expires_in
        )


class ResidentTokens(Tokens, frozen=True, kw_only=True):
    """The tokens of a resident, and who it is."""

    person: SignedInPerson


class Me(Wire, frozen=True, kw_only=True):
    """The signed-in person; phone and national id masked; home in WGS-84, its address as they wrote it."""

    id: UUID
    name: str
    birth_date: date
    age: int
    sex: Literal["f", "m"]
    phone: str | None
    resident_id: str | None
    area: str
    address: str
    lat: float | None
    lng: float | None
    hukou: bool
    synthetic: bool
    created_at: datetime

    @classmethod
    def of(cls, row: PersonRow, *, cipher: FieldCipher, now: datetime) -> Self:
        """Show a person to themselves."""
        return cls(
            id=row.id,
            name=row.name,
            birth_date=row.birth_date,
            age=age_on(row.birth_date, local_day(now)),
            sex="m" if row.sex == "m" else "f",
            phone=masked_phone(row, cipher),
            resident_id=masked_resident_id(row, cipher),
            area=row.area,
            address=address_of(row, cipher),
            lat=row.lat,
            lng=row.lng,
            hukou=row.hukou,
            synthetic=row.synthetic,
            created_at=shanghai(row.created_at),
        )


class MeRequest(WireRequest, frozen=True, kw_only=True):
    """What to change of one's own data; what is left out stays, null clears it."""

    phone: Phone | UnsetType | None = UNSET
    area: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    lat: Latitude | UnsetType | None = UNSET
    lng: Longitude | UnsetType | None = UNSET
    address: Address | UnsetType | None = UNSET

    def change(self) -> MeChange:
        """Say it in the desk's own terms."""
        return MeChange(phone=self.phone, area=self.area, lat=self.lat, lng=self.lng, address=self.address)


class PreferenceSet(Wire, frozen=True, kw_only=True):
    """How the person likes pages and speech."""

    ui_style: Literal["standard", "elder"]
    text_scale: float
    contrast: Literal["normal", "high"]
    speech_rate: float

    @classmethod
    def of(cls, preferences: Preferences) -> Self:
        """Show a person's preferences."""
        return cls(**msgspec.structs.asdict(preferences))


class PreferencesRequest(WireRequest, frozen=True, kw_only=True):
    """All preferences at once; what is left out goes back to its default."""

    ui_style: Literal["standard", "elder"] = "standard"
    text_scale: TextScale = 1.0
    contrast: Literal["normal", "high"] = "normal"
    speech_rate: SpeechRate = 1.0

    def preferences(self) -> Preferences:
        """Say it in the desk's own terms."""
        return Preferences(**msgspec.structs.asdict(self))


class PatientRequest(WireRequest, frozen=True, kw_only=True):
    """A patient to add: name and national id as on the card."""

    name: Name
    resident_id: Annotated[str, Meta(min_length=15, max_length=30)]
    relation: Annotated[str, Meta(min_length=1, max_length=20)]
    phone: Phone | None = None

    def new(self) -> NewPatient:
        """Say it in the desk's own terms."""
        return NewPatient(
            name=self.name, resident_id=self.resident_id, relation=self.relation, phone=self.phone
        )


class Patient(Wire, frozen=True, kw_only=True):
    """Someone the account may book for; the phone of a person with an own account is theirs to show."""

    id: UUID
    name: str
    relation: str
    age: int
    sex: Literal["f", "m"]
    phone: str | None
    resident_id: str | None

    @classmethod
    def of(cls, link: PatientLinkRow, row: PersonRow, *, cipher: FieldCipher, now: datetime) -> Self:
        """Show a patient to the account holder."""
        return cls(
            id=row.id,
            name=row.name,
            relation=link.relation,
            age=age_on(row.birth_date, local_day(now)),
            sex="m" if row.sex == "m" else "f",
            phone=None if row.has_account else masked_phone(row, cipher),
            resident_id=masked_resident_id(row, cipher),
        )


def patient_list(
    found: Sequence[tuple[PatientLinkRow, PersonRow]], *, cipher: FieldCipher, now: datetime
) -> Page[Patient]:
    """Show all patients of an account; there are too few for a second page."""
    return Page(items=[Patient.of(link, row, cipher=cipher, now=now) for link, row in found])


def masked_phone(row: PersonRow, cipher: FieldCipher) -> str | None:
    """Open and mask a person's phone: 138****5678."""
    if row.phone_sealed is None:
        return None
    return mask_phone(cipher.open(row.phone_sealed, context=phone_context(row.id)))


def masked_resident_id(row: PersonRow, cipher: FieldCipher) -> str | None:
    """Open and mask a person's national id."""
    if row.id_sealed is None:
        return None
    return mask_resident_id(cipher.open(row.id_sealed, context=id_context(row.id)))


def page_cookie(grant: PageGrant, *, now: datetime, secure: bool) -> Cookie:
    """Make the cookie of a signed-in browser, out of reach of scripts and of other sites' forms."""
    return Cookie(
        key=PAGE_COOKIE,
        value=grant.cookie,
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
        max_age=int((grant.expires_at - now).total_seconds()),
    )


def ended_page_cookie(*, secure: bool) -> Cookie:
    """Make the cookie that takes the page session out of the browser."""
    return Cookie(
        key=PAGE_COOKIE, value="", path="/", httponly=True, samesite="lax", secure=secure, max_age=0
    )
