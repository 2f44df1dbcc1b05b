"""What pages say of the appointment that a visit goes along to."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from scenes.common.kit.clock import local_day
from scenes.common.kit.speech import spoken_when
from scenes.eldercare.rules.escort import Appointment
from scenes.eldercare.service.requests import RequestView
from scenes.eldercare.states import OPEN


class AppointmentChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One appointment that the carer could go along to."""

    id: str
    label: str
    chosen: bool


class EscortView(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a request's page about the appointment; `book_href` leads into the clinic's own pages."""

    now: str
    warning: str
    details_href: str
    action: str
    question: str
    choices: list[AppointmentChoice]
    book_href: str


def escort_view(
    view: RequestView, choices: Sequence[Appointment], *, viewer_id: UUID, chosen: str, now: datetime
) -> EscortView | None:
    """Make the part about the appointment; none for a service that goes along to nothing.

    The link into the clinic says for whom and on which day, and where to come back to.
    """
    row, found = view.row, view.appointment
    if view.accompanies is None:
        return None
    here, may_change = f"/eldercare/requests/{row.id}", row.state in OPEN | {"unpaid"}
    patient = {} if row.person_id == viewer_id else {"patient": str(row.person_id)}
    query = {**patient, "date": str(local_day(row.promised_at)), "next": here}
    return EscortView(
        now=_when_and_where(found, now) if found else "",
        warning=escort_warning(view),
        details_href=f"/bookings/{found.booking_id}" if found and found in choices else "",
        action=f"{here}/appointment" if may_change else "",
        question="换成哪个号?" if found else "陪您去看哪个号?",
        choices=[
            AppointmentChoice(
                id=str(one.booking_id), label=_when_and_where(one, now), chosen=chosen == str(one.booking_id)
            )
            for one in choices
            if found is None or one.booking_id != found.booking_id
        ],
        book_href=f"/{view.accompanies}?{urlencode(query)}" if may_change else "",
    )


def escort_facts(view: RequestView, now: datetime) -> list[tuple[str, str]]:
    """Say to carer and desk when and where the appointment is, with what is wrong about it."""
    if view.accompanies is None:
        return []
    if view.appointment is None:
        return [("看病的号", "还没有选")]
    warning = escort_warning(view)
    said = _when_and_where(view.appointment, now)
    return [("看病的号", f"{said}({warning})" if warning else said)]


def escort_warning(view: RequestView) -> str:
    """Say what is wrong about the appointment; empty when all is well."""
    if view.appointment is None:
        return ""
    if not view.appointment.stands:
        return "这个号已经取消或结束了,请另选。"
    return "" if view.in_time else "护理员来的时间赶不上这个号,请改。"


def _when_and_where(found: Appointment, now: datetime) -> str:
    return f"{spoken_when(found.starts_at, now)} {found.place}".strip()
