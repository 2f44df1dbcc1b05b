"""Searching as a call."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.finding.finder import Finder
from api.finding.matching import LONGEST
from api.finding.wire import FoundItem, FoundList
from scenes.common.places.routes import EAST, NORTH, SOUTH, WEST

CENTRE_LAT, CENTRE_LNG = 31.2418, 121.4004


@get("/search", operation_id="search", tags=["places"], summary="Search by words or pinyin")
async def search(
    finder: NamedDependency[Finder],
    *,
    q: Annotated[str, QueryParameter(min_length=1, max_length=LONGEST, description="Words or pinyin")],
    lat: Annotated[float, QueryParameter(ge=SOUTH, le=NORTH, description="WGS-84")] = CENTRE_LAT,
    lng: Annotated[float, QueryParameter(ge=WEST, le=EAST, description="WGS-84")] = CENTRE_LNG,
    limit: Annotated[int, QueryParameter(ge=1, le=50)] = 20,
) -> FoundList:
    """Find places, departments, doctors, dishes, services and pages by words, pinyin or what sounds alike."""
    found = await finder.find(q, lat=lat, lng=lng, limit=limit)
    return FoundList(items=[FoundItem.of(each) for each in found])


ROUTES = [search]
