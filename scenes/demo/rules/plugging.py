"""How the demo's connectors stood in the past weeks: plugged in by the hour as in 2,114 real sessions.

Cars stay as long as their kind of plug needs, some stand idle afterwards; now and then a connector breaks
or falls silent. All that the forecast can learn is in here: hours, days of rest, and each station's bustle.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

from scenes.breakfast.rules.history import poisson
from scenes.charging.rules.messages import ConnectorFacts
from scenes.common.kit.calendar import day_kind
from scenes.common.kit.clock import instant
from scenes.demo.rules.chance import stream
from scenes.demo.rules.stations import DC_GUN, Station

DAYS: Final = 21
_MIDNIGHT: Final = time(0)
OFFLINE, FREE, IDLE, CHARGING, FAULT = 0, 1, 2, 3, 255
PLUG_INS: Final = {
    6: 72, 7: 106, 8: 272, 9: 185, 10: 177, 11: 126, 12: 120, 13: 156, 14: 165, 15: 112, 16: 117, 17: 82,
    18: 118, 19: 124, 20: 80, 21: 39, 22: 6, 23: 6, 0: 6, 1: 6, 2: 6, 3: 6, 4: 6, 5: 6,
}  # fmt: skip
"""Plug-ins by hour, of 2,114; the night's 48 are spread evenly."""

_HOURS: Final = tuple(PLUG_INS)
_UP_TO: Final = tuple(accumulate(PLUG_INS.values()))
_A_DAY: Final = {True: 5.5, False: 1.8}
"""Plug-ins that a DC gun (True) and an AC plug see on a workday."""

_MINUTES: Final = {True: (38.0, 0.35), False: (170.0, 0.4)}
"""Median and spread of a charge, by the same."""

RESTING: Final = 0.8
"""What is left of the plug-ins on a day of rest."""

STAYING: Final = 0.4
STAYS: Final = 14.0
"""Share of cars that stay plugged in when full, and for how many minutes on average."""

BREAKING: Final = 0.012
SILENCE: Final = 0.01
"""Chances a day that a connector breaks, or falls silent."""


class Change(NamedTuple):
    """A connector, by its position in its station, became `status` at an instant."""

    position: int
    status: int
    at: datetime


class _Spell(NamedTuple):
    """A connector is so for some minutes, then idle for some, from an instant."""

    at: datetime
    status: int
    minutes: float
    idle: float = 0.0


def draw_changes(seed: int, station: Station, *, first: date, now: datetime) -> Iterator[Change]:
    """Draw every change of a station's connectors from a day on until now."""
    days = [first + timedelta(days=ahead) for ahead in range((now.astimezone(UTC).date() - first).days + 2)]
    resting = [not day_kind(day).works for day in days]
    for position, connector in enumerate(station.facts.connectors):
        chance = stream(seed, "plugging", connector.code, first)
        begins = instant(first, _MIDNIGHT) + timedelta(seconds=position)
        yield Change(position, FREE, begins)
        free_from = begins
        for day, rests in zip(days, resting, strict=True):
            for spell in sorted(_spells(chance, connector, day, bustle=_bustle(station, rests=rests))):
                if spell.at <= free_from:
                    continue
                for status, at in _course(spell):
                    if at < now:
                        yield Change(position, status, at)
                    free_from = at


def _course(spell: _Spell) -> list[tuple[int, datetime]]:
    ends = spell.at + timedelta(minutes=spell.minutes)
    gone = ends + timedelta(minutes=spell.idle)
    course = [(spell.status, spell.at)]
    if spell.idle:
        course.append((IDLE, ends))
    return [*course, (FREE, gone)]


def _bustle(station: Station, *, rests: bool) -> float:
    return station.bustle * (RESTING if rests else 1.0)


def _spells(chance: Random, connector: ConnectorFacts, day: date, *, bustle: float) -> list[_Spell]:
    quick = connector.kind == DC_GUN
    median, spread = _MINUTES[quick]
    spells = [
        _Spell(
            plug_in_at(chance, day),
            CHARGING,
            median * chance.lognormvariate(0.0, spread),
            chance.expovariate(1 / STAYS) if chance.random() < STAYING else 0.0,
        )
        for _ in range(poisson(_A_DAY[quick] * bustle, chance))
    ]
    if chance.random() < BREAKING:
        spells.append(_Spell(_some_time(chance, day), FAULT, chance.uniform(60, 900)))
    if chance.random() < SILENCE:
        spells.append(_Spell(_some_time(chance, day), OFFLINE, chance.uniform(15, 120)))
    return spells


def plug_in_at(chance: Random, day: date) -> datetime:
    """Draw the instant of a plug-in on a day (Asia/Shanghai)."""
    hour = chance.choices(_HOURS, cum_weights=_UP_TO)[0]
    return instant(day, _MIDNIGHT) + timedelta(hours=hour, seconds=chance.randrange(3600))


def _some_time(chance: Random, day: date) -> datetime:
    return instant(day, _MIDNIGHT) + timedelta(seconds=chance.randrange(86_400))
