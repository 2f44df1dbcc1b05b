"""The demo's staff; their passwords and second factors follow from the district's secret key."""

import hmac
from base64 import b32encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.people.service import NewStaff, create_staff
from scenes.common.people.tables import StaffPlaceRow
from scenes.common.people.tokens import Passwords
from scenes.common.people.tokens.factors import totp_now
from scenes.demo import store
from scenes.demo.rules.cares import TEAMS

STAFF: Final = {
    "clinic": "卫生中心服务台",
    "charging": "充电站管理员",
    "breakfast": "早餐点管理员",
    "eldercare": "养老服务调度",
    "district": "区级管理员",
    "auditor": "审计员",
}
"""What they are called, by user name, which is their role too."""

CARERS: Final = tuple(carer[0] for team in TEAMS for carer in team.carers)
"""The user names of the carers, whose role is eldercare."""

PASSWORD_BYTES: Final = 10
TOTP_BYTES: Final = 20


def password_of(username: str, secret_key: bytes) -> str:
    """Derive a password of 16 letters and digits in groups of four."""
    text = _derived(f"password:{username}", secret_key, PASSWORD_BYTES).lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def totp_secret_of(username: str, secret_key: bytes) -> str:
    """Derive the secret of an authenticator app (base32, 160 bits)."""
    return _derived(f"totp:{username}", secret_key, TOTP_BYTES)


def factors_of(username: str, secret_key: bytes) -> tuple[str, str] | None:
    """Derive the password and the authenticator's secret of one of the demo's staff; none for a stranger."""
    if username not in {*STAFF, *CARERS}:
        return None
    return password_of(username, secret_key), totp_secret_of(username, secret_key)


def lines(secret_key: bytes, now: datetime) -> list[str]:
    """Write a table of what each member of staff signs in with, and the code of this half minute."""
    table = [("username", "password", "TOTP secret", "code now")]
    for username in (*STAFF, *CARERS):
        secret = totp_secret_of(username, secret_key)
        table.append((username, password_of(username, secret_key), secret, totp_now(secret, now)))
    return [f"{name:<10} {password:<20} {secret:<33} {code}" for name, password, secret, code in table]


async def hire(
    session: AsyncSession,
    *,
    secret_key: bytes,
    cipher: FieldCipher,
    places: Mapping[str, Sequence[UUID]],
    now: datetime,
) -> None:
    """Take on whoever is missing, and give everybody the venues of their room that are new to them."""
    known, passwords = await store.staff_ids(session), Passwords()
    for username, title in STAFF.items():
        if username in known:
            await _also_at(session, known[username], places.get(username, ()))
            continue
        new = NewStaff(
            username=username,
            password=password_of(username, secret_key),
            display_name=title,
            role=username,
            place_ids=frozenset(places.get(username, ())),
            totp_secret=totp_secret_of(username, secret_key),
        )
        await create_staff(session, new, passwords=passwords, cipher=cipher, now=now)


async def _also_at(session: AsyncSession, staff_id: UUID, places: Sequence[UUID]) -> None:
    if places:
        rows = [{"staff_id": staff_id, "place_id": place_id} for place_id in places]
        await store.add_if_missing(session, StaffPlaceRow, rows)


def _derived(purpose: str, secret_key: bytes, size: int) -> str:
    """Derive so many bytes for one purpose, in base32."""
    digest = hmac.digest(secret_key, f"lifecircle demo staff:{purpose}".encode(), "sha256")
    return b32encode(digest[:size]).decode()
