"""Requests for care in every state, so that the demo's desk and pages are alive from the first minute."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.demo import store
from scenes.demo.rules import cares
from scenes.demo.rules.chance import drawn_id, stream
from scenes.eldercare.rules.care import due_at, terms_of
from scenes.eldercare.service.requests import Brief, Spot, brief_context
from scenes.eldercare.states import WITH_CARER, after
from scenes.eldercare.tables import CareRequestRow, CareStepRow

OLD: Final = 75
VISITS: Final = (
    ("errand", 55, ("pay",), "买降压药"),
    ("meal", 3, ("pay",), "软一点,少盐"),
    ("errand", 8, ("pay", "assign"), "交水费"),
    ("meal", 25, ("pay", "assign", "accept"), ""),
    ("lesson", 70, ("pay", "assign", "accept", "arrive"), "学用手机"),
    ("taxi", 110, ("pay", "assign", "accept", "arrive", "complete"), "去医院"),
    ("meal", 190, ("pay", "assign", "accept", "arrive", "complete", "rate"), ""),
    ("hospice", 230, ("pay", "refuse"), "想问问怎么安排"),
    ("errand", 260, ("pay", "cancel"), "取快递"),
)
"""Service, how many minutes ago it was asked for, the steps since, and the note; the first waits too long."""

STEP: Final = timedelta(minutes=4)
GOOD: Final = 5


async def ask_for_care(session: AsyncSession, seed: int, *, cipher: FieldCipher, now: datetime) -> None:
    """Write one request for each line above, of the first old residents, with its whole log."""
    people = await store.oldest_at_home(
        session, born_before=now.date().replace(year=now.year - OLD, day=1), limit=len(VISITS)
    )
    carers, requests, steps = await store.staff_ids(session), list[dict[str, Any]](), list[dict[str, Any]]()
    for at, (visit, person) in enumerate(zip(VISITS, people, strict=False)):
        row, log = _visit(seed, at, visit, person=person, carer_id=carers["carer2"], cipher=cipher, now=now)
        requests.append(row)
        steps.extend(log)
    if requests:
        await store.add_if_missing(session, CareRequestRow, requests)
        await store.add_if_missing(session, CareStepRow, steps)


def _visit(  # noqa: PLR0913 - one fact each
    seed: int,
    at: int,
    visit: tuple[str, int, tuple[str, ...], str],
    *,
    person: tuple[UUID, float | None, float | None],
    carer_id: UUID,
    cipher: FieldCipher,
    now: datetime,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Walk a request through its steps, a few minutes each, and keep it as it stands then."""
    code, minutes, events, note = visit
    person_id, lat, lng = person
    service = next(each for each in cares.SERVICES if each.code == code)
    terms, asked_at = terms_of(service.terms), now - timedelta(minutes=minutes)
    request_id, state, since = drawn_id(stream(seed, "care request", at), 0), "unpaid", asked_at
    steps: list[dict[str, Any]] = []
    when: dict[str, datetime] = {}
    for number, event in enumerate(events):
        state, since = after(state, event), min(asked_at + number * STEP, now)
        when[event] = since
        steps.append({
            "id": drawn_id(stream(seed, "care step", at), number), "request_id": request_id, "kind": event,
            "actor_id": person_id, "carer_id": carer_id if state in WITH_CARER else None, "at": since,
        })  # fmt: skip
    promised_at = asked_at + timedelta(minutes=terms.promise_minutes)
    brief = msgspec.json.encode(Brief(note, Spot("", lat, lng))).decode()
    row = {
        "id": request_id, "service_id": cares.service_id(seed, service),
        "place_id": cares.team_id(seed, cares.TEAMS[0]), "person_id": person_id, "requested_by": person_id,
        "booked": False, "state": state, "since": since, "requested_at": asked_at, "promised_at": promised_at,
        "due_at": due_at(state, since=since, promised_at=promised_at, terms=terms),
        "terms": msgspec.to_builtins(terms), "sex_wish": None,
        "brief_sealed": cipher.seal(brief, context=brief_context(person_id)), "code": f"{1234 + at}",
        "carer_id": carer_id if state in WITH_CARER else None, "arrived_at": when.get("arrive"),
        "arrived_by": "code" if "arrive" in when else None, "done_at": when.get("complete"),
        "report_sealed": None, "stars": GOOD if state == "rated" else None, "appointment_id": None,
        "settled": True,
    }  # fmt: skip
    return row, steps
