"""Our side of the video provider's protocol: a room for each visit, and links that let people in."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Final, Literal
from uuid import UUID

import httpx
import msgspec

from scenes.common.kit.clock import Clock
from scenes.common.kit.refusals import Busy
from scenes.common.kit.upstream import partner_client
from scenes.eldercare.errors_video import VideoNotOffered
from scenes.eldercare.rules.video import Hours
from scenes.eldercare.video.signing import Ticket, call_headers, link

VIDEO_URL, VIDEO_SECRET = "LIFECIRCLE_VIDEO_URL", "LIFECIRCLE_VIDEO_SECRET"
SECONDS: Final = 5.0
OK: Final = 200
Role = Literal["patient", "staff"]


class VideoRooms:
    """A provider of video rooms; `url` is where people's browsers reach it too."""

    def __init__(self, url: str, secret: bytes, *, client: httpx.AsyncClient, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._secret = secret
        self._client = client
        self._clock = clock

    async def join_link(self, visit_id: UUID, hours: Hours, *, role: Role) -> str:
        """Have the room ready, and return the link that lets one in as long as the visit's hours last.

        Asking for the same room again changes nothing, so a call is safe to repeat. Refuses with Busy when
        the provider gives no usable answer.
        """
        opens, shuts = int(hours.opens.timestamp()), int(hours.shuts.timestamp())
        path, body = f"/v1/rooms/{visit_id}", msgspec.json.encode({"opens": opens, "shuts": shuts})
        headers = call_headers(self._secret, "PUT", path, body=body, now=self._clock())
        try:
            answer = await self._client.put(f"{self._url}{path}", content=body, headers=headers)
        except httpx.TransportError as failure:
            raise Busy from failure
        if answer.status_code != OK:
            raise Busy
        ticket = Ticket(room=str(visit_id), role=role, opens=opens, shuts=shuts)
        return link(self._url, ticket, self._secret)


class Video(msgspec.Struct, frozen=True):
    """The district's provider of video rooms, if it has one."""

    rooms: VideoRooms | None = None

    def offered(self) -> VideoRooms:
        """Return the provider (VideoNotOffered)."""
        if self.rooms is None:
            raise VideoNotOffered
        return self.rooms


@asynccontextmanager
async def open_video(settings: Mapping[str, str], *, clock: Clock) -> AsyncGenerator[Video]:
    """Connect the provider that the settings name."""
    url = settings.get(VIDEO_URL)
    if not url:
        yield Video()
        return
    async with partner_client(seconds=SECONDS) as client:
        yield Video(VideoRooms(url, settings[VIDEO_SECRET].encode(), client=client, clock=clock))
