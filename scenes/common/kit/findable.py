"""What can be found by searching: each room and desk tells its own, the search only compares words."""

from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal["service", "department", "doctor", "dish", "care", "place", "page"]


class Findable(msgspec.Struct, frozen=True, kw_only=True):
    """Something with a page of its own.

    `words` are other names that people use, `about` what is said beside it and searched last; `place_id`
    tells where it is, when it is somewhere.
    """

    kind: Kind
    title: str
    href: str
    scene: str = ""
    about: str = ""
    words: tuple[str, ...] = ()
    place_id: UUID | None = None
