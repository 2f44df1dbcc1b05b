"""Given-back units that are due: first to whoever waits, as a held booking, then back to everybody."""

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec.structs import replace

from scenes.common.booking import rules
from scenes.common.booking.errors import Suspended, WindowNotOpen
from scenes.common.booking.ledger import sql
from scenes.common.booking.ledger.claims import BookingRecord, Claim, Line, Want
from scenes.common.booking.ledger.lives import new_booking
from scenes.common.booking.ledger.page import Page

if TYPE_CHECKING:
    from asyncpg import Record


class Returns:
    """One transaction's worth of due returns."""

    def __init__(self, page: Page, *, chance: random.Random) -> None:
        self.page = page
        self.chance = chance
        self.offers: list[tuple[UUID, UUID]] = []

    async def run(self, limit: int) -> int:
        """Offer or free every due unit; return how many returns were settled. The caller commits."""
        page = self.page
        due = await page.connection.fetch(sql.DUE_RETURNS, page.now, limit)
        if not due:
            return 0
        await page.lock_windows(row["window_id"] for row in due)
        returns = await page.connection.fetch(sql.TAKE_RETURNS, [row["id"] for row in due])
        waiting = await self._waiting({row["group_id"] for row in returns})
        for row in returns:
            self._settle(row, waiting.get(row["group_id"], []))
        await page.write()
        if self.offers:
            entries, bookings = zip(*self.offers, strict=True)
            await page.connection.execute(sql.OFFER, entries, bookings, page.now)
        await page.connection.execute(sql.DELETE_RETURNS, [row["id"] for row in returns])
        return len(returns)

    async def _waiting(self, groups: Iterable[UUID]) -> dict[UUID, list["Record"]]:
        rows = await self.page.connection.fetch(sql.NEXT_WAITING, list(groups), self.page.now)
        if not rows:
            return {}
        people = {p for row in rows for p in (row["person_id"], row["booked_by"])}
        await self.page.load((), people, [f"{row['group_id']}:{row['person_id']}" for row in rows])
        queues: dict[UUID, list[Record]] = {}
        for row in rows:
            queues.setdefault(row["group_id"], []).append(row)
        return queues

    def _settle(self, row: "Record", queue: list["Record"]) -> None:
        """Hand each unit of one return to the first who may have it; free the rest."""
        window = self.page.windows[row["window_id"]]
        for _ in range(row["units"]):
            entry = next((e for e in queue if self._may_have(window, e)), None)
            if entry is None:
                self.page.give_back(Line(window.id, window.resource, 1, 0), None)
            else:
                queue.remove(entry)
                self._offer(window, entry)

    def _may_have(self, window: rules.Window, entry: "Record") -> bool:
        person, now = self.page.people[entry["person_id"]], self.page.now
        if f"{window.group_id}:{person.id}" in self.page.active_keys:
            return False
        try:
            rules.check_open(window, person, now)
            rules.check_not_suspended(person, window.scene, now)
        except (WindowNotOpen, Suspended):
            return False
        return True

    def _offer(self, window: rules.Window, entry: "Record") -> BookingRecord:
        """Hold the unit, which stays counted as taken, for the one whose turn it is."""
        page = self.page
        claim = Claim(
            scene=window.scene, booker_id=entry["booked_by"], subject_id=entry["person_id"],
            wants=(Want(window.id),), key="", fingerprint=b"",
        )  # fmt: skip
        people = (page.people[claim.subject_id], page.people[claim.booker_id])
        exclusivity = f"{window.group_id}:{claim.subject_id}"
        granted = new_booking(
            claim,
            claim.wants,
            [window],
            people=people,
            page=page,
            exclusivity=exclusivity,
            chance=self.chance,
        )
        until = min(page.now + timedelta(minutes=window.terms.offer_minutes), window.closes_at)
        offer = replace(granted, state="held", hold_expires_at=until, offered=True)
        page.add(offer)
        page.tell("waitlist.offered", offer, until=until)
        self.offers.append((entry["id"], offer.id))
        return offer
