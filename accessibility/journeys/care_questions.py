"""What help at home asks: what, for whom, when, where to; who is too young is told before anything else."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from accessibility.flows.flow import Asked, Asking, Values
from accessibility.flows.rules import WRITTEN, Option, written
from accessibility.journeys import facts
from accessibility.journeys.booked import may_view
from accessibility.journeys.care_hours import HALVES
from accessibility.journeys.care_offer import offer_of, value_of
from accessibility.journeys.companions import ADD_FAMILY, companion, whom
from accessibility.journeys.nearby import places_near
from scenes.common.booking.rules import age_on
from scenes.common.booking.tables import BookingWindowRow
from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.speech import heard_when, spoken_day
from scenes.common.people import service as people
from scenes.common.people.tables import PersonRow
from scenes.eldercare.service import requests
from scenes.eldercare.service.catalogue import Offer
from scenes.eldercare.tables.requests import CareRequestRow

SOS: Final = ("马上求助", "/eldercare/sos")
NOBODY_OLD_ENOUGH: Final = "可以加一位家人,换一项,或者打电话。"
NOTHING_FOR_THEM: Final = "可以加一位家人,或者打电话。"
BY_PHONE: Final = "电话里说"
PLACES: Final = 3
"""Health centres offered as a destination, nearest first."""

HOME: Final = "home"
NO_NOTE: Final = "none"
NOTES: Final = ("请先打电话", "我耳朵不好,请说响一点", "我走路不方便")
"""What is said most often."""

RECENT: Final = 5
"""Earlier requests looked at for an address."""


async def ask_what(asking: Asking, _values: Values) -> Asked:
    """Ask what help is wanted: what was asked for last comes first, what nobody is old enough for last."""
    offers = list(await facts.care_offers(asking))
    rows = await requests.own_list(asking.session, asking.resident)
    last = [row.service_id for row in rows]
    born = [person.birth_date for person in await _household(asking)]
    oldest = max(age_on(day, local_day(asking.now)) for day in born)
    offers.sort(key=lambda offer: last.index(offer.row.id) if offer.row.id in last else len(last))
    offers.sort(key=lambda offer: oldest < offer.terms.min_age)
    options = [_service_option(each, fits=oldest >= each.terms.min_age) for each in offers]
    closed = bool(offers) and all(option.mark for option in options)
    least = min((each.terms.min_age for each in offers), default=0)
    sorry = f"这里的服务要满{least}岁。{NOTHING_FOR_THEM}" if closed else ""
    links = (SOS, ADD_FAMILY) if closed else (SOS,)
    return Asked(title="您想请人帮什么?", options=options, display=sorry, links=links)


def _service_option(offer: Offer, *, fits: bool) -> Option:
    mark = None if fits else ("off", f"要满{offer.terms.min_age}岁")
    return Option(
        value=value_of(offer), label=offer.row.name, about=offer.row.summary.rstrip("。"), mark=mark,
        speak=offer.row.name if fits else f"{offer.row.name},要满{offer.terms.min_age}岁",
    )  # fmt: skip


async def ask_whom(asking: Asking, values: Values) -> Asked:
    """Ask for whom, among those old enough for the last time there is; where nobody is, say so at once."""
    offer = await offer_of(asking, values)
    last = max((row.starts_at for row in offer.windows), default=asking.now)
    asked = await whom(asking, fits=lambda person: _old_enough(offer, person, local_day(last)))
    if asked.options:
        return asked
    title = f"这一项只给满{offer.terms.min_age}岁的人。"
    return Asked(title=title, options=(), display=NOBODY_OLD_ENOUGH, links=(ADD_FAMILY,))


async def ask_when(asking: Asking, values: Values) -> Asked:
    """Ask for a free time; on the day and the part of it that was named, if there are any."""
    windows = await _windows_for(asking, values)
    today, now = local_day(asking.now), asking.now
    wished, half = asking.wishes.get("on"), HALVES.get(asking.wishes.get("half", ""), (0, 24))
    all_of = [(str(local_day(row.starts_at)), shanghai(row.starts_at).hour, row) for row in windows]
    fitting = [row for day, hour, row in all_of if day == wished and half[0] <= hour < half[1]]
    fitting = fitting or [row for day, _, row in all_of if day == wished]
    sorry = f"{spoken_day(date.fromisoformat(wished), today)}没有空。" if wished and not fitting else ""
    shown = fitting or [row for _, _, row in all_of]
    first = {row.starts_at: row for row in reversed(shown)}  # two teams at one time are one choice
    options = [Option(value=str(row.id), label=heard_when(at, now)) for at, row in sorted(first.items())]
    at = asking.wishes.get("at")
    named = [option for option in options if at and option.label.endswith(at)]
    rest = [option for option in options if option not in named]
    return Asked(
        title="您要什么时候?", options=[*named, *rest], display=sorry, obvious=bool(named and fitting)
    )


async def ask_to(asking: Asking, _values: Values) -> Asked:
    """Ask where the car goes: where was said, a health centre near by, or to be said on the phone."""
    said = asking.wishes.get("dest")
    named = [Option(value=f"to~{said}", label=said)] if said else []
    near = [each.place.name for each in (await places_near(asking, "clinic"))[:PLACES]]
    options = [Option(value=f"to~{name}", label=name) for name in near]
    phone = Option(value=f"to~{BY_PHONE}", label=BY_PHONE, about="接单的人会打给您")
    return Asked(title="您要去哪里?", options=[*named, *options, phone], obvious=bool(named))


async def ask_door(asking: Asking, values: Values) -> Asked:
    """Ask where somebody is to come: it is taken unasked and can be changed.

    Home, as the profile has it; where that has no street and number, the address of the last visit.
    """
    person = await person_of(asking, values)
    home = Option(value=HOME, label=home_words(asking, person))
    cipher = asking.tools.cipher
    rows: Sequence[CareRequestRow] = ()
    if may_view(asking):
        rows = await requests.own_list(asking.session, asking.resident, person.id)
    kept = [requests.brief_of(row, cipher).spot.address for row in rows[:RECENT]]
    before = [written(address) for address in dict.fromkeys(kept) if address]
    again = bool(kept and kept[0]) and person.address_sealed is None
    if again:
        before[0] = msgspec.structs.replace(before[0], about="上次的地址")
    options = [*before, home] if again else [home, *before]
    return Asked(title="请他们到哪里?", options=options, obvious=True, words="写地址")


def home_words(asking: Asking, person: PersonRow) -> str:
    """Say where home is: its address to the person and to who may see it for them, else the subdistrict.

    A patient of the account is no principal: whoever books for them is not told where they live.
    """
    shown = person.id == asking.resident.subject_id and may_view(asking)
    where = (people.address_of(person, asking.tools.cipher) if shown else "") or person.area
    return f"家里({where})" if where else "家里"


async def ask_note(asking: Asking, _values: Values) -> Asked:
    """Ask what they should know; a sentence that said it all is not held up, but it can be added."""
    none = Option(value=NO_NOTE, label="没有")
    options = [none, *(written(words) for words in NOTES)]
    return Asked(title="有什么要交代的?", options=options, obvious="said" in asking.wishes, words="写一句话")


def own_words(values: Values, question: str) -> str:
    """Read an answer in words; empty where the usual one was taken."""
    value = values.get(question, "")
    return value.removeprefix(WRITTEN) if value.startswith(WRITTEN) else ""


def destination(values: Values) -> str:
    """Read where a car goes; empty where none is asked for."""
    return values.get("to", "").removeprefix("to~")


async def person_of(asking: Asking, values: Values) -> PersonRow:
    """Read for whom it is."""
    whose, people = companion(values), await _household(asking)
    return next((row for row in people if row.id == whose), people[0])


async def _household(asking: Asking) -> Sequence[PersonRow]:
    """Read the person and whom they may book for."""
    return [await facts.myself(asking), *(row for _, row in await facts.companions(asking))]


def _old_enough(offer: Offer, person: PersonRow, day: date) -> bool:
    return age_on(person.birth_date, day) >= offer.terms.min_age


async def _windows_for(asking: Asking, values: Values) -> Sequence[BookingWindowRow]:
    """List the free times at which who was chosen is old enough."""
    offer, person = await offer_of(asking, values), await person_of(asking, values)
    return [row for row in offer.windows if _old_enough(offer, person, local_day(row.starts_at))]
