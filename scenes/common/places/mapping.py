"""Loading a walking network, and keeping the walks to every place in step with it.

The network in force changes in one short transaction, together with the walks over the new one; what is
reckoned is reckoned before, so that nobody waits for it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, get_args
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.database import Database
from scenes.common.places import store, store_walks
from scenes.common.places.errors import MapInvalid
from scenes.common.places.graph import Graph, Plane
from scenes.common.places.network import Lines, StoredNetwork, digest_of, pack, unpack
from scenes.common.places.profiles import Weights
from scenes.common.places.reckoning import reckon
from scenes.common.places.survey import Report
from scenes.common.places.tables import WalkNetworkRow
from scenes.common.places.walking import Pace

PACES: Final[tuple[Pace, ...]] = get_args(Pace)
ALL: Final = 1_000_000
"""More places than any district has."""

BATCH: Final = 200
"""Walks written by one statement: each is some kilobytes."""

Graphs = Mapping[Pace, Graph]
Done = Callable[[int], None]


class Map(NamedTuple):
    """A map ready to be loaded: its lines, what was found and left out, and where it comes from."""

    lines: Lines
    report: Report
    source: str
    synthetic: bool
    weights: Weights


class Spot(NamedTuple):
    """A place whose walks are to be reckoned; WGS-84."""

    id: UUID
    lat: float
    lng: float


def graphs_of(lines: Lines, weights: Weights) -> Graphs:
    """Make the graph of every pace."""
    plane = Plane(lines)
    return {pace: Graph(lines, plane, weights.of(pace)) for pace in PACES}


def reckon_all(graphs: Graphs, spots: Sequence[Spot], done: Done = lambda _: None) -> list[dict[str, Any]]:
    """Reckon the walks to places at every pace: all that is to be stored but the versions."""
    found: list[dict[str, Any]] = []
    for spot in spots:
        walks = {pace: reckon(graph, spot.lat, spot.lng) for pace, graph in graphs.items()}
        found.append({"place_id": spot.id, "lat": spot.lat, "lng": spot.lng, **walks})
        done(1)
    return found


async def is_in_force(session: AsyncSession, new: Map) -> bool:
    """Tell whether the very same streets and weights are loaded already."""
    return await store_walks.network_digest(session) == digest_of(new.lines, new.weights)


async def has_network(session: AsyncSession) -> bool:
    """Tell whether a network is loaded."""
    return await store_walks.network_version(session) is not None


async def every_place(session: AsyncSession) -> list[Spot]:
    """Return all places that are open to the public, to reckon the walks to them over a new network."""
    return [Spot(*row) for row in await store_walks.stale_places(session, network=-1, most=ALL)]


async def load(session: AsyncSession, new: Map, reaches: Sequence[dict[str, Any]], *, now: datetime) -> int:
    """Put a network in force with the walks reckoned over it; return its version.

    Raises MapInvalid when nothing on it can be walked.
    """
    if not len(new.lines.a):
        raise MapInvalid
    version = await store.count_change(session)
    row = WalkNetworkRow(
        version=version,
        digest=digest_of(new.lines, new.weights),
        source=new.source,
        synthetic=new.synthetic,
        weights=msgspec.to_builtins(new.weights),
        report=msgspec.to_builtins(new.report),
        loaded_at=now,
        **pack(new.lines),
    )
    await store_walks.replace_network(session, row)
    await _put(session, reaches, network=version, version=version)
    return version


async def stored_network(session: AsyncSession) -> StoredNetwork | None:
    """Return the network in force; none where none was loaded."""
    row = await store_walks.network(session)
    if row is None:
        return None
    return StoredNetwork(
        version=row.version,
        digest=row.digest,
        source=row.source,
        synthetic=row.synthetic,
        weights=msgspec.convert(row.weights, Weights),
        lines=unpack(row.points, row.stretches, row.traits),
    )


async def stale(session: AsyncSession, network: int, most: int) -> list[Spot]:
    """Return places whose walks over a network are missing, or began where the place is no longer."""
    return [Spot(*row) for row in await store_walks.stale_places(session, network=network, most=most)]


async def keep(database: Database, network: int, reaches: Sequence[dict[str, Any]]) -> bool:
    """Store walks reckoned over a network, in a transaction; false when it is not in force any more."""
    async with database.transaction() as session:
        if not await store_walks.hold_network(session, network):
            return False
        await store_walks.drop_closed(session)
        await _put(session, reaches, network=network, version=await store.count_change(session))
    return True


async def _put(
    session: AsyncSession, reaches: Sequence[dict[str, Any]], *, network: int, version: int
) -> None:
    for start in range(0, len(reaches), BATCH):
        batch = reaches[start : start + BATCH]
        rows = [reach | {"network": network, "version": version} for reach in batch]
        await store_walks.put_reaches(session, rows)
