"""The quick no: what looked full is asked again without a lock, many askers in one query.

A hint never decides alone. The key's earlier answer, an active booking of the same group and freshly
freed units are all looked up, so a repeated request still gets its booking and a freed unit is seen at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from scenes.common.booking.errors import AlreadyBooked, WindowFull
from scenes.common.booking.ledger import sql
from scenes.common.booking.ledger.claims import Claim, Outcome
from scenes.common.kit.idempotency import Answer
from scenes.common.kit.refusals import IdempotencyKeyReused, Refusal

if TYPE_CHECKING:
    from asyncpg import Connection, Record

MAX_HINTS = 100_000


class Hint(msgspec.Struct, frozen=True):
    """A window that was full a moment ago."""

    scene: str
    group_id: UUID


class Hints:
    """Windows this process saw full; forgotten as soon as anything says otherwise."""

    def __init__(self) -> None:
        self._full: dict[UUID, Hint] = {}

    def of(self, claim: Claim) -> Hint | None:
        """Return the hint that makes a claim look hopeless: one window, seen full, right scene."""
        if len(claim.wants) != 1 or claim.alternatives or claim.exclusivity is not None:
            return None
        hint = self._full.get(claim.wants[0].window_id)
        return hint if hint is not None and hint.scene == claim.scene else None

    def learn(self, window_id: UUID, hint: Hint) -> None:
        """Remember a full window; the whole memory is dropped rather than grow without bound."""
        if len(self._full) >= MAX_HINTS:
            self._full.clear()
        self._full[window_id] = hint

    def forget(self, window_id: UUID) -> None:
        """Drop a hint."""
        self._full.pop(window_id, None)


async def look(
    connection: "Connection[Record]", claims: Sequence[Claim], hints: Sequence[Hint], now: datetime
) -> tuple[list[Outcome | Refusal | None], set[UUID]]:
    """Answer many hopeless claims at once; None means the claim deserves the writer after all.

    Also returns the windows that have room again.
    """
    owners, names = [c.booker_id for c in claims], [c.key for c in claims]
    keys = [f"{hint.group_id}:{c.subject_id}" for c, hint in zip(claims, hints, strict=True)]
    windows = list({claim.wants[0].window_id for claim in claims})
    kept: dict[tuple[UUID, str], Record] = {}
    lapsed: dict[str, bool] = {}
    room: set[UUID] = set()
    for row in await connection.fetch(sql.FOR_HOPELESS, owners, names, now, keys, windows):
        match row["kind"]:
            case "answer":
                kept[row["id"], row["text"]] = row
            case "room":
                room.add(row["id"])
            case kind:
                lapsed[row["text"]] = kind == "lapsed"

    def answer(claim: Claim, key: str) -> Outcome | Refusal | None:
        row = kept.get((claim.booker_id, claim.key))
        if row is not None:
            if row["fingerprint"] != claim.fingerprint:
                return IdempotencyKeyReused()
            return Outcome(None, Answer(row["status"], row["body"], replayed=True))
        if claim.exclusive and key in lapsed:
            return None if lapsed[key] else AlreadyBooked()
        return None if claim.wants[0].window_id in room else WindowFull()

    return [answer(claim, key) for claim, key in zip(claims, keys, strict=True)], room
