"""From every point around a place, the walk to it: reckoned when the place or the map changes, then stored.

Streets are walked both ways, so one search outwards from the place finds all walks to it.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scenes.common.places.graph import Anchor, Graph, dm_of, ticks_of
from scenes.common.places.profiles import TICKS_PER_MINUTE

REACH_MINUTES: Final = 15
"""How far stored walks go; beyond it walks are estimated, and never below it."""

REACH_TICKS: Final = REACH_MINUTES * TICKS_PER_MINUTE
"""Fits sixteen bits, and so do the decimetres walked in it at any speed the weights allow."""

_HEAD: Final = np.dtype("<i4")
_SHORT: Final = np.dtype("<u2")
_HEAD_BYTES: Final = 3 * _HEAD.itemsize
_ENTRY_BYTES: Final = _HEAD.itemsize + 2 * _SHORT.itemsize


class Reach(NamedTuple):
    """Where a place steps onto the streets (none: they are not near), and the walks from points around."""

    anchor: Anchor | None
    points: npt.NDArray[np.int32]
    ticks: npt.NDArray[np.uint16]
    dm: npt.NDArray[np.uint16]


def reckon(graph: Graph, lat: float, lng: float) -> bytes:
    """Reckon the walks to a place at WGS-84 degrees, packed."""
    anchor = graph.anchor(lat, lng)
    if anchor is None:
        return np.array([-1, 0, 0], dtype=_HEAD).tobytes()
    found = sorted(graph.spread(graph.to_ends(anchor), REACH_TICKS).items())
    return b"".join((
        np.array(anchor, dtype=_HEAD).tobytes(),
        np.array([point for point, _ in found], dtype=_HEAD).tobytes(),
        np.array([ticks_of(cost) for _, cost in found], dtype=_SHORT).tobytes(),
        np.array([dm_of(cost) for _, cost in found], dtype=_SHORT).tobytes(),
    ))  # fmt: skip


def unpacked(packed: bytes) -> Reach:
    """Read what `reckon` packed, without copying it where the machine is little-endian."""
    edge, along, off = np.frombuffer(packed, dtype=_HEAD, count=3).tolist()
    count = (len(packed) - _HEAD_BYTES) // _ENTRY_BYTES
    at = _HEAD_BYTES
    points = np.frombuffer(packed, dtype=_HEAD, count=count, offset=at)
    at += count * _HEAD.itemsize
    ticks = np.frombuffer(packed, dtype=_SHORT, count=count, offset=at)
    at += count * _SHORT.itemsize
    dm = np.frombuffer(packed, dtype=_SHORT, count=count, offset=at)
    anchor = Anchor(edge, along, off) if edge >= 0 else None
    return Reach(
        anchor,
        points.astype(np.int32, copy=False),
        ticks.astype(np.uint16, copy=False),
        dm.astype(np.uint16, copy=False),
    )
