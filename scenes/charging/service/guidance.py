"""Guidance (线上充电引导): the stations around, ranked for an arrival, read from memory only."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from scenes.charging.errors import StationUnknown
from scenes.charging.rules.forecast import expected_wait, forecast
from scenes.charging.rules.guidance import (
    BandKind,
    Candidate,
    Ranked,
    Reason,
    alternative_for,
    band_kind,
    fen_of,
    rank,
    reason_of,
)
from scenes.charging.rules.status import State
from scenes.charging.service.board import Board, Connector, Station, board_of
from scenes.common.kit.refusals import Busy
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.snapshot import Nearby
from scenes.common.places.walking import Pace

FARTHEST_MINUTES: Final = 120
"""Minutes on foot within which stations are looked for: the whole district, from its middle."""

MOST_STATIONS: Final = 60
"""The nearest so many are weighed: whoever walks past sixty stations wants another district."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """From where (WGS-84), when, and for which kind of connector somebody wants to charge.

    `arrive_in` is minutes from now; without it, one walks there at once.
    """

    lat: float
    lng: float
    arrive_in: int | None = None
    kind: int | None = None
    pace: Pace = "standard"


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A station as advised: where, how it stands, what is foreseen for the arrival, and why.

    Prices are fen a kilowatt-hour, none where nobody published one; `alternative` is for a full station.
    """

    near: Nearby
    station: Station
    states: tuple[tuple[Connector, State], ...]
    ranked: Ranked
    arrives_at: datetime
    price_now_fen: int | None
    waiting: int
    reason: Reason
    alternative: "Advice | None" = None


def loaded(directory: PlaceDirectory) -> Board:
    """Return the process's board; refuses with Busy until it was read once."""
    board = board_of(directory)
    if not board.loaded or directory.counter is None:
        raise Busy
    return board


def advise(
    directory: PlaceDirectory, wish: Wish, now: datetime, *, offset: int = 0, limit: int = MOST_STATIONS
) -> tuple[list[Advice], int]:
    """Rank the stations around for a wish, the best first; full ones come with an alternative.

    Returns the part asked for, and how many there are.
    """
    board = loaded(directory)
    found = directory.near(
        wish.lat, wish.lng, minutes=FARTHEST_MINUTES, pace=wish.pace, scene="charging",
        limit=MOST_STATIONS, at=now,
    )  # fmt: skip
    seen = [_seen(board, near, wish, now) for near in found]
    known = [each for each in seen if each is not None]
    return _ranked(known, board, wish, offset=offset, limit=limit)


def station_advice(
    directory: PlaceDirectory, station_id: UUID, now: datetime, *, arrives_at: datetime | None = None
) -> Advice:
    """Return one station as it stands, reckoned for an arrival, or as if one were there (StationUnknown)."""
    board = loaded(directory)
    near = directory.at(station_id, now)
    ahead = round((arrives_at - now).total_seconds() / 60) if arrives_at is not None else None
    seen = _seen(board, near, Wish(lat=0, lng=0, arrive_in=ahead), now) if near is not None else None
    if seen is None:
        raise StationUnknown
    [advice], _ = _ranked([seen], board, Wish(lat=0, lng=0), offset=0, limit=1)
    return advice


class _Outlook(msgspec.Struct, frozen=True):
    """A station for an arrival, from wherever one comes."""

    states: tuple[tuple[Connector, State], ...]
    candidate: Candidate
    arrives_at: datetime
    price_now_fen: int | None
    band: BandKind
    waiting: int


class _Seen(msgspec.Struct, frozen=True):
    """A station before it is ranked, with the way to it."""

    near: Nearby
    station: Station
    outlook: _Outlook
    candidate: Candidate


def _seen(board: Board, near: Nearby, wish: Wish, now: datetime) -> _Seen | None:
    """Reckon one station; none where it is no station, or has no connector of the kind."""
    station = board.stations.get(near.place.id)
    if station is None or not station.of_kind(wish.kind):
        return None
    minutes = wish.arrive_in if wish.arrive_in is not None else near.walk_minutes or 0
    outlook = board.remembered(
        (station.id, wish.kind, minutes), now, lambda: _outlook(board, station, wish.kind, minutes, now)
    )
    candidate = msgspec.structs.replace(
        outlook.candidate, walk_minutes=near.walk_minutes, open_now=near.openness.open_now
    )
    return _Seen(near, station, outlook, candidate)


def _outlook(board: Board, station: Station, kind: int | None, minutes: int, now: datetime) -> _Outlook:
    states = tuple(board.states(station, now, kind))
    arrival = now + timedelta(minutes=minutes)
    counts, profiles = board.counts(states), board.profiles(station, kind)
    waiting = board.waiting(station, kind)
    held = board.held_at(states, arrival) + waiting
    candidate = Candidate(
        station_id=station.id,
        walk_minutes=None,
        counts=counts,
        forecast=forecast(profiles, now, arrival, free=counts.free, occupied=counts.occupied, held=held),
        wait_minutes=expected_wait(profiles, arrival, working=counts.working, ahead=waiting),
        price_fen=_price(station, arrival),
    )
    return _Outlook(states, candidate, arrival, _price(station, now), _band(station, arrival), waiting)


def _ranked(
    several: Sequence[_Seen], board: Board, wish: Wish, *, offset: int, limit: int
) -> tuple[list[Advice], int]:
    by_id = {each.station.id: each for each in several}
    order = rank([each.candidate for each in several], board.rule.weights)
    shown = [_advice(by_id, r, wish.arrive_in) for r in order[offset : offset + limit]]
    return [_with_alternative(advice, order, by_id, wish.arrive_in) for advice in shown], len(order)


def _advice(by_id: Mapping[UUID, _Seen], ranked: Ranked, arrive_in: int | None) -> Advice:
    seen = by_id[ranked.candidate.station_id]
    return Advice(
        near=seen.near,
        station=seen.station,
        states=seen.outlook.states,
        ranked=ranked,
        arrives_at=seen.outlook.arrives_at,
        price_now_fen=seen.outlook.price_now_fen,
        waiting=seen.outlook.waiting,
        reason=reason_of(ranked, seen.outlook.band, arrive_in=arrive_in),
    )


def _with_alternative(
    advice: Advice, order: Sequence[Ranked], by_id: Mapping[UUID, _Seen], arrive_in: int | None
) -> Advice:
    other = alternative_for(advice.ranked, order)
    if other is None:
        return advice
    return msgspec.structs.replace(advice, alternative=_advice(by_id, other, arrive_in))


def _price(station: Station, at: datetime) -> int | None:
    return fen_of(station.tariff.band_at(at).price) if station.tariff else None


def _band(station: Station, at: datetime) -> BandKind:
    tariff = station.tariff
    return band_kind(tariff.band_at(at), tariff.bands) if tariff else "single"
