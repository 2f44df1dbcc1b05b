"""Who may ask for a service, what it costs, by when each step is due, and who could go; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from scenes.common.places.walking import great_circle_m
from scenes.eldercare.errors import AgreementNeeded, ArrivalUnproved, TooYoung, WindowNeeded

SHORTEST_REASON = 4
"""Characters that a note in place of the code has at least."""


class CareTerms(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What holds for a service on a day; prices in fen for one visit, waits in minutes, photos in days.

    Help without a bookable time may be wished for up to `later_days` ahead, from `first_hour` to `last_hour`
    (Shanghai's clock); `call_minutes` is how soon the desk rings about such a wish.
    """

    min_age: int = 60
    price_fen: int = 0
    subsidy_fen: int = 0
    subsidy_from_age: int = 80
    agreement: str = ""
    accept_minutes: int = 15
    promise_minutes: int = 120
    escort_lead_minutes: int = 30
    photo_days: int = 90
    later_days: int = 7
    first_hour: int = 7
    last_hour: int = 21
    call_minutes: int = 120


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A carer as the proposal sees them; where they set out from in WGS-84."""

    id: UUID
    sex: str
    skills: frozenset[str]
    lat: float
    lng: float
    load: int


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit needs of a carer; `sex` is the elder's wish, `tried` have let it pass already."""

    skill: str
    sex: str | None
    lat: float | None
    lng: float | None
    tried: frozenset[UUID] = frozenset()


def terms_of(values: Mapping[str, Any]) -> CareTerms:
    """Read the values in force."""
    return msgspec.convert(dict(values), CareTerms)


def subsidy_for(terms: CareTerms, age: int) -> int:
    """Return the fen that the district pays of one visit: never more than its price."""
    return min(terms.subsidy_fen, terms.price_fen) if age >= terms.subsidy_from_age else 0


def check_may_ask(terms: CareTerms, age: int, *, agreed: bool) -> None:
    """Refuse who is too young (TooYoung), or has not agreed where agreement is needed (AgreementNeeded)."""
    if age < terms.min_age:
        raise TooYoung
    if terms.agreement and not agreed:
        raise AgreementNeeded


def check_window(terms: CareTerms, window_id: UUID | None, *, by_window: bool) -> None:
    """Refuse a visit without a time where it is limited or costs something (WindowNeeded)."""
    if window_id is None and (by_window or terms.price_fen > 0):
        raise WindowNeeded


def due_at(state: str, *, since: datetime, promised_at: datetime | None, terms: CareTerms) -> datetime | None:
    """Return by when the next step has to come, or none where nothing is awaited."""
    if state in {"requested", "assigned"}:
        return since + timedelta(minutes=terms.accept_minutes)
    return promised_at if state == "accepted" else None


def propose(candidates: Sequence[Candidate], ask: Ask) -> list[Candidate]:
    """Return who could go, best first: those not yet tried, then the nearest, then the least loaded."""
    able = [each for each in candidates if can_do(each, ask)]
    return sorted(able, key=lambda each: (each.id in ask.tried, distance_m(each, ask), each.load, each.id))


def can_do(candidate: Candidate, ask: Ask) -> bool:
    """Tell whether a carer has the skill, and is whom the elder wished for."""
    return ask.skill in candidate.skills and ask.sex in {None, candidate.sex}


def distance_m(candidate: Candidate, ask: Ask) -> int:
    """Return metres as the crow flies, to the next 50; 0 where the place is not known."""
    if ask.lat is None or ask.lng is None:
        return 0
    metres = great_circle_m(candidate.lat, candidate.lng, to_lat=ask.lat, to_lng=ask.lng)
    return round(metres / 50) * 50


def check_arrival(code: str, *, told: str | None, note: str) -> str:
    """Return how an arrival is proved: by the elder's code, or by a note (ArrivalUnproved)."""
    if told:
        if told.strip() != code:
            raise ArrivalUnproved
        return "code"
    if len(note.strip()) < SHORTEST_REASON:
        raise ArrivalUnproved
    return "note"
