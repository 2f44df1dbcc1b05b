"""What the people desk keeps: persons, patients, sign-ins, preferences, staff and the audit log."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import TIMESTAMPTZ, Row


class PersonRow(Row, table=True):
    """A resident with or without an account; a patient is a person too.

    Phone and national id are sealed, with an index for look-up; `lat`, `lng` are the home in WGS-84, and
    `address_sealed` its street, number and door as the person wrote them.
    """

    __table_args__ = (
        UniqueConstraint("resident_no", name="uq_person_resident_no"),
        CheckConstraint("sex IN ('f', 'm')", name="sex"),
        CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="both_coordinates"),
        CheckConstraint("(phone_sealed IS NULL) = (phone_index IS NULL)", name="phone_with_index"),
        CheckConstraint("(id_sealed IS NULL) = (id_index IS NULL)", name="id_with_index"),
        Index("uq_person_id_index", "id_index", unique=True, postgresql_where=text("id_index IS NOT NULL")),
        Index("ix_person_phone_index", "phone_index", postgresql_where=text("phone_index IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    resident_no: int | None = None
    name: str
    birth_date: date
    sex: str
    phone_sealed: bytes | None = None
    phone_index: bytes | None = None
    id_sealed: bytes | None = None
    id_index: bytes | None = None
    area: str
    lat: float | None = None
    lng: float | None = None
    address_sealed: bytes | None = None
    hukou: bool
    has_account: bool
    synthetic: bool
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    erased_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class PatientLinkRow(Row, table=True):
    """An account may book for this person."""

    __table_args__ = (
        CheckConstraint("account_id <> person_id", name="not_oneself"),
        Index("ix_patient_link_person_id", "person_id"),
    )

    account_id: UUID = Field(primary_key=True, foreign_key="person.id")
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    relation: str
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)


class PreferenceRow(Row, table=True):
    """How a person likes to see and hear things; no row means the defaults."""

    __table_args__ = (
        CheckConstraint("ui_style IN ('standard', 'elder')", name="ui_style"),
        CheckConstraint("text_scale BETWEEN 1.0 AND 2.0", name="text_scale"),
        CheckConstraint("contrast IN ('normal', 'high')", name="contrast"),
        CheckConstraint("speech_rate BETWEEN 0.5 AND 1.5", name="speech_rate"),
    )

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    ui_style: str
    text_scale: float
    contrast: str
    speech_rate: float
    updated_at: datetime = Field(sa_type=TIMESTAMPTZ)


class StaffRow(Row, table=True):
    """A member of staff: password (argon2) and TOTP; `totp_step` is the last code period used."""

    __table_args__ = (
        UniqueConstraint("username", name="uq_staff_username"),
        CheckConstraint(
            "role IN ('clinic', 'charging', 'breakfast', 'eldercare', 'district', 'auditor')", name="role"
        ),
    )

    id: UUID = Field(primary_key=True)
    username: str
    password_hash: str
    totp_sealed: bytes
    totp_step: int = Field(default=0, sa_type=BigInteger)
    display_name: str
    role: str
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    disabled_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)
    failed_count: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class StaffPlaceRow(Row, table=True):
    """A venue where a member of staff works."""

    staff_id: UUID = Field(primary_key=True, foreign_key="staff.id")
    place_id: UUID = Field(primary_key=True)


class SignInRow(Row, table=True):
    """One sign-in: the family of an app's rotating refresh tokens, or a page session's cookie.

    Only digests of the secrets are kept. `family_hash` never changes, so that any earlier token of the
    family, however old, is recognised when it comes back.
    """

    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, staff_id) = 1", name="one_owner"),
        CheckConstraint("channel IN ('app', 'page')", name="channel"),
        Index("ix_sign_in_person_id", "person_id", postgresql_where=text("person_id IS NOT NULL")),
        Index("ix_sign_in_staff_id", "staff_id", postgresql_where=text("staff_id IS NOT NULL")),
        Index("ix_sign_in_revoked_at", "revoked_at", postgresql_where=text("revoked_at IS NOT NULL")),
        Index("ix_sign_in_expires_at", "expires_at"),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    staff_id: UUID | None = Field(default=None, foreign_key="staff.id")
    channel: str
    family_hash: bytes
    secret_hash: bytes
    created_at: datetime = Field(sa_type=TIMESTAMPTZ)
    expires_at: datetime = Field(sa_type=TIMESTAMPTZ)
    revoked_at: datetime | None = Field(default=None, sa_type=TIMESTAMPTZ)


class AuditEntryRow(Row, table=True):
    """What a member of staff did, chained by SM3 to the entry before; never changed, never deleted."""

    __table_args__ = (
        CheckConstraint("octet_length(previous) = 32 AND octet_length(digest) = 32", name="digests"),
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_staff_id", "staff_id", "at"),
    )

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=TIMESTAMPTZ)
    staff_id: UUID
    action: str
    subject_ids: list[str] = Field(sa_type=JSONB)
    result: str
    previous: bytes
    digest: bytes


class AuditCheckRow(Row, table=True):
    """How far the audit's chain was checked: one row; `digest` is that of entry `seq`.

    `whole_at` is when every entry was last checked, `broken_at` the first that did not fit then.
    """

    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=BigInteger)
    digest: bytes
    whole_at: datetime = Field(sa_type=TIMESTAMPTZ)
    broken_at: int | None = Field(default=None, sa_type=BigInteger)


def address_context(person_id: UUID) -> str:
    """Name what a sealed home address is bound to."""
    return f"person.address:{person_id}"


def phone_context(person_id: UUID) -> str:
    """Name what a sealed phone is bound to."""
    return f"person.phone:{person_id}"


def id_context(person_id: UUID) -> str:
    """Name what a sealed national id is bound to."""
    return f"person.id:{person_id}"


def totp_context(staff_id: UUID) -> str:
    """Name what a sealed TOTP secret is bound to."""
    return f"staff.totp:{staff_id}"


def make_person_row(  # noqa: PLR0913 - each is one fact of the person
    cipher: FieldCipher,
    person_id: UUID,
    *,
    name: str,
    birth_date: date,
    sex: str,
    now: datetime,
    area: str = "",
    phone: str | None = None,
    resident_id: str | None = None,
    resident_no: int | None = None,
    lat: float | None = None,
    lng: float | None = None,
    hukou: bool = False,
    has_account: bool = False,
    synthetic: bool = False,
) -> PersonRow:
    """Build a person with phone (digits) and national id (canonical) sealed and indexed.

    Not added to any session. `sex` is f or m; `area` is the subdistrict's name.
    """
    return PersonRow(
        id=person_id,
        resident_no=resident_no,
        name=name,
        birth_date=birth_date,
        sex=sex,
        phone_sealed=cipher.seal(phone, context=phone_context(person_id)) if phone else None,
        phone_index=cipher.index(phone) if phone else None,
        id_sealed=cipher.seal(resident_id, context=id_context(person_id)) if resident_id else None,
        id_index=cipher.index(resident_id) if resident_id else None,
        area=area,
        lat=lat,
        lng=lng,
        hukou=hukou,
        has_account=has_account,
        synthetic=synthetic,
        created_at=now,
    )
