"""What is near and what a place is like: read from memory, without a statement.

Each route asks for one dependency only: Litestar resolves two or more in a task group, which costs more
than the whole answer.
"""

from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, QueryParameter

from scenes.common.kit.refusals import Busy
from scenes.common.places.datum import Datum, to_wgs84
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.errors import PlaceNotFound, QueryInvalid
from scenes.common.places.listing import listing
from scenes.common.places.nearness import Wanted
from scenes.common.places.rules import Scene
from scenes.common.places.walking import Pace
from scenes.common.places.wire import Origin, PlaceDetail, PlaceList, place_detail

SOUTH, NORTH = 30.6, 31.9
WEST, EAST = 120.8, 122.2
ORIGIN_DECIMALS = 4
"""About 10 m: near enough for a walk, and neighbours share an answer."""

LIST_PARAMETERS = frozenset({"lat", "lng", "minutes", "pace", "scene", "openNow", "limit", "datum"})
DETAIL_PARAMETERS = frozenset({"datum"})

AnyRequest = Request[Any, Any, Any]


class Question(NamedTuple):
    """What was asked; equal questions, with the origin rounded, share an answer for a second."""

    lat: float
    lng: float
    minutes: int
    pace: Pace
    scene: Scene | None
    open_now: bool
    limit: int
    datum: Datum

    def rounded(self) -> "Question":
        """Return the question with its origin rounded."""
        lat, lng = round(self.lat, ORIGIN_DECIMALS), round(self.lng, ORIGIN_DECIMALS)
        return Question(lat, lng, *self[2:])


BRIEFLY_SHARED = {"Cache-Control": "public, max-age=1"}
"""An answer that every resident may be given for a second."""


@get(
    "/places",
    operation_id="listPlaces",
    tags=["places"],
    summary="Places within a walk",
    responses={200: ResponseSpec(PlaceList, description="Nearest first", generate_examples=False)},
)
async def list_places(
    request: AnyRequest,
    directory: NamedDependency[PlaceDirectory],
    *,
    lat: Annotated[float, QueryParameter(ge=SOUTH, le=NORTH, description="Degrees north, in `datum`")],
    lng: Annotated[float, QueryParameter(ge=WEST, le=EAST, description="Degrees east, in `datum`")],
    minutes: Annotated[int, QueryParameter(ge=1, le=60, description="Minutes on foot")] = 15,
    pace: FromQuery[Pace] = "standard",
    scene: FromQuery[Scene | None] = None,
    open_now: Annotated[bool, QueryParameter(name="openNow")] = False,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    datum: FromQuery[Datum] = "wgs84",
) -> Response[bytes]:
    """List the places within so many minutes on foot, nearest first, with hours and what is free."""
    refuse_unknown(request, LIST_PARAMETERS)
    asked = Question(lat, lng, minutes, pace, scene, open_now, limit, datum).rounded()
    content = answer_of(loaded(directory), asked)
    return Response(content=content, media_type=MediaType.JSON, headers=BRIEFLY_SHARED)


@get("/places/{place_id:uuid}", operation_id="getPlace", tags=["places"], summary="One place")
async def get_place(
    request: AnyRequest,
    place_id: FromPath[UUID],
    *,
    directory: NamedDependency[PlaceDirectory],
    datum: FromQuery[Datum] = "wgs84",
) -> PlaceDetail:
    """Show a place with its hours in words, the exceptions ahead, and what is free."""
    refuse_unknown(request, DETAIL_PARAMETERS)
    now = directory.clock()
    near = loaded(directory).at(place_id, now)
    if near is None:
        raise PlaceNotFound
    return place_detail(near, directory.coordinates(near.place, datum), datum=datum, at=now)


def answer_of(directory: PlaceDirectory, asked: Question) -> bytes:
    """Answer from the last second's answers, or find it out; a change of places or units asks anew."""
    now = directory.clock()
    key = (directory.counter, directory.board.version, asked)
    seconds = now.timestamp()
    answer = directory.answers.peek(key, seconds)
    if answer is not None:
        return answer
    answer = _answer(directory, asked, now)
    directory.answers.put(key, seconds, answer)
    return answer


def _answer(directory: PlaceDirectory, asked: Question, now: datetime) -> bytes:
    lat, lng = to_wgs84(asked.lat, asked.lng, asked.datum)
    wanted = Wanted(lat, lng, asked.minutes, asked.pace, asked.scene, asked.open_now, asked.limit, now)
    walked = directory.found(wanted)
    empty = PlaceList(
        origin=Origin(lat=asked.lat, lng=asked.lng),
        datum=asked.datum,
        minutes=asked.minutes,
        pace=asked.pace,
        method=walked.method,
        items=[],
    )
    return listing(directory, empty, walked, at=now)


def loaded(directory: PlaceDirectory) -> PlaceDirectory:
    """Refuse with Busy until the places were read once: an empty list would be a wrong answer."""
    if directory.counter is None:
        raise Busy
    return directory


def refuse_unknown(request: AnyRequest, known: frozenset[str]) -> None:
    """Refuse parameters that the question does not have (QueryInvalid)."""
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise QueryInvalid(errors=tuple((name, "没有这个参数 / unknown parameter") for name in unknown))


ROUTES = [list_places, get_place]
