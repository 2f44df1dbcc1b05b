"""Who is asking: what the sign-in established, handed to every route."""

from uuid import UUID

import msgspec

from scenes.common.kit.refusals import Forbidden


class Resident(msgspec.Struct, frozen=True, tag=True):
    """A signed-in resident; `acting_for` is set while a delegate or an assistant acts for another.

    `scopes` are then what was granted (of book, pay and view); None, as for oneself, is everything.
    `staff_id` is set while it is a member of staff who assists: `person_id` is then the assisted person,
    since a booking belongs to a resident; who did it stands in the audit.
    """

    person_id: UUID
    sign_in_id: UUID
    acting_for: UUID | None = None
    scopes: frozenset[str] | None = None
    staff_id: UUID | None = None

    @property
    def subject_id(self) -> UUID:
        """Return the person whom the act is for."""
        return self.acting_for or self.person_id

    @property
    def may_view(self) -> bool:
        """Tell whether who acts may see what the person has and had: themselves, or with the scope `view`."""
        return self.scopes is None or "view" in self.scopes

    @property
    def is_delegate(self) -> bool:
        """Tell whether another resident acts for the person whom the act is for."""
        return self.acting_for is not None and self.staff_id is None


class Staff(msgspec.Struct, frozen=True, tag=True):
    """A signed-in member of staff with two factors, limited to the venues in `place_ids`.

    `role` is one of clinic, charging, breakfast, eldercare, district, auditor; `district` sees every venue.
    """

    staff_id: UUID
    sign_in_id: UUID
    role: str
    place_ids: frozenset[UUID]

    def may_work_at(self, place_id: UUID) -> bool:
        """Tell whether a venue is within this person's scope."""
        return self.role == "district" or place_id in self.place_ids


def only_district(staff: Staff) -> None:
    """Refuse (Forbidden) everybody but the district's own staff."""
    if staff.role != "district":
        raise Forbidden


Caller = Resident | Staff | None
"""What authentication leaves in the request; None is a visitor."""
