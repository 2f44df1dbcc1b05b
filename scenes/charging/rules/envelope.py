"""T/CEC 102's envelope: JSON encrypted with AES-128-CBC, signed with HMAC-MD5, stamped and numbered.

Check in this order: signature, bearer, clock and replay, then decrypt. The standard has no code for a
time-stamp that is too old, one used before, or Data that cannot be decrypted: they are envelope fields
that cannot be taken, so they get 4003.
"""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from scenes.charging.errors import PartnerInputRefused
from scenes.common.kit.clock import SHANGHAI

BUSY: Final = -1
OK: Final = 0
BAD_SIGNATURE: Final = 4001
BAD_TOKEN: Final = 4002
BAD_ENVELOPE: Final = 4003
BAD_PARAMETERS: Final = 4004
FAILED: Final = 500

BLOCK_BITS: Final = 128
STAMP_LENGTH: Final = 14
SEQ_LENGTH: Final = 4
STAMP_FORMAT: Final = "%Y%m%d%H%M%S"
MOST_BYTES: Final = 1 << 20
"""Bytes of a body that are looked at; a notification has hundreds."""


class KeySet(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of one direction: who calls proves itself with `operator_secret`, the rest seals and signs."""

    operator_secret: str
    data_secret: str
    data_iv: str
    sig_secret: str


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """A partner's keys: `theirs` for our calls to it, `ours` for its calls to us."""

    theirs: KeySet
    ours: KeySet


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A call as it travels."""

    operator_id: str = msgspec.field(name="OperatorID")
    data: str
    time_stamp: str
    seq: str
    sig: str


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """An answer as it travels; some partners write Ret as text."""

    ret: int | str
    msg: str = ""
    data: str = ""
    sig: str = ""


def encrypt(keys: KeySet, text: bytes) -> str:
    """Turn a plain text into the envelope's Data."""
    padder = PKCS7(BLOCK_BITS).padder()
    padded = padder.update(text) + padder.finalize()
    worker = _cipher(keys).encryptor()
    return base64.b64encode(worker.update(padded) + worker.finalize()).decode()


def decrypt(keys: KeySet, data: str) -> bytes:
    """Turn Data back into the plain text; refuses with 4003 what was not made with these keys."""
    try:
        sealed = base64.b64decode(data, validate=True)
        worker = _cipher(keys).decryptor()
        padded = worker.update(sealed) + worker.finalize()
        unpadder = PKCS7(BLOCK_BITS).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except (binascii.Error, ValueError) as broken:
        raise PartnerInputRefused(BAD_ENVELOPE, "undecipherable", why="Data: cannot be decrypted") from broken


def _cipher(keys: KeySet) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(keys.data_secret.encode()), modes.CBC(keys.data_iv.encode()))


def signature(keys: KeySet, *parts: str) -> str:
    """Sign parts joined without separators: upper-case hex of HMAC-MD5, as the standard has it."""
    return hmac.digest(keys.sig_secret.encode(), "".join(parts).encode(), "md5").hex().upper()


def sealed(keys: KeySet, text: bytes, *, operator_id: str, stamp: str, seq: str) -> Envelope:
    """Make the envelope of a call."""
    data = encrypt(keys, text)
    sig = signature(keys, operator_id, data, stamp, seq)
    return Envelope(operator_id=operator_id, data=data, time_stamp=stamp, seq=seq, sig=sig)


def answered(keys: KeySet, text: bytes) -> Answer:
    """Make the envelope of an answer that is well."""
    data = encrypt(keys, text)
    return Answer(ret=OK, data=data, sig=signature(keys, str(OK), data))


def refused(keys: KeySet | None, ret: int, msg: str) -> Answer:
    """Make the envelope of a refusal: no Data; unsigned for a caller whose keys nobody knows."""
    return Answer(ret=ret, msg=msg, sig=signature(keys, str(ret), msg) if keys is not None else "")


def opened(body: bytes) -> Envelope:
    """Read a call's outermost layer; 4003 unless it has all five fields in their form."""
    try:
        envelope = msgspec.json.decode(body[: MOST_BYTES + 1], type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise PartnerInputRefused(BAD_ENVELOPE, "envelope", why="the envelope cannot be read") from wrong
    if not (_digits(envelope.time_stamp, STAMP_LENGTH) and _digits(envelope.seq, SEQ_LENGTH)):
        raise PartnerInputRefused(BAD_ENVELOPE, "envelope", why="TimeStamp or Seq: not in their form")
    return envelope


def _digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def check_signature(keys: KeySet, envelope: Envelope) -> None:
    """Refuse with 4001 a call whose signature is not the partner's."""
    wanted = signature(keys, envelope.operator_id, envelope.data, envelope.time_stamp, envelope.seq)
    if not hmac.compare_digest(wanted.encode(), envelope.sig.encode()):
        raise PartnerInputRefused(BAD_SIGNATURE, "signature", why="Sig: not this partner's")


def is_genuine_answer(keys: KeySet, answer: Answer) -> bool:
    """Tell whether an answer was signed by the partner."""
    wanted = signature(keys, str(answer.ret), answer.msg, answer.data)
    return hmac.compare_digest(wanted.encode(), answer.sig.encode())


def check_clock(envelope: Envelope, *, now: datetime, window: timedelta) -> None:
    """Refuse with 4003 a call stamped further from now than the replay window, either way."""
    try:
        at = datetime.strptime(envelope.time_stamp, STAMP_FORMAT).replace(tzinfo=SHANGHAI)
    except ValueError as wrong:
        raise PartnerInputRefused(BAD_ENVELOPE, "stale", why="TimeStamp: no such time") from wrong
    if abs(at - now) > window:
        raise PartnerInputRefused(BAD_ENVELOPE, "stale", why="TimeStamp: too far from now")


def stamp_of(now: datetime) -> str:
    """Write an instant as the envelope does: Shanghai's wall clock, to the second."""
    return now.astimezone(SHANGHAI).strftime(STAMP_FORMAT)
