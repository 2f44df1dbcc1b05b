"""Who went to the doctor in the past fortnight, and who is going: drawn on the published windows.

Each visit obeys what the ledger would have asked: the audience, one visit at a time, no more than there
is. Visits still to come are drawn only where they are free of charge, since no provider holds money for
them that could be given back.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from scenes.common.booking.rules import ELDER_AGE, age_on
from scenes.common.kit.clock import local_day, shanghai
from scenes.demo.rules.chance import drawn_id, moment_of
from scenes.demo.rules.residents import ACCOUNT_AGE
from scenes.demo.rules.staffing import CHILDREN, CHRONIC, WOMEN

NO_SHOW: Final = 0.202
"""Of 110,527 real bookings, so many did not show up."""

CANCELLED: Final = 0.06
MOST_MISSED: Final = 2
"""Visits one person misses at most: a third would ban them for the rest of the demo."""

BUSIEST: Final = 0.72
VISITS_PER_RESIDENT: Final = 0.45
COMING: Final = (0.0, 0.2, 0.5, 0.8, 1.0)
"""How full the coming sessions are, one as likely as another."""

TRIES: Final = 8
FIRST_HOUR, LAST_HOUR = 6, 18
BY_HOUR: Final = (1.4, 17.4, 13.9, 11.6, 10.0, 7.7, 4.9, 8.2, 8.3, 7.3, 5.0, 2.6, 1.2)
"""Per cent of the same real bookings made in each hour."""

CHRONIC_AGE: Final = 45
BOOKED_FOR: Final = 0.5
"""Of the visits of elders whose child has an account, those that the child booked."""

CONSULTED: Final = timedelta(minutes=6)
SHORTEST_WAIT: Final = 3
LONGEST_WAIT: Final = 30
"""Minutes from check-in to the call, the longest on top of the shortest."""

Pools = Mapping[tuple[UUID, str], Sequence["Guest"]]


class Guest(NamedTuple):
    """A resident who may visit: `account` is who books for them, `signed` where they are signed."""

    id: UUID
    birth: date
    sex: str
    area: str
    account: UUID | None
    signed: UUID | None


class Slot(NamedTuple):
    """A published window: `code` is the department's, `over_at` when who has not come has missed it."""

    id: UUID
    group_id: UUID
    place_id: UUID
    code: str
    title: str
    resource: str
    day: date
    period: str
    starts_at: datetime
    ends_at: datetime
    over_at: datetime
    capacity: int
    audience: str
    opens_at: datetime
    closes_at: datetime
    falls_through_at: datetime | None
    price_fen: int
    hold_seconds: int
    terms: str


class Visit(NamedTuple):
    """A drawn booking; `paid` tells that it had a price and the price was paid."""

    id: UUID
    slot: Slot
    person_id: UUID
    booked_by: UUID
    state: str
    code: str
    paid: bool
    created_at: datetime
    updated_at: datetime


def pools_of(guests: Iterable[Guest], places: Mapping[str, Sequence[UUID]], today: date) -> Pools:
    """Sort guests by the places of their subdistrict and the departments that are for them."""
    pools: defaultdict[tuple[UUID, str], list[Guest]] = defaultdict(list)
    for guest in guests:
        age = age_on(guest.birth, today)
        for place_id in places[guest.area]:
            for kind in _kinds(guest, age):
                pools[place_id, kind].append(guest)
    return pools


def _kinds(guest: Guest, age: int) -> list[str]:
    """Name the departments that are for a person; "" is every one that is for all grown people."""
    if age < ACCOUNT_AGE:
        return [CHILDREN] if guest.account is not None else []
    return [""] + [CHRONIC] * (age >= CHRONIC_AGE) + [WOMEN] * (guest.sex == "f")


def share_of_past(slots: Iterable[Slot], residents: int, now: datetime) -> float:
    """Say how full past sessions are: as full as so many residents make them."""
    capacity = sum(slot.capacity for slot in slots if slot.over_at <= now)
    return min(BUSIEST, residents * VISITS_PER_RESIDENT / capacity) if capacity else 0.0


class Diary:
    """Draws visits slot by slot and remembers who is busy, who missed what, and which codes are taken."""

    def __init__(self, chance: random.Random, pools: Pools, *, now: datetime) -> None:
        self._chance = chance
        self._pools = pools
        self._now = now
        self._busy: set[tuple[UUID, date, str]] = set()
        self._missed: Counter[UUID] = Counter()
        self._codes: set[tuple[UUID, str]] = set()

    def draw(self, slots: Sequence[Slot], *, past_share: float) -> list[Visit]:
        """Draw the visits of every slot in order; the same slots and stream give the same visits."""
        coming: dict[UUID, float] = {}
        visits: list[Visit] = []
        for slot in slots:
            share = past_share
            if slot.over_at > self._now:
                share = coming.setdefault(slot.group_id, self._chance.choice(COMING))
            if slot.opens_at < self._now and (slot.over_at <= self._now or not slot.price_fen):
                visits += self._visits(slot, share)
        return visits

    def _visits(self, slot: Slot, share: float) -> list[Visit]:
        drawn = [self._visit(slot) for _ in range(slot.capacity) if self._chance.random() < share]
        return [visit for visit in drawn if visit is not None]

    def _visit(self, slot: Slot) -> Visit | None:
        guest = self._guest(slot)
        if guest is None:
            return None
        state = self._state(slot, guest)
        created = self._created(slot)
        updated = {
            "confirmed": created,
            "cancelled": min(created + timedelta(minutes=10), self._now),
            "no_show": slot.over_at,
        }.get(state, slot.ends_at)
        return Visit(
            id=drawn_id(self._chance, moment_of(created)),
            slot=slot,
            person_id=guest.id,
            booked_by=self._booker(guest),
            state=state,
            code=self._code(slot.place_id),
            paid=bool(slot.price_fen) and state != "cancelled",
            created_at=created,
            updated_at=updated,
        )

    def _guest(self, slot: Slot) -> Guest | None:
        """Find somebody the slot is for who has nothing else that half-day; none after some tries."""
        kind = slot.code if slot.code in {CHILDREN, CHRONIC, WOMEN} else ""
        pool = self._pools.get((slot.place_id, kind))
        for _ in range(TRIES if pool else 0):
            guest = self._chance.choice(pool or ())
            busy = (guest.id, slot.day, slot.period)
            if _is_for(slot, guest) and busy not in self._busy:
                self._busy.add(busy)
                return guest
        return None

    def _state(self, slot: Slot, guest: Guest) -> str:
        if slot.over_at > self._now:
            return "confirmed"
        if self._chance.random() < CANCELLED:
            return "cancelled"
        if self._chance.random() < NO_SHOW and self._missed[guest.id] < MOST_MISSED:
            self._missed[guest.id] += 1
            return "no_show"
        return "fulfilled"

    def _created(self, slot: Slot) -> datetime:
        """Draw when a visit was booked: most near the end of the time there was, and by daylight."""
        latest = min(slot.closes_at, self._now)
        some_time = latest - (latest - slot.opens_at) * self._chance.random() ** 2
        hour = self._chance.choices(range(FIRST_HOUR, LAST_HOUR + 1), weights=BY_HOUR)[0]
        by_day = shanghai(some_time).replace(hour=hour)
        return by_day if slot.opens_at <= by_day <= latest else some_time

    def _booker(self, guest: Guest) -> UUID:
        if guest.account is None:
            return guest.id
        child = age_on(guest.birth, local_day(self._now)) < ACCOUNT_AGE
        return guest.account if child or self._chance.random() < BOOKED_FOR else guest.id

    def _code(self, place_id: UUID) -> str:
        while True:
            code = f"{self._chance.randrange(10**8):08d}"
            if (place_id, code) not in self._codes:
                self._codes.add((place_id, code))
                return code


def _is_for(slot: Slot, guest: Guest) -> bool:
    if slot.audience == "elders":
        return age_on(guest.birth, slot.day) >= ELDER_AGE
    return slot.audience == "public" or guest.signed == slot.place_id


def numbers_of(visits: Iterable[Visit]) -> dict[UUID, int]:
    """Give the visits that took place their number in the session, by time."""
    came = [visit for visit in visits if visit.state == "fulfilled"]
    last: Counter[UUID] = Counter()
    numbers: dict[UUID, int] = {}
    for visit in sorted(came, key=lambda each: (each.slot.starts_at, each.created_at, each.id)):
        last[visit.slot.group_id] += 1
        numbers[visit.id] = last[visit.slot.group_id]
    return numbers


def waiting_of(visit: Visit) -> tuple[datetime, datetime] | tuple[None, None]:
    """Say when who came checked in and was called: most waited minutes, a few half an hour."""
    if visit.state != "fulfilled":
        return None, None
    share = visit.id.int % 997 / 997
    called = visit.updated_at - CONSULTED
    return called - timedelta(minutes=SHORTEST_WAIT + LONGEST_WAIT * share**3), called
