"""The elder home: who it is, what they left unfinished, who is helping them just now."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows import store
from accessibility.flows.flow import Flows
from accessibility.flows.rules import swept_before
from accessibility.flows.service.looking import draft_of
from accessibility.flows.tables import ElderRunRow
from scenes.common.booking.rules import ELDER_AGE, age_on
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import local_day
from scenes.common.people import service as people

HELPED_NOW: Final = timedelta(minutes=15)
"""How long after somebody's last answer they count as just helping."""

SELDOM_SURNAMES: Final = frozenset(
    {"欧阳", "司马", "诸葛", "上官", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容"}
)
GRAND_AGE: Final = 80


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """A run that was left: its flow's name and what was chosen so far."""

    run_id: UUID
    flow: str
    chosen: tuple[str, ...]


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """What the elder home needs to know; empty for a visitor. `helper` is who is helping just now."""

    called: str = ""
    unfinished: Unfinished | None = None
    helper: str = ""


async def home_of(
    session: AsyncSession, flows: Flows, *, resident: Resident | None, keep: timedelta, now: datetime
) -> Home:
    """Gather the elder home of a person, or of a visitor."""
    if resident is None:
        return Home()
    person = await people.myself(session, resident.subject_id)
    resumed = [flow.name for flow in flows.flows if flow.resumed]
    run = await store.unfinished(session, resident.subject_id, resumed)
    if run is not None and run.changed_at < swept_before(now, keep):
        run = None
    age = age_on(person.birth_date, local_day(now))
    return Home(
        called=called(person.name, person.sex, age),
        unfinished=_unfinished(run, flows) if run is not None else None,
        helper=await helper_of(session, resident, now=now),
    )


async def helper_of(session: AsyncSession, resident: Resident, *, now: datetime) -> str:
    """Name who goes through something for this person just now, with what they are to them: 女儿 陈梅."""
    if resident.acting_for is not None:
        return ""
    run = await store.helped(session, resident.subject_id, since=now - HELPED_NOW)
    if run is None:
        return ""
    if run.staff_id is not None:
        return "工作人员"
    contact = await people.contact_of(session, run.acted_by)
    if contact is None:
        return ""
    relation = await people.relation_of(session, resident.subject_id, run.acted_by)
    return f"{relation} {contact.name}".strip()


def called(name: str, sex: str, age: int) -> str:
    """Address a person as one does here: 王阿姨, 李爷爷; who is not old, by their name."""
    if age < ELDER_AGE:
        return name
    surname = name[:2] if name[:2] in SELDOM_SURNAMES else name[:1]
    if age >= GRAND_AGE:
        return surname + ("奶奶" if sex == "f" else "爷爷")
    return surname + ("阿姨" if sex == "f" else "叔叔")


def _unfinished(run: ElderRunRow, flows: Flows) -> Unfinished:
    chosen = tuple(answer.label for answer in draft_of(run).answers if answer.label)
    return Unfinished(run_id=run.id, flow=flows.get(run.flow).label, chosen=chosen)
