"""Access tokens: JWTs (HS256) that live for minutes and are read without asking the database."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Container
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.jwk import OctKey

from scenes.common.kit.caller import Caller, Resident, Staff
from scenes.common.kit.ids import quick_id

ALGORITHM = "HS256"
SHORTEST_SECRET = 32
LONGEST_TOKEN = 4096
BEARER = b"bearer "


class Claims(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an access token says: who, by which sign-in, until when; role and venues for staff."""

    sub: UUID
    sid: UUID
    kind: Literal["resident", "staff"]
    iat: int
    exp: int
    role: str = ""
    places: tuple[UUID, ...] = ()


class TokenSigner:
    """Signs access tokens with the district's secret (at least 32 bytes) and derives CSRF tokens from it."""

    def __init__(self, secret: bytes) -> None:
        _check(secret)
        self._key = OctKey.import_key(secret)
        self._csrf_key = hmac.digest(secret, b"csrf tokens", hashlib.sha256)

    def sign(self, caller: Resident | Staff, *, now: datetime, until: datetime) -> str:
        """Make the access token of a caller, valid until an instant."""
        staff = caller if isinstance(caller, Staff) else None
        claims = Claims(
            sub=caller.staff_id if isinstance(caller, Staff) else caller.person_id,
            sid=caller.sign_in_id,
            kind="staff" if staff else "resident",
            iat=int(now.timestamp()),
            exp=int(until.timestamp()),
            role=staff.role if staff else "",
            places=tuple(sorted(staff.place_ids)) if staff else (),
        )
        return jwt.encode({"alg": ALGORITHM}, msgspec.to_builtins(claims), self._key)

    def csrf_for(self, sign_in_id: UUID, acting_for: UUID | None = None) -> str:
        """Derive the CSRF token of a sign-in: nobody can make it without the secret.

        It also says for whom: a form shown while acting for somebody does nothing for anybody else.
        """
        whose = sign_in_id.bytes + (acting_for.bytes if acting_for is not None else b"")
        digest = hmac.digest(self._csrf_key, whose, hashlib.sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


OUR_HEADER = urlsafe_b64encode(b'{"typ":"JWT","alg":"HS256"}').rstrip(b"=")
"""The only header our tokens have; any other algorithm, `none` first of all, is not ours."""

_claims = msgspec.json.Decoder(Claims)


class Read(NamedTuple):
    """A token that was verified once: whose it is, and until when."""

    caller: Resident | Staff
    until: datetime


class TokenReader:
    """Verifies access tokens; one that was verified before costs a look-up and two comparisons.

    `secrets` are the current one and, while they are being changed, the one before. `revoked` holds the
    ids of sign-ins that have ended. At most `most` verified tokens are remembered.
    """

    def __init__(self, secrets: tuple[bytes, ...], revoked: Container[UUID], *, most: int = 4096) -> None:
        for secret in secrets:
            _check(secret)
        self._secrets = secrets
        self._revoked = revoked
        self._most = most
        self._read: OrderedDict[bytes, Read] = OrderedDict()

    def __len__(self) -> int:
        return len(self._read)

    def read(self, authorization: bytes, now: datetime) -> Caller:
        """Say whose token an `Authorization: Bearer` header's value carries; none if it is not valid now."""
        known = self._read.get(authorization)
        if known is None:
            known = self._verify(authorization)
            if known is None:
                return None
            self._remember(authorization, known)
        else:
            self._read.move_to_end(authorization)
        if now >= known.until:
            del self._read[authorization]
            return None
        return None if known.caller.sign_in_id in self._revoked else known.caller

    def _remember(self, authorization: bytes, known: Read) -> None:
        self._read[authorization] = known
        if len(self._read) > self._most:
            self._read.popitem(last=False)

    def _verify(self, authorization: bytes) -> Read | None:
        if len(authorization) > LONGEST_TOKEN or authorization[: len(BEARER)].lower() != BEARER:
            return None
        token = authorization[len(BEARER) :].strip()
        for secret in self._secrets:
            try:
                claims = _claims_of(token, secret)
                return Read(_caller(claims), datetime.fromtimestamp(claims.exp, UTC))
            except (NotOurs, msgspec.MsgspecError, ValueError, OverflowError):
                continue
        return None


class NotOurs(Exception):  # noqa: N818 - never leaves this module
    """A token that this district did not sign, or that is no token at all."""


def _claims_of(token: bytes, secret: bytes) -> Claims:
    """Verify one of our own tokens (RFC 7515, HS256 only) and read its claims; raises NotOurs.

    joserfc signs them, and takes 40 µs to verify one. In the release minute every token is new to a
    process, so this verifies the one form we sign, with the standard library's constant-time compare; a
    test holds it to joserfc's judgement.
    """
    signed, dot, signature = token.rpartition(b".")
    header, dot_within, payload = signed.partition(b".")
    if not dot or not dot_within or header != OUR_HEADER:
        raise NotOurs
    expected = urlsafe_b64encode(hmac.digest(secret, signed, "sha256")).rstrip(b"=")
    if not hmac.compare_digest(signature, expected):
        raise NotOurs
    return _claims.decode(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))


def _caller(claims: Claims) -> Resident | Staff:
    if claims.kind == "staff":
        return Staff(claims.sub, claims.sid, claims.role, frozenset(claims.places))
    return Resident(quick_id(claims.sub), claims.sid)


def _check(secret: bytes) -> None:
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the token secret must have at least {SHORTEST_SECRET} bytes")
