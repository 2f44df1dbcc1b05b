"""Which carers an alarm calls: able, at work, nearest first; pure."""

from collections.abc import Sequence
from datetime import time
from typing import Final
from uuid import UUID

import msgspec

from scenes.eldercare.rules.care import Ask, Candidate, propose

URGENT: Final = "urgent"
"""The skill of whoever comes at once when something is wrong at home (助急)."""


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    """A carer with the resident they are reached as, and their hours on Shanghai's clock."""

    candidate: Candidate
    person_id: UUID
    on_from: time | None = None
    on_until: time | None = None


def at_work(carer: OnCall, at: time) -> bool:
    """Tell whether a carer works at an hour; hours that end before they begin go past midnight."""
    if carer.on_from is None or carer.on_until is None:
        return True
    if carer.on_from <= carer.on_until:
        return carer.on_from <= at < carer.on_until
    return at >= carer.on_from or at < carer.on_until


def nearest(  # noqa: PLR0913 - one fact each
    carers: Sequence[OnCall],
    *,
    at: time,
    lat: float | None,
    lng: float | None,
    most: int,
    but: UUID | None = None,
) -> list[UUID]:
    """Name whom to call, nearest first and at most so many; `but` is who needs the help."""
    awake = {each.candidate.id: each for each in carers if at_work(each, at) and each.person_id != but}
    ask = Ask(skill=URGENT, sex=None, lat=lat, lng=lng)
    ranked = propose([each.candidate for each in awake.values()], ask)
    return list(dict.fromkeys(awake[each.id].person_id for each in ranked))[:most]
