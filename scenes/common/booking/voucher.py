"""What a booking's QR picture says: a spoken code, or a signed one that a counter without network can trust.

`LC1.` payload `.` signature, both base64url without padding. The payload is the booking's id and place
(16 bytes each), the start in minutes of Unix time and the spoken code (4 bytes each, big-endian); the
signature is Ed25519 (RFC 8032) over the payload, by a key derived from the district's secret key.
"""

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from scenes.common.booking.ledger.claims import BookingRecord

SPOKEN: Final = "LC:"
SIGNED: Final = "LC1."
SIGNED_SCENES: Final = frozenset({"breakfast"})
"""Scenes whose counters may have no network: carts and lockers."""

_PAYLOAD: Final = struct.Struct(">16s16sII")
_PURPOSE: Final = b"lifecircle booking voucher"
_MINUTE: Final = timedelta(minutes=1)
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


class VoucherForged(Exception):  # noqa: N818 - refusals say what happened
    """The text is no voucher of this district, or was changed."""


class Voucher(msgspec.Struct, frozen=True, kw_only=True):
    """What a genuine signed voucher says; `starts_at` is cut to the minute, in UTC."""

    booking_id: UUID
    place_id: UUID
    starts_at: datetime
    code: str


class VoucherSigner:
    """Writes and reads the vouchers of one district."""

    def __init__(self, secret_key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(hmac.digest(secret_key, _PURPOSE, "sha256"))

    @property
    def public_key(self) -> str:
        """The key that counters verify with, 32 bytes in base64url."""
        return _encoded(self._key.public_key().public_bytes_raw())

    def text_of(self, record: BookingRecord) -> str:
        """Return what a booking's QR picture says."""
        if record.scene not in SIGNED_SCENES:
            return f"{SPOKEN}{record.code}"
        minutes = (record.starts_at - _EPOCH) // _MINUTE
        payload = _PAYLOAD.pack(record.id.bytes, record.place_id.bytes, minutes, int(record.code))
        return f"{SIGNED}{_encoded(payload)}.{_encoded(self._key.sign(payload))}"


def read_voucher(text: str, public_key: str) -> Voucher:
    """Read a signed voucher, as a counter without network does; raises VoucherForged."""
    try:
        payload, signature = (_decoded(part) for part in text.strip().removeprefix(SIGNED).split("."))
        Ed25519PublicKey.from_public_bytes(_decoded(public_key)).verify(signature, payload)
        booking_id, place_id, minutes, code = _PAYLOAD.unpack(payload)
    except (ValueError, InvalidSignature, struct.error) as wrong:
        raise VoucherForged from wrong
    return Voucher(
        booking_id=UUID(bytes=booking_id),
        place_id=UUID(bytes=place_id),
        starts_at=_EPOCH + minutes * _MINUTE,
        code=f"{code:08d}",
    )


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
