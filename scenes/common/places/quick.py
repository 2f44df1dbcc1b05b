"""The list of what is near without the framework in between: for questions that are plain and right.

Everything unusual (parameters twice, percent signs, values out of range, places not read yet) is left to the
route, which refuses it properly. A test holds both to the same bytes.
"""

from collections.abc import Callable
from typing import Annotated

import msgspec

from scenes.common.places.datum import Datum
from scenes.common.places.directory import PlaceDirectory
from scenes.common.places.routes import EAST, NORTH, SOUTH, WEST, Question, answer_of
from scenes.common.places.rules import Scene
from scenes.common.places.walking import Pace


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of the route `listPlaces`."""

    lat: Annotated[float, msgspec.Meta(ge=SOUTH, le=NORTH)]
    lng: Annotated[float, msgspec.Meta(ge=WEST, le=EAST)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 15
    pace: Pace = "standard"
    scene: Scene | None = None
    openNow: bool = False  # noqa: N815 - the parameter's name
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    datum: Datum = "wgs84"


def quick_places(directory: PlaceDirectory) -> Callable[[bytes], bytes | None]:
    """Return what answers a query string of `listPlaces` at once; none means to take the long way."""

    def answer(query: bytes) -> bytes | None:
        if directory.counter is None or b"%" in query or b"+" in query:
            return None
        pairs = [pair.split("=", 1) for pair in query.decode("latin-1").split("&")]
        try:
            given = dict(pairs)
            asked = msgspec.convert(given, _Asked, strict=False) if len(given) == len(pairs) else None
        except (ValueError, msgspec.ValidationError):
            return None
        return answer_of(directory, _question(asked)) if asked is not None else None

    return answer


def _question(asked: _Asked) -> Question:
    return Question(
        asked.lat, asked.lng, asked.minutes, asked.pace, asked.scene, asked.openNow, asked.limit, asked.datum
    ).rounded()
