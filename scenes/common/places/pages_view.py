"""What pages say of places: how far, open until when, how much is free; and from where one walks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from scenes.common.kit.clock import local_day, shanghai
from scenes.common.kit.pages import Mark
from scenes.common.kit.speech import NEAR
from scenes.common.places.picture import Picture
from scenes.common.places.rules import Openness
from scenes.common.places.snapshot import Nearby, Place
from scenes.common.places.walking import Pace
from scenes.common.places.wording import date_words, hours_lines, hours_note, spans_words

SCENES: Final = {"clinic": "看病", "breakfast": "早餐", "charging": "充电", "eldercare": "助老"}
UNITS: Final = {"clinic": "个号", "breakfast": "份", "charging": "个空位", "eldercare": "个空位"}
BUILT: Final = frozenset({"clinic", "charging", "breakfast"})
"""Scenes whose places have pages of their own at /{scene}/{place}."""

OPEN: Final = Mark("ok", "开着")
SHUT: Final = Mark("off", "关着")
FREE: Final = {
    "free": Mark("ok", "可约"),
    "few": Mark("few", "不多了"),
    "full": Mark("full", "约满"),
    "closed": SHUT,
}


class WalkFrom(msgspec.Struct, frozen=True, kw_only=True):
    """From where and how fast walks are reckoned; `home` tells whether it is the resident's own home."""

    lat: float
    lng: float
    pace: Pace
    home: bool

    @property
    def words(self) -> str:
        """Say it in a few words."""
        return "从您家走" if self.home else "从区中心走"

    def said(self, found: Iterable[Nearby]) -> str:
        """Say from where walks to some places begin, and whether they go over streets or are estimated."""
        methods = {near.method for near in found} - {None}
        if "network" not in methods:
            return f"{self.words},时间是估算的。"
        beyond = "再远的是估算。" if "estimate" in methods else ""
        return f"{self.words},按街道步行路线算。{beyond}"


class PlaceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a list; `minutes` is empty where nobody said from where, `number` 0 beside no map."""

    href: str
    minutes: str
    name: str
    about: list[str]
    mark: Mark
    scene: str = ""
    number: int = 0


class PlaceView(msgspec.Struct, frozen=True, kw_only=True):
    """A place's own page."""

    name: str
    scene: str
    address: str
    phone: str | None
    mark: Mark
    about: list[str]
    hours: list[str]
    exceptions: list[str]
    note: str | None
    step_free: bool
    book_href: str
    built: bool
    synthetic: bool


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A way to see fewer places; `scene` gives it the shape those have on the map."""

    words: str
    href: str
    chosen: bool
    scene: str = ""


class PlacesView(msgspec.Struct, frozen=True, kw_only=True):
    """What is within a walk; `nothing` says what to do when that is nothing."""

    origin: str
    minutes: int
    lines: list[PlaceLine]
    filters: list[Filter]
    open_only: Filter
    nothing: tuple[str, str]
    picture: Picture


def line_of(near: Nearby, now: datetime, number: int = 0) -> PlaceLine:
    """Show a place in a list, under its number on the map beside it."""
    place = near.place
    return PlaceLine(
        href=book_href(near) or f"/places/{place.id}",
        minutes=str(near.walk_minutes) if near.walk_minutes is not None else "",
        name=place.name,
        about=_about(near, now),
        mark=mark_of(near),
        scene=place.scene,
        number=number,
    )


def book_href(near: Nearby) -> str:
    """Return where to book at a place; empty where its room has told of nothing to be booked."""
    bookable = near.place.scene in BUILT and near.availability.state != "unknown"
    return f"/{near.place.scene}/{near.place.id}" if bookable else ""


def mark_of(near: Nearby) -> Mark:
    """Say in a word what a resident can expect there; open or not, where nobody told what is free."""
    state = near.availability.state
    if state == "closed" and near.availability.free:
        return FREE["free"]
    return FREE.get(state) or (OPEN if near.openness.open_now else SHUT)


def _about(near: Nearby, now: datetime) -> list[str]:
    free, unit = near.availability.free, UNITS.get(near.place.scene, "个")
    return [f"还有 {free} {unit}" if free else "", open_words(near.openness, now)]


def open_words(openness: Openness, now: datetime) -> str:
    """Say until when it is open, or when it opens: 「开到 16:30」, 「明天 8:00 开」."""
    if openness.closes_at is not None:
        return f"开到 {_clock(openness.closes_at)}"
    if openness.opens_at is None:
        return "开着" if openness.open_now else "最近不开"
    day = local_day(openness.opens_at)
    near = NEAR.get((day - local_day(now)).days) or date_words(day)
    return f"{near} {_clock(openness.opens_at)} 开"


def _clock(at: datetime) -> str:
    return f"{shanghai(at):%-H:%M}"


def view_of(near: Nearby, now: datetime) -> PlaceView:
    """Show a place on its own page."""
    place = near.place
    return PlaceView(
        name=place.name,
        scene=SCENES.get(place.scene, ""),
        address=place.address,
        phone=place.phone,
        mark=mark_of(near),
        about=_about(near, now),
        hours=hours_lines(place.hours),
        exceptions=_exceptions(place, now),
        note=hours_note(now),
        step_free=place.step_free,
        book_href=book_href(near),
        built=place.scene in BUILT,
        synthetic=place.synthetic,
    )


def _exceptions(place: Place, now: datetime) -> list[str]:
    today = local_day(now)
    return [
        f"{date_words(day)} {spans_words(spans)}{',' + place.reasons[day] if place.reasons.get(day) else ''}"
        for day, spans in sorted(place.hours.exceptions.items())
        if day >= today
    ]
