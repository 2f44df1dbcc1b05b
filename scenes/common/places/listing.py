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
from scenes.common.places.nearness import Method, Near
from scenes.common.places.wire import PlaceList, place_item

UNWALKED: Final = b'"walkMinutes":null,"walkMethod":null,"distanceM":null'
_EMPTY: Final = b"[]}"
_LINE: Final = b'%b"walkMinutes":%d,"walkMethod":"%b","distanceM":%d%b'
_METHODS: Final[dict[Method, bytes]] = {"network": b"network", "estimate": b"estimate"}


class Shown(NamedTuple):
    """What was encoded of a place, true from `since` until before `until` while its units are the same.

    Both are POSIX seconds: instants of two zones cost a microsecond to compare.
    """

    since: float
    until: float
    units: Units | None
    version: int
    before: bytes
    after: bytes


def listing(directory: PlaceDirectory, empty: PlaceList, found: Iterable[Near], *, at: datetime) -> bytes:
    """Encode a list: `empty` has all but the places."""
    now, version, datum = at.timestamp(), directory.board.version, empty.datum
    lines: list[bytes] = []
    for near in found:
        entry, _, metres, minutes, method = near
        shown: Shown | None = entry.shown.get(datum)
        if shown is None or shown[3] != version or not shown[0] <= now < shown[1]:
            shown = entry.shown[datum] = _renewed(shown, directory, near, datum=datum, at=at)
        _, _, _, _, before, after = shown
        lines.append(_LINE % (before, minutes, _METHODS[method], metres, after))
    return b"%b[%b]}" % (encode(empty).removesuffix(_EMPTY), b",".join(lines))


def _renewed(
    shown: Shown | None, directory: PlaceDirectory, near: Near, *, datum: Datum, at: datetime
) -> Shown:
    """Encode a place anew, or keep what is known of it where its room told nothing else."""
    entry, board = near.entry, directory.board
    units = board.units_of(entry.place.id)
    if shown is not None and shown.units == units and shown.since <= at.timestamp() < shown.until:
        return shown._replace(version=board.version)
    item = place_item(directory.standing(entry, at), entry.coordinates(datum))
    before, after = encode(item).split(UNWALKED)
    until = _until(board, entry.until, units, at=at).timestamp()
    return Shown(at.timestamp(), until, units, board.version, before, after)


def _until(board: AvailabilityBoard, openness: datetime, units: Units | None, *, at: datetime) -> datetime:
    """Return when what is shown of a place ends to be true."""
    ends = [openness, end_of_day(at)]
    if units is not None and board.stale_at(units) > at:
        ends.append(board.stale_at(units))
    return min(ends)
