"""What the form for help at home is filled in with, and the wish that it comes to."""

from typing import Literal
from uuid import UUID

from scenes.common.kit.pages import PageForm
from scenes.eldercare.pages_later_view import wished_at
from scenes.eldercare.service.requests import Spot, Wish

LONGEST = 200
SEXES = {"": "都可以", "f": "女护理员", "m": "男护理员"}
SENT_ALREADY = (
    "刚才那一份已经交上去了。要改,请先回「请人帮忙」把那一份取消;真要再请一次,请再点一下下面的按钮。"
)


class AskForm(PageForm, frozen=True, kw_only=True):
    """What is asked for: when, for whom, where, and what the carer should know."""

    window: str = ""
    day: str = ""
    hour: str = ""
    patient: str = ""
    address: str = ""
    note: str = ""
    sex: Literal["", "f", "m"] = ""
    agreed: str = ""

    @property
    def filled(self) -> tuple[str, ...]:
        """List what was filled in: another address under a form's old key must not pass for the same wish."""
        return self.window, self.day, self.hour, self.patient, self.address, self.note, self.sex


def wish_of(service_id: UUID, form: AskForm) -> Wish:
    """Read the wish of a form."""
    address = form.address.replace("\0", "")[:LONGEST]
    return Wish(
        service_id=service_id, person_id=id_of(form.patient), window_id=id_of(form.window),
        wished_at=wished_at(form.day, form.hour), note=form.note.replace("\0", "")[:LONGEST],
        spot=Spot(address) if address else None, sex=form.sex or None, agreed=bool(form.agreed),
    )  # fmt: skip


def id_of(text: str) -> UUID | None:
    """Read an identifier out of a form; none where it is empty or is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
