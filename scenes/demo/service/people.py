"""Moving residents in: sealed, linked to their families, some signed with a family doctor."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic.service.family import CONTRACT_LIFE
from scenes.clinic.tables import FamilyDoctorContractRow
from scenes.common.booking.rules import age_on
from scenes.common.booking.tables import BookingStandingRow
from scenes.common.kit.clock import local_day
from scenes.common.kit.crypto import FieldCipher
from scenes.common.people.tables import PatientLinkRow, PersonRow, id_context, phone_context
from scenes.demo import store
from scenes.demo.rules.chance import drawn_id, stream
from scenes.demo.rules.families import Kin, draw_families
from scenes.demo.rules.residents import Resident, batches_from, draw_batch
from scenes.demo.rules.staffing import Doctor
from scenes.demo.service.progress import Report

Record = tuple[Any, ...]

PERSON_COLUMNS: Final = (
    "id", "resident_no", "name", "birth_date", "sex", "phone_sealed", "phone_index", "id_sealed", "id_index",
    "area", "lat", "lng", "address_sealed", "hukou", "has_account", "synthetic", "created_at", "erased_at",
)  # fmt: skip
LINK_COLUMNS: Final = ("account_id", "person_id", "relation", "created_at")
CONTRACT_COLUMNS: Final = ("id", "person_id", "place_id", "doctor_id", "since", "until", "ended_at")
LOW_INCOME: Final = "low_income"
"""What is on record of people whom the first breakfast subsidy is for."""

LOW_INCOME_SHARE: Final = 0.06
OLD: Final = 60
STANDING_COLUMNS: Final = ("person_id", "key", "valid_from", "valid_until")


class Movers(msgspec.Struct, frozen=True, kw_only=True):
    """What moving in needs: the seed, the cipher, and the family doctors near each subdistrict."""

    seed: int
    cipher: FieldCipher
    family_doctors: Mapping[str, Sequence[Doctor]]
    now: datetime


class Moved(msgspec.Struct, frozen=True):
    """The records of one batch, ready to be copied."""

    people: list[Record]
    links: list[Record]
    contracts: list[Record]
    standings: list[Record]


async def move_in(session: AsyncSession, movers: Movers, *, known: int, wanted: int, report: Report) -> None:
    """Add the residents after `known` up to `wanted`, in constant memory.

    A batch is drawn and sealed in a thread while the one before it is copied.
    """
    batches = list(batches_from(known, wanted))
    coming = _prepare(movers, batches[0]) if batches else None
    for position in range(len(batches)):
        if coming is None:
            break
        moved = await coming
        following = batches[position + 1] if position + 1 < len(batches) else None
        coming = _prepare(movers, following) if following else None
        await _copy(session, moved)
        report.advance(len(moved.people))


def _prepare(movers: Movers, batch: tuple[int, int, int]) -> asyncio.Task[Moved]:
    return asyncio.create_task(asyncio.to_thread(prepared, movers, batch))


def prepared(movers: Movers, batch: tuple[int, int, int]) -> Moved:
    """Draw one batch and make records of those of it who are wanted; families come with the later one."""
    number, first, last = batch
    residents = draw_batch(movers.seed, number)
    families = draw_families(movers.seed, number, residents)
    new = [each for each in residents if first <= each.no <= last]
    contracts = _contracts(movers, number, new)
    return Moved(
        people=[person_record(movers.cipher, each, movers.now) for each in new],
        links=[_link(kin, movers.now) for kin in families if _is_new(kin, first, last)],
        contracts=contracts,
        standings=[
            *(
                (person, f"signed:{place}", since, until)
                for _, person, place, _, since, until, _ in contracts
            ),
            *_low_incomes(movers, number, new),
        ],
    )


def person_record(cipher: FieldCipher, resident: Resident, now: datetime) -> Record:
    """Make a person's record in the order of PERSON_COLUMNS, as people.tables.make_person_row would.

    Building a table row costs four times as much as sealing it; by the million that is a minute.
    """
    phone, number = resident.phone, resident.resident_id
    return (
        resident.id,
        resident.no,
        resident.name,
        resident.birth,
        resident.sex,
        cipher.seal(phone, context=phone_context(resident.id)) if phone else None,
        cipher.index(phone) if phone else None,
        cipher.seal(number, context=id_context(resident.id)),
        cipher.index(number),
        resident.home.area,
        resident.home.lat,
        resident.home.lng,
        None,
        resident.hukou,
        resident.has_account,
        True,
        now,
        None,
    )


def _is_new(kin: Kin, first: int, last: int) -> bool:
    """Tell whether both are there now and one of them was not before."""
    both = (kin.account.no, kin.patient.no)
    return max(both) <= last and max(both) >= first


def _link(kin: Kin, now: datetime) -> Record:
    return kin.account.id, kin.patient.id, kin.relation, now


def _contracts(movers: Movers, batch: int, residents: Sequence[Resident]) -> list[Record]:
    chance = stream(movers.seed, "contracts", batch, residents[0].no)
    records: list[Record] = []
    for each in residents:
        doctors = movers.family_doctors.get(each.home.area, ())
        if each.signed is None or not each.has_account or not doctors:
            continue
        doctor = doctors[int(each.signed * len(doctors))]
        since = movers.now - timedelta(days=chance.randrange(1, 330))
        contract_id: UUID = drawn_id(chance, each.no)
        until = since + CONTRACT_LIFE
        records.append((contract_id, each.id, doctor.site_id, doctor.id, since, until, None))
    return records


def _low_incomes(movers: Movers, batch: int, residents: Sequence[Resident]) -> list[Record]:
    """Say who of the old is on record with a low income, which the first breakfast subsidy asks for."""
    chance = stream(movers.seed, "low income", batch, residents[0].no)
    today = local_day(movers.now)
    drawn = [(each, chance.random()) for each in residents]
    return [
        (each.id, LOW_INCOME, movers.now - timedelta(days=90), None)
        for each, share in drawn
        if each.hukou and share < LOW_INCOME_SHARE and age_on(each.birth, today) >= OLD
    ]


async def _copy(session: AsyncSession, moved: Moved) -> None:
    for table, columns, records in (
        (PersonRow, PERSON_COLUMNS, moved.people),
        (PatientLinkRow, LINK_COLUMNS, moved.links),
        (FamilyDoctorContractRow, CONTRACT_COLUMNS, moved.contracts),
        (BookingStandingRow, STANDING_COLUMNS, moved.standings),
    ):
        await store.load(session, table, columns=columns, records=records)
