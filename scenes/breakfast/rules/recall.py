"""Batches and recalls: how a batch number reads, and who is to be told of what."""

import re
from collections.abc import Iterable
from typing import Final, Literal
from uuid import UUID

import msgspec

from scenes.breakfast.errors import BatchInvalid

BATCH: Final = re.compile(r"[0-9A-Z][0-9A-Z.-]{1,31}")
"""Two to 32 letters, digits, dots and dashes; GB 7718 leaves the form of a batch number to the maker."""

Kind = Literal["got", "waiting"]


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was handed a batch, or whose order waits for it."""

    kind: Kind
    person_id: UUID
    booked_by: UUID
    item: str


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What one person is told, once: the items they got, or wait for; `booked_by` hears it too."""

    person_id: UUID
    booked_by: UUID
    collected: bool
    items: tuple[str, ...]


def batch_number(text: str) -> str:
    """Read a batch number as it is kept: without blanks, in capitals (BatchInvalid)."""
    number = "".join(text.split()).upper()
    if not BATCH.fullmatch(number):
        raise BatchInvalid
    return number


def words(touched: Iterable[Touched]) -> list[Word]:
    """Make one word for each person and arranger; who ate some of it is told of that first."""
    got: dict[tuple[UUID, UUID], set[str]] = {}
    waiting: dict[tuple[UUID, UUID], set[str]] = {}
    for each in touched:
        side = got if each.kind == "got" else waiting
        side.setdefault((each.person_id, each.booked_by), set()).add(each.item)
    return [
        Word(
            person_id=person_id, booked_by=booked_by, collected=(person_id, booked_by) in got,
            items=tuple(sorted(got.get((person_id, booked_by)) or waiting[person_id, booked_by])),
        )
        for person_id, booked_by in sorted(got.keys() | waiting.keys())
    ]  # fmt: skip
