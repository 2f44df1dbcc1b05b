"""What can be heard over HTTP: words this server wrote, as sound."""

from typing import Annotated, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter

from accessibility.speech.errors import NotOurWords
from accessibility.speech.signing import LONGEST, Reader
from accessibility.speech.speaker import Speaker
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.database import Database
from scenes.common.people.service import preferences_of

MP3: Final = "audio/mpeg"
Text = Annotated[str, QueryParameter(max_length=LONGEST)]
Sig = Annotated[str, QueryParameter(max_length=64)]
Rate = Annotated[float | None, QueryParameter(ge=0.5, le=1.5)]


@get(
    "/elder/audio",
    operation_id="hearWords",
    tags=["elder"],
    responses={200: ResponseSpec(bytes, description="MP3, one channel", media_type=MP3)},
)
async def hear_words(
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    reader: NamedDependency[Reader],
    speaker: NamedDependency[Speaker],
    *,
    text: Text,
    sig: Sig,
    rate: Rate = None,
) -> Response[bytes]:
    """Read words aloud that this server signed, at the speed the person chose; `rate` overrides it."""
    if not reader.wrote(text, sig):
        raise NotOurWords
    if rate is None and isinstance(caller, Resident):
        async with database.read() as reading:
            rate = (await preferences_of(reading, caller.subject_id)).speech_rate
    sound = await speaker.sound(text, rate=rate or 1.0)
    return Response(sound, media_type=MP3, headers={"Cache-Control": "private, max-age=86400"})


ROUTES = [hear_words]
