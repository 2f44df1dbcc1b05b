"""What is found, on the wire."""

from typing import Self

from api.finding.finder import Found
from scenes.common.kit.findable import Kind
from scenes.common.kit.wire import Wire


class FoundPlace(Wire, frozen=True, kw_only=True):
    """Where it is."""

    id: str
    name: str


class FoundItem(Wire, frozen=True, kw_only=True):
    """Something found, and the page that leads on; `others` have the same name elsewhere, further off."""

    kind: Kind
    title: str
    about: str
    href: str
    scene: str | None
    place: FoundPlace | None
    others: int

    @classmethod
    def of(cls, found: Found) -> Self:
        """Show something found."""
        what, place = found.what, found.place
        return cls(
            kind=what.kind,
            title=what.title,
            about=what.about,
            href=what.href,
            scene=what.scene or None,
            place=FoundPlace(id=str(place.id), name=place.name) if place else None,
            others=found.others,
        )


class FoundList(Wire, frozen=True, kw_only=True):
    """What was found, the best fit first."""

    items: list[FoundItem]
