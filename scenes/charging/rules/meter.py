"""Which meter readings are believed: energy never falls, and time never contradicts what is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from scenes.charging.errors import MeterTimeWentBack, MeterWentBack
from scenes.charging.rules.bill import Reading

FUTURE: Final = timedelta(minutes=5)
"""How far an operator's clock may be ahead of ours."""


def is_news(reading: Reading, known: Sequence[Reading], *, now: datetime) -> bool:
    """Tell whether a reading adds something to the known ones, which are in the order of time.

    A repeat, or a late one that agrees with a later reading, adds nothing; of two at one instant the higher
    is news. Refuses with MeterWentBack when
    the energy is negative or below an earlier reading, MeterTimeWentBack when the time is not credible.
    """
    if reading.energy_wh < 0:
        raise MeterWentBack
    if reading.at > now + FUTURE:
        raise MeterTimeWentBack
    if not known:
        return True
    last = known[-1]
    if reading.at >= last.at and reading.energy_wh < last.energy_wh:
        raise MeterWentBack
    if reading.at >= last.at:
        return reading != last
    if reading.energy_wh > last.energy_wh or reading.at < known[0].at:
        raise MeterTimeWentBack
    return False
