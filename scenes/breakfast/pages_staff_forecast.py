"""The page of tomorrow's demand: each item with its range as a bar, and why."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.breakfast.pages_staff_view import Tab, tabs_of
from scenes.breakfast.rules.forecast import WEATHERS
from scenes.breakfast.service import forecast
from scenes.breakfast.service.forecast import ItemForecast, PointForecast
from scenes.breakfast.store import days as days_store
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock, local_day
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.speech import spoken_day

BAR_WIDTH: Final = 200
"""Units of the drawing; the longest range of the page reaches to its end."""


class WeatherForm(PageForm, frozen=True, kw_only=True):
    """What the weather was on a day that is over."""

    place_id: UUID
    day: date
    weather: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A range drawn to the page's scale: from, width, where the expected figure and last week's stand."""

    x: int
    width: int
    expected: int
    last_week: int | None


class ForecastRow(msgspec.Struct, frozen=True, kw_only=True):
    """An item's forecast; the bar is none where it was never sold."""

    name: str
    expected: str
    span: str
    last_week: str
    planned: int
    why: list[str]
    bar: Bar | None


class ForecastPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a point is expected to need."""

    place_id: str
    place: str
    day: str
    date: str
    weather: str
    weathers: list[tuple[str, str]]
    tabs: list[Tab]
    rows: list[ForecastRow]
    yesterday: str
    noted: str
    width: int = BAR_WIDTH


def forecast_page(
    found: PointForecast, *, place: str, kind: str, now: datetime, noted: str = ""
) -> ForecastPage:
    """Show a forecast, all bars on one scale."""
    today = local_day(now)
    known = [item.found for item in found.items if item.found is not None]
    longest = max((max(each.high, each.last_week or 0) for each in known), default=0)
    return ForecastPage(
        place_id=str(found.place_id),
        place=place,
        day=spoken_day(found.day, today),
        date=str(found.day),
        weather=found.weather or "",
        weathers=list(WEATHERS.items()),
        tabs=tabs_of(found.place_id, today, kind=kind, here="/forecast"),
        rows=[_row(item, max(1, longest)) for item in found.items],
        yesterday=str(today - timedelta(days=1)),
        noted=WEATHERS.get(noted, ""),
    )


def _row(item: ItemForecast, longest: int) -> ForecastRow:
    found = item.found
    if found is None:
        return ForecastRow(
            name=item.name, expected="—", span="—", last_week="—", planned=item.planned, why=list(item.why),
            bar=None,
        )  # fmt: skip
    scale = BAR_WIDTH / longest
    last_week = found.last_week
    return ForecastRow(
        name=item.name,
        expected=str(found.expected),
        span=f"{found.low}–{found.high}",
        last_week="—" if last_week is None else str(last_week),
        planned=item.planned,
        why=list(item.why),
        bar=Bar(
            x=round(found.low * scale),
            width=max(2, round((found.high - found.low) * scale)),
            expected=round(found.expected * scale),
            last_week=None if last_week is None else round(last_week * scale),
        ),
    )


@get("/staff/breakfast/forecast", include_in_schema=False)
async def show_forecast(
    staff: NamedDependency[Staff],
    reading: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    place_names: NamedDependency[PlaceNames],
    render: NamedDependency[PageRender],
    *,
    place_id: Annotated[UUID, QueryParameter(name="placeId")],
    day: Annotated[date | None, QueryParameter(name="date")] = None,
    weather: Annotated[str, QueryParameter(name="weather")] = "",
    noted: Annotated[str, QueryParameter(name="noted")] = "",
) -> Response[str]:
    """Show what tomorrow, or another day, is expected to need."""
    now = clock()
    found = await forecast.forecast_of(
        reading, staff, place_id=place_id, day=day or local_day(now) + timedelta(days=1),
        weather=weather or None, now=now,
    )  # fmt: skip
    point = await days_store.point(reading, place_id)
    kind = point.kind if point is not None else ""
    page = forecast_page(found, place=place_names(place_id).name, kind=kind, now=now, noted=noted)
    return render("breakfast/staff_forecast.html", page, title=f"要备多少 · {page.place}")


@post("/staff/breakfast/weather", include_in_schema=False)
async def note_weather(
    data: URLEncodedBody[WeatherForm],
    staff: NamedDependency[Staff],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Redirect:
    """Write down the weather of a day that is over, so that the forecast learns from it."""
    await forecast.note_weather(
        session, staff, place_id=data.place_id, day=data.day, weather=data.weather, now=clock()
    )
    return see_other(f"/staff/breakfast/forecast?placeId={data.place_id}&noted={data.weather}")


PAGES: list[Any] = [show_forecast, note_weather]
