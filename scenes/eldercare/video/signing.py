"""How we prove to the video provider who calls, and whom a link lets in and when: HMAC-SHA256; pure."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec

TIMESTAMP, SIGNATURE = "Video-Timestamp", "Video-Signature"
TOLERANCE: Final = timedelta(minutes=5)


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What a link says: which room, as whom (patient or staff), from when and until when in Unix seconds."""

    room: str
    role: str
    opens: int
    shuts: int


def call_headers(secret: bytes, method: str, path: str, *, body: bytes, now: datetime) -> dict[str, str]:
    """Make the headers that prove a call of ours."""
    stamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        TIMESTAMP: stamp,
        SIGNATURE: _proof(secret, method, path, stamp, body.decode()),
    }


def is_our_call(  # noqa: PLR0913 - each is one part of what was signed
    secret: bytes, method: str, path: str, *, body: bytes, stamp: str, proof: str, now: datetime
) -> bool:
    """Tell whether a call is signed with the shared secret and fresh."""
    expected = _proof(secret, method, path, stamp, body.decode(errors="replace"))
    if not hmac.compare_digest(expected.encode(), proof.encode()) or not stamp.isdecimal():
        return False
    return abs(now - datetime.fromtimestamp(int(stamp), UTC)) <= TOLERANCE


def link(base_url: str, ticket: Ticket, secret: bytes) -> str:
    """Write a ticket as the address that lets its bearer in."""
    facts = {"role": ticket.role, "opens": ticket.opens, "shuts": ticket.shuts}
    query = urlencode({**facts, "proof": _ticket_proof(secret, ticket)})
    return f"{base_url.rstrip('/')}/join/{ticket.room}?{query}"


def lets_in(secret: bytes, ticket: Ticket, proof: str, *, now: datetime) -> bool:
    """Tell whether a ticket is genuine and its time is now."""
    genuine = hmac.compare_digest(_ticket_proof(secret, ticket).encode(), proof.encode())
    return genuine and ticket.opens <= now.timestamp() < ticket.shuts


def _ticket_proof(secret: bytes, ticket: Ticket) -> str:
    return _proof(secret, "JOIN", ticket.room, ticket.role, str(ticket.opens), str(ticket.shuts))


def _proof(secret: bytes, *parts: str) -> str:
    """Sign the parts, each ended by LF, in hexadecimal."""
    return hmac.new(secret, "".join(f"{each}\n" for each in parts).encode(), hashlib.sha256).hexdigest()
