"""Rules valid from day to day: the district's values, overridden by a venue's own; the latest counts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec


class DatedRule(msgspec.Struct, frozen=True):
    """A stored rule: for one venue or the district (none), on days from `since` until before `until`."""

    place_id: UUID | None
    since: date
    until: date | None
    values: Mapping[str, Any]


def values_on(place_id: UUID, day: date, rows: Sequence[DatedRule]) -> dict[str, Any]:
    """Return the values in force at a venue on a day; empty where no row is."""
    values: dict[str, Any] = {}
    for owner in (None, place_id):
        in_force = [row for row in rows if row.place_id == owner and _covers(row, day)]
        if in_force:
            values |= max(in_force, key=lambda row: row.since).values
    return values


def _covers(row: DatedRule, day: date) -> bool:
    return row.since <= day and (row.until is None or day < row.until)
