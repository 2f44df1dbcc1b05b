"""From a sentence to what it wants: rules only, no I/O, no clock, never an exception.

An emergency goes before everything. What is missing or two-fold is asked back; a payment, a question and a
refusal are never taken for a booking.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, NamedTuple, cast, get_args

import msgspec

from accessibility.said import wishes
from accessibility.said.breakfast import Breakfast, breakfast_said
from accessibility.said.care import Help, destination_said, help_said, person_said, somebody_unclear
from accessibility.said.clinic import TITLES, Visit, visit_said
from accessibility.said.days import days_said
from accessibility.said.heard import Flow, Heard, Known, Slot
from accessibility.said.hours import When, at_once, is_now, time_said
from accessibility.said.names import titled, with_places
from accessibility.said.places import places_said
from accessibility.said.residue import is_a_name, residue, speaks_for_a_stranger
from accessibility.said.slips import mend
from accessibility.said.tales import without_tales
from accessibility.said.words import LOOKALIKES, WORDS
from scenes.common.kit.clock import shanghai

LONGEST: Final = 400
"""Characters of a sentence that are read."""

_ORDER: Final = cast("tuple[Slot, ...]", get_args(Slot))
_CHARGING: Final = ("充电桩", "充电")
_NOT_A_CAR: Final = ("手机", "电瓶", "电动自行", "助动车", "轮椅", "充电宝")


class _Parts(NamedTuple):
    """Everything read from one sentence before it is decided what it is."""

    text: str
    now: datetime
    days: list[date | None]
    visit: Visit
    help: Help
    meal: Breakfast
    charging: bool
    person: str | None


def understand(text: str, *, now: datetime, known: Known) -> Heard:
    """Understand a sentence said at `now` (any zone); an emergency goes before everything else."""
    plain = unicodedata.normalize("NFKC", text)[:LONGEST].strip()
    names = (*known.departments, *titled(known.doctors, TITLES.split("|")), *known.dishes, *known.services)
    said = with_places(mend(plain.replace("、", ","), (*WORDS, *names), LOOKALIKES), known.places)
    if (urgent := _plainly(said)) is not None:
        return urgent
    today = shanghai(now)
    wish = without_tales(said, days=len(days_said(said, today.date()))) or said
    return _whole(wish, _wish(wish, today, known), known)


def _whole(text: str, heard: Heard, known: Known) -> Heard:
    """Trust a reading only if nothing of the sentence is left over; a name left over is never passed by."""
    if heard.action not in {"book", "cancel"}:
        return heard
    left = residue(text, heard, known)
    judged = heard.certain or speaks_for_a_stranger(text, heard) or is_a_name(text, left)
    if judged and left:
        return msgspec.structs.replace(heard, unclear=(*heard.unclear, "words"), certain=False)
    return heard


def _plainly(text: str) -> Heard | None:
    """Hear what needs no other words: an emergency first, then money and changes, which are never guessed."""
    if wishes.asks_for_ambulance(text):
        return _heard(action="call_person", unclear=("question",))
    if wishes.is_emergency(text):
        return _heard(action="emergency")
    if wishes.wants_other_time(text):
        return _heard(flow="my-bookings", action="show", unclear=("booking",))
    if wishes.speaks_of_transfer(text):
        return _heard(unclear=("payment",))
    return (
        _heard(flow="my-bookings", action="show", unclear=("payment",)) if wishes.pays_a_bill(text) else None
    )


def _wish(text: str, now: datetime, known: Known) -> Heard:
    parts = _parts(text, now, known, denials=True)
    if wishes.refuses(text) and not _flows(parts):
        parts = _parts(text, now, known, denials=False)
    if wishes.wants_human(text) and not parts.help.wanted:
        return _heard(action="call_person")
    if wishes.wants_cancel(text) or (wishes.wants_less(text) and not parts.meal.items):
        return _cancelled(_parts(text, now, known, denials=False))
    if wishes.wants_own_bookings(text):
        return _heard(flow="my-bookings", action="show")
    return _by_flow(parts, known)


def _parts(text: str, now: datetime, known: Known, *, denials: bool) -> _Parts:
    car = not any(word in text for word in _NOT_A_CAR)
    return _Parts(
        text=text,
        now=now,
        days=days_said(text, now.date(), denials=denials),
        visit=visit_said(text, departments=known.departments, doctors=known.doctors, denials=denials),
        help=help_said(text, services=known.services, denials=denials),
        meal=breakfast_said(text, dishes=known.dishes, denials=denials),
        charging=car and any(word in text for word in _CHARGING),
        person=person_said(text),
    )


def _flows(parts: _Parts) -> list[Flow]:
    """List the rooms the sentence is for; a mere complaint counts only if there is nothing else."""
    sure: list[Flow] = []
    if parts.visit.strong and not parts.help.covers:
        sure.append("clinic")
    if parts.visit.strong and parts.help.covers and "挂" in parts.text:
        sure.append("clinic")
    if parts.meal.wanted:
        sure.append("breakfast")
    if parts.help.wanted:
        sure.append("eldercare")
    if parts.charging:
        sure.append("charging")
    return sure or (["clinic"] if parts.visit.wanted else [])


def _by_flow(parts: _Parts, known: Known) -> Heard:
    flows = _flows(parts)
    if len(flows) == 1:
        return _booked(flows[0], parts, known)
    if not flows and wishes.speaks_of_paying(parts.text):
        return _heard(flow="my-bookings", action="show", unclear=("payment",))
    if not flows and wishes.names_emergency(parts.text):
        return _heard(unclear=("question",))
    day, when, _ = _when(parts, None)
    return _heard(day=day, when=when, unclear=("flow",))


def _booked(flow: Flow, parts: _Parts, known: Known) -> Heard:
    day, when, unclear = _when(parts, flow)
    places = places_said(parts.text, flow, places=known.places)
    slots = _slots(flow, parts)
    unclear |= set(slots.pop("unclear")) | ({"place"} if len(places) > 1 else set[str]())
    slots |= {"flow": flow, "day": day, "when": when}
    slots |= {"places": places} if len(places) > 1 else {"place": places[0] if places else None}
    if wishes.asks(parts.text):
        return _heard(unclear=unclear | {"question"}, **slots)
    if wishes.refuses(parts.text) or wishes.reports(parts.text):
        return _heard(unclear=unclear | {"action"}, **slots)
    unclear |= _missing(flow, parts, slots=slots, day=day, when=when)
    if wishes.speaks_of_paying(parts.text):
        unclear.add("payment")
    if flow in {"clinic", "eldercare"} and parts.person is None and somebody_unclear(parts.text):
        unclear.add("for_whom")
    return _heard(action="book", for_whom=parts.person, unclear=unclear, **slots)


def _slots(flow: Flow, parts: _Parts) -> dict[str, Any]:
    """Read what only this room asks."""
    if flow == "clinic":
        visit = parts.visit
        return {
            "department": visit.department, "doctor": visit.doctor, "doctors": visit.doctors,
            "stranger": visit.stranger, "unclear": visit.unclear,
        }  # fmt: skip
    if flow == "breakfast":
        return {
            "items": parts.meal.items,
            "unclear": ("items",) if parts.meal.unclear and parts.meal.items else (),
        }
    if flow == "eldercare":
        service = parts.help.services[0] if len(parts.help.services) == 1 else None
        where = destination_said(parts.text) if parts.help.covers and service != "代办" else None
        return {"service": service, "destination": where, "unclear": ()}
    return {"unclear": ()}


def _when(parts: _Parts, flow: Flow | None) -> tuple[date | None, When, set[str]]:
    today = parts.now.date()
    if flow == "charging" and is_now(parts.text) and not parts.days:
        return today, at_once(parts.now), set()
    day = parts.days[0] if len(parts.days) == 1 else None
    room = "car" if flow == "eldercare" and _is_car(parts.help) else flow
    when = time_said(parts.text, room, day=day, now=parts.now)
    unclear = set(when.vague) | ({"day"} if parts.days and day is None else set[str]())
    return day, when, unclear


def _is_car(said: Help) -> bool:
    return len(said.services) == 1 and (said.services[0] or "").endswith("车")


def _at_once(parts: _Parts, day: date | None, when: When) -> bool:
    """Tell whether nothing but now was said; a car for any other time needs its hour."""
    return day in {None, parts.now.date()} and when.at is None and when.period is None


def _missing(flow: Flow, parts: _Parts, *, slots: dict[str, Any], day: date | None, when: When) -> set[str]:
    needed = {
        "clinic": {"day", "period"},
        "breakfast": {"day", "items"},
        "charging": {"day", "time"},
        "eldercare": {"day", "period"} if parts.help.timed else set[str](),
        "my-bookings": set[str](),
    }[flow]
    if flow == "clinic" and slots["doctor"] is None and "doctor" not in parts.visit.unclear:
        needed |= {"department"}
    if flow == "eldercare":
        needed |= {"service"}
        if _is_car(parts.help):
            needed |= {"destination"} if _at_once(parts, day, when) else {"destination", "time"}
    there = {
        "day": day, "period": when.period, "time": when.at, "department": slots.get("department"),
        "items": slots.get("items"), "service": slots.get("service"), "destination": slots.get("destination"),
    }  # fmt: skip
    missing = {name for name in needed if not there[name]}
    return missing - ({"period"} if "time" in when.vague else set[str]())


def _cancelled(parts: _Parts) -> Heard:
    day, when, unclear = _when(parts, None)
    service = parts.help.services[0] if len(parts.help.services) == 1 else None
    visit = Visit() if service and parts.help.covers and "挂" not in parts.text else parts.visit
    named: dict[str, Any] = {
        "department": visit.department,
        "doctor": visit.doctor,
        "doctors": visit.doctors,
        "stranger": visit.stranger,
        "items": parts.meal.items,
        "service": service,
    }
    unclear = {each for each in unclear if each != "time"} | set(visit.unclear)
    if day is None and not any(named.values()):
        unclear.add("booking")
    named |= {"flow": "my-bookings", "day": day, "when": when, "for_whom": parts.person}
    return _heard(action="cancel", unclear=unclear, **named)


def _heard(*, when: When | None = None, unclear: Iterable[str] = (), **slots: Any) -> Heard:
    """Make what was heard; certain only if nothing has to be asked."""
    asked = set(unclear)
    at = when.at if when is not None else None
    heard = Heard(
        period=when.period if when is not None else None,
        hour=at.hour if at is not None else None,
        minute=at.minute if at is not None else None,
        unclear=tuple(each for each in _ORDER if each in asked),
        certain=not asked,
        **slots,
    )
    return msgspec.structs.replace(heard, certain=not heard.unclear)
