"""Lists of places as bytes: what stays the same from one question to the next is encoded once.

Of a place in a list only the walk differs between questions. The rest is kept, in front of the walk and
behind it, until the place opens or closes, a day ends, or its room tells other units. A test holds the bytes
to those of the wire structs.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from scenes.common.kit.wire import encode
from scenes.common.places.availability import AvailabilityBoard, Units
from scenes.common.places.datum import Datum
from scenes.common.places.directory import PlaceDirectory, end_of_day
from scenes.common.places.nearness import Walked, walk_of
from scenes.common.places.snapshot import Entry
from scenes.common.places.wire import PlaceList, place_item

UNWALKED: Final = b'"walkMinutes":null,"walkMethod":null,"distanceM":null'
_EMPTY: Final = b"[]}"
_WALK: Final = b'"walkMinutes":%d,"walkMethod":"%b","distanceM":%d'
MOST_WALKS: Final = 4096
"""Walks kept encoded: under a megabyte."""


class Shown(NamedTuple):
    """What was encoded of a place, true from `since` until before `until` while its units are the same.

    Both are POSIX seconds: instants of two zones cost a microsecond to compare. `after` ends with the comma
    before the next place.
    """

    since: float
    until: float
    units: Units | None
    version: int
    before: bytes
    after: bytes


def listing(directory: PlaceDirectory, empty: PlaceList, walked: Walked, *, at: datetime) -> bytes:
    """Encode a list: `empty` has all but the places."""
    now, version, datum = at.timestamp(), directory.board.version, empty.datum
    pieces: list[bytes] = []
    for entry, walk in _walks(walked):
        shown: Shown | None = entry.shown.get(datum)
        if shown is None or shown[3] != version or not shown[0] <= now < shown[1]:
            shown = entry.shown[datum] = _renewed(shown, directory, entry, datum=datum, at=at)
        pieces += (shown[4], walk, shown[5])
    return b"%b[%b]}" % (encode(empty).removesuffix(_EMPTY), b"".join(pieces)[:-1])


def _walks(walked: Walked) -> Iterable[tuple[Entry, bytes]]:
    """Encode the walks: those over streets are looked up, as few are told apart by minutes and metres."""
    if walked.mixed is not None:
        return [
            (near.entry, _WALK % (near.minutes, near.method.encode(), near.metres)) for near in walked.mixed
        ]
    return [(entry, _stepped(*walk_of(cost))) for entry, cost in walked.stepped]


@lru_cache(maxsize=MOST_WALKS)
def _stepped(minutes: int, metres: int) -> bytes:
    return _WALK % (minutes, b"network", metres)


def _renewed(
    shown: Shown | None, directory: PlaceDirectory, entry: Entry, *, datum: Datum, at: datetime
) -> Shown:
    """Encode a place anew, or keep what is known of it where its room told nothing else."""
    board = directory.board
    units = board.units_of(entry.place.id)
    if shown is not None and shown.units == units and shown.since <= at.timestamp() < shown.until:
        return shown._replace(version=board.version)
    item = place_item(directory.standing(entry, at), entry.coordinates(datum))
    before, after = encode(item).split(UNWALKED)
    until = _until(board, entry.until, units, at=at).timestamp()
    return Shown(at.timestamp(), until, units, board.version, before, after + b",")


def _until(board: AvailabilityBoard, openness: datetime, units: Units | None, *, at: datetime) -> datetime:
    """Return when what is shown of a place ends to be true."""
    ends = [openness, end_of_day(at)]
    if units is not None and board.stale_at(units) > at:
        ends.append(board.stale_at(units))
    return min(ends)
