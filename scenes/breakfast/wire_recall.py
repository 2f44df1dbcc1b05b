"""Recalls as the wire shows them to staff, names masked."""

from datetime import datetime
from uuid import UUID

from scenes.breakfast.service.recall import Reached, Recall, Told
from scenes.breakfast.wire_staff import BatchNo, Why
from scenes.common.kit.clock import shanghai
from scenes.common.kit.masking import mask_name
from scenes.common.kit.wire import Wire, WireRequest


class RecallRequest(WireRequest, frozen=True, kw_only=True):
    """The batch whose people are to be told, and why."""

    batch_no: BatchNo
    reason: Why


class ReachedPerson(Wire, frozen=True, kw_only=True):
    """Somebody a batch reached (`got`, at) or whose order waits for it (`waiting`, from)."""

    kind: str
    booking_id: UUID
    name: str
    place_id: UUID
    place: str
    item: str
    units: int
    at: datetime

    @classmethod
    def of(cls, reached: Reached) -> "ReachedPerson":
        """Show somebody with the name masked."""
        return cls(
            kind=reached.kind, booking_id=reached.booking_id, name=mask_name(reached.person_name),
            place_id=reached.place_id, place=reached.place_name, item=reached.item, units=reached.units,
            at=shanghai(reached.at),
        )  # fmt: skip


class RecallShown(Wire, frozen=True, kw_only=True):
    """Whom a batch reached; `elsewhere` counts portions of points outside the asker's scope."""

    batch_no: str
    people: int
    elsewhere: int
    reached: list[ReachedPerson]

    @classmethod
    def of(cls, recall: Recall) -> "RecallShown":
        """Show a recall."""
        return cls(
            batch_no=recall.batch_no, people=len(recall.people), elsewhere=recall.elsewhere,
            reached=[ReachedPerson.of(each) for each in recall.reached],
        )  # fmt: skip


class RecallTold(Wire, frozen=True, kw_only=True):
    """A recall carried out."""

    batch_no: str
    told: int
    elsewhere: int

    @classmethod
    def of(cls, told: Told) -> "RecallTold":
        """Show how many are told."""
        return cls(batch_no=told.batch_no, told=told.told, elsewhere=told.elsewhere)
