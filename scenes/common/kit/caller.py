"""Who is asking: what the sign-in established, handed to every route."""

from uuid import UUID

import msgspec


class Resident(msgspec.Struct, frozen=True, tag=True):
    """A signed-in resident; `acting_for` is set while a delegate or an assistant acts for another."""

    person_id: UUID
    sign_in_id: UUID
    acting_for: UUID | None = None

    @property
    def subject_id(self) -> UUID:
        """Return the person whom the act is for."""
        return self.acting_for or self.person_id


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


Caller = Resident | Staff | None
"""What authentication leaves in the request; None is a visitor."""
