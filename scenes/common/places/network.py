"""The walking network as packed columns: points, and the straight stretches between them.

Coordinates are ten-millionths of WGS-84 degrees, as OpenStreetMap keeps them; lengths are decimetres.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from scenes.common.places.profiles import Weights

Ints = npt.NDArray[np.int32]
PER_DEGREE: Final = 10_000_000
_COLUMNS: Final = 3
"""Numbers kept of a stretch beside its traits: both ends and the length."""


class Edge(NamedTuple):
    """A stretch between two points, by their numbers: length in decimetres, and its traits."""

    a: int
    b: int
    length_dm: int
    traits: int


class Lines(NamedTuple):
    """The columns of a network: where the points are, and the stretches between them."""

    lat: Ints
    lng: Ints
    a: Ints
    b: Ints
    length_dm: Ints
    traits: npt.NDArray[np.uint8]


class StoredNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """A network as the database keeps it; `digest` is the same for the same streets and weights."""

    version: int
    digest: str
    source: str
    synthetic: bool
    weights: Weights
    lines: Lines


def lines_of(points: Sequence[tuple[int, int]], edges: Sequence[Edge]) -> Lines:
    """Put points (lat, lng) and edges into columns."""
    at = np.array(points, dtype=np.int32).reshape(-1, 2)
    table = np.array([edge[:3] for edge in edges], dtype=np.int32).reshape(-1, _COLUMNS)
    traits = np.array([edge.traits for edge in edges], dtype=np.uint8)
    return Lines(
        _own(at[:, 0]), _own(at[:, 1]), _own(table[:, 0]), _own(table[:, 1]), _own(table[:, 2]), traits
    )


def pack(lines: Lines) -> dict[str, bytes]:
    """Write the columns as little-endian bytes, by the names of the table's columns."""
    return {
        "points": np.stack([lines.lat, lines.lng]).astype("<i4").tobytes(),
        "stretches": np.stack([lines.a, lines.b, lines.length_dm]).astype("<i4").tobytes(),
        "traits": lines.traits.tobytes(),
    }


def unpack(points: bytes, stretches: bytes, traits: bytes) -> Lines:
    """Read columns that `pack` wrote."""
    lat, lng = np.frombuffer(points, dtype="<i4").reshape(2, -1).astype(np.int32)
    a, b, length = np.frombuffer(stretches, dtype="<i4").reshape(_COLUMNS, -1).astype(np.int32)
    return Lines(lat, lng, a, b, length, np.frombuffer(traits, dtype=np.uint8))


def digest_of(lines: Lines, weights: Weights) -> str:
    """Return what tells networks apart."""
    whole = sha256(msgspec.json.encode(weights))
    for part in pack(lines).values():
        whole.update(part)
    return whole.hexdigest()


def _own(column: Any) -> Ints:
    """Copy a column out of a table, so that it stands alone in memory."""
    return np.ascontiguousarray(column, dtype=np.int32)
