"""Lists of places as bytes: what stays the same from one question to the next is encoded once.

Of a place in a list only the walk differs between questions. The rest is kept, in front of the walk and
behind it, until the place opens or closes, a day ends, or its room tells other units. A test holds the bytes
to those of the wire structs.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from scenes.common.kit.wire import encode
from scenes.common.places.availability import AvailabilityBoard, Units
from scenes.common.places.datum import Datum
from scenes.common.places.directory import PlaceDirectory, end_of_day
from scenes.common.places.graph import TICK_BITS
from scenes.common.places.nearness import DM, Walked, walk_of
from scenes.common.places.reckoning import REACH_TICKS
from scenes.common.places.snapshot import Entry
from scenes.common.places.wire import PlaceList, place_item

UNWALKED: Final = b'"walkMinutes":null,"walkMethod":null,"distanceM":null'
_CLOSING: Final = b"]}"
_MINUTES: Final = b'"walkMinutes":%d,"walkMethod":"%b","distanceM":'
MOST_DM: Final = 20_000
"""Lengths kept encoded, by decimetres: a quarter of an hour is hardly ever longer."""

_STEPPED: Final = [
    _MINUTES % (walk_of(ticks << TICK_BITS)[0], b"network") for ticks in range(REACH_TICKS + 1)
]  # fmt: skip
_WHOLE: Final = [b"%d" % metres for metres in range(walk_of(MOST_DM)[1] + 1)]
_METRES: Final = [_WHOLE[walk_of(dm)[1]] for dm in range(MOST_DM)]
"""What `walk_of` says of every cost, in bytes."""


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
    pieces: list[bytes] = [encode(empty)[: -len(_CLOSING)]]
    for entry, minutes, metres in _walks(walked):
        shown: Shown | None = entry.shown.get(datum)
        if shown is None or shown[3] != version or not shown[0] <= now < shown[1]:
            shown = entry.shown[datum] = _renewed(shown, directory, entry, datum=datum, at=at)
        pieces += (shown[4], minutes, metres, shown[5])
    if len(pieces) > 1:
        pieces[-1] = pieces[-1][:-1]
    pieces.append(_CLOSING)
    return b"".join(pieces)


def _walks(walked: Walked) -> Iterable[tuple[Entry, bytes, bytes]]:
    """Encode the walks in two pieces each; those over streets are looked up."""
    if walked.mixed is not None:
        return [
            (near.entry, _MINUTES % (near.minutes, near.method.encode()), b"%d" % near.metres)
            for near in walked.mixed
        ]
    return [
        (entry, _STEPPED[cost >> TICK_BITS], _METRES[dm] if (dm := cost & DM) < MOST_DM else _metres(cost))
        for entry, cost in walked.stepped
    ]


def _metres(cost: int) -> bytes:
    return b"%d" % walk_of(cost)[1]


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
