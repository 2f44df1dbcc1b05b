"""How an isochrone looks on the wire: a GeoJSON feature (RFC 7946), [lng, lat] in the datum asked for."""

from typing import Literal

from scenes.common.kit.wire import Wire
from scenes.common.places.datum import DECIMALS, Datum, from_wgs84
from scenes.common.places.isochrone import Outline, Ring
from scenes.common.places.nearness import Method
from scenes.common.places.walking import Pace
from scenes.common.places.wire import Origin


class MultiPolygon(Wire, frozen=True, kw_only=True):
    """Polygons: each a list of rings, the outer one first and then its holes."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[list[tuple[float, float]]]]


class IsochroneProperties(Wire, frozen=True, kw_only=True):
    """What was asked, and how it was reckoned; `street_m` is the length of streets reached."""

    origin: Origin
    datum: Datum
    minutes: int
    pace: Pace
    method: Method
    street_m: int | None


class Isochrone(Wire, frozen=True, kw_only=True):
    """The ground that is reached on foot within so many minutes."""

    type: Literal["Feature"] = "Feature"
    geometry: MultiPolygon
    properties: IsochroneProperties


def isochrone(drawn: Outline, origin: Origin, *, datum: Datum, minutes: int, pace: Pace) -> Isochrone:
    """Show an outline."""
    return Isochrone(
        geometry=MultiPolygon(
            coordinates=[[_shown(ring, datum) for ring in polygon] for polygon in drawn.polygons]
        ),
        properties=IsochroneProperties(
            origin=origin,
            datum=datum,
            minutes=minutes,
            pace=pace,
            method=drawn.method,
            street_m=drawn.street_m if drawn.method == "network" else None,
        ),
    )


def _shown(ring: Ring, datum: Datum) -> list[tuple[float, float]]:
    """Turn a ring into the datum asked for, longitude first as GeoJSON wants it."""
    turned = (from_wgs84(lat, lng, datum) for lat, lng in ring)
    return [(round(lng, DECIMALS), round(lat, DECIMALS)) for lat, lng in turned]
