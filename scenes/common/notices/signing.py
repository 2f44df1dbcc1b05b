"""How calls between us and the SMS gateway prove who says them and when: HMAC-SHA256 over five lines.

Both directions use it: our calls, and the gateway's receipts. Pure.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

REPLAY_WINDOW: Final = timedelta(seconds=300)
"""How far a call's time may be from ours, either way."""

TIMESTAMP, NONCE, SIGNATURE = "Sms-Timestamp", "Sms-Nonce", "Sms-Signature"
_SECONDS: Final = re.compile(r"[0-9]{1,10}")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed of a call besides its moment: the method, the path without its query, the body."""

    method: str
    path: str
    body: bytes


def signature(secret: bytes, call: Call, *, timestamp: str, nonce: str) -> str:
    """Sign method, path, timestamp, nonce and body, each ended by LF, in hexadecimal."""
    text = f"{call.method}\n{call.path}\n{timestamp}\n{nonce}\n".encode() + call.body + b"\n"
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def signed_headers(secret: bytes, call: Call, *, now: datetime, nonce: str) -> dict[str, str]:
    """Make the headers that prove a call."""
    timestamp = str(int(now.timestamp()))
    proof = signature(secret, call, timestamp=timestamp, nonce=nonce)
    return {"Content-Type": "application/json", TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: proof}


def is_genuine(secret: bytes, call: Call, headers: Mapping[str, str], *, now: datetime) -> bool:
    """Tell whether a call is signed with our secret and fresh, in time that tells nothing of the secret."""
    timestamp = headers.get(TIMESTAMP, "")
    expected = signature(secret, call, timestamp=timestamp, nonce=headers.get(NONCE, ""))
    genuine = hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode())
    if not genuine or not _SECONDS.fullmatch(timestamp):
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= REPLAY_WINDOW
