"""Photos of visits as the wire shows them."""

from datetime import datetime
from uuid import UUID

from scenes.common.kit.clock import shanghai
from scenes.common.kit.photos import decoded
from scenes.common.kit.wire import Wire, WireRequest
from scenes.eldercare.service.photos import VisitPhoto


class CarePhotoRequest(WireRequest, frozen=True, kw_only=True):
    """A photo in base64: JPEG, PNG or WebP, at most 8 MB."""

    photo: str

    def content(self) -> bytes:
        """Decode the photo (PhotoInvalid)."""
        return decoded(self.photo)


class CarePhoto(Wire, frozen=True, kw_only=True):
    """A photo of a visit by its id, and when it was added."""

    id: UUID
    at: datetime

    @classmethod
    def of(cls, photo: VisitPhoto) -> "CarePhoto":
        """Show which photo it is."""
        return cls(id=photo.id, at=shanghai(photo.at))
