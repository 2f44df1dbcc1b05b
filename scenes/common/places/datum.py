"""Between WGS-84, which is stored, and GCJ-02, which Chinese maps and mini-programs speak.

Around Shanghai the two differ by about 485 m, so every edge names its datum. GCJ-02 is not published;
`prcoords` implements its known form, accurate to about a metre.
"""

from collections.abc import Callable
from typing import Literal, cast

import prcoords

Datum = Literal["wgs84", "gcj02"]

Convert = Callable[[tuple[float, float]], tuple[float, float]]

_gcj_to_wgs = cast("Convert", prcoords.gcj_wgs_bored)  # pyright: ignore[reportUnknownMemberType] - untyped library
_wgs_to_gcj = cast("Convert", prcoords.wgs_gcj)  # pyright: ignore[reportUnknownMemberType] - untyped library

DECIMALS = 6
"""Decimals kept of a converted degree: about 0.1 m."""


def to_wgs84(lat: float, lng: float, datum: Datum) -> tuple[float, float]:
    """Bring coordinates that came in a datum to WGS-84, as (lat, lng)."""
    if datum == "wgs84":
        return lat, lng
    return _rounded(_gcj_to_wgs((lat, lng)))


def from_wgs84(lat: float, lng: float, datum: Datum) -> tuple[float, float]:
    """Bring stored WGS-84 coordinates to the datum that was asked for, as (lat, lng)."""
    if datum == "wgs84":
        return lat, lng
    return _rounded(_wgs_to_gcj((lat, lng)))


def _rounded(degrees: tuple[float, float]) -> tuple[float, float]:
    lat, lng = degrees
    return round(lat, DECIMALS), round(lng, DECIMALS)
