"""How a person likes to be told, as a page."""

from datetime import time
from typing import Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.masking import mask_phone
from scenes.common.kit.pages import PageForm, PageRender, see_other
from scenes.common.kit.refusals import Invalid
from scenes.common.notices import service
from scenes.common.notices.channels import NoticeRule, Preference, Quiet
from scenes.common.notices.service import Liking

PAGE = "/me/notice-preferences"
TITLE = "怎么通知我"
BAD_REQUEST = 400
HOURS = range(24)
WAYS: tuple[tuple[Preference, str], ...] = (
    ("auto", "你们看着办:微信、短信、电话"),
    ("sms", "发短信"),
    ("call", "打电话"),
    ("inbox", "只放在「消息」里"),
)

PhoneChoice = Literal["account", "named", "other"]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be chosen."""

    value: str
    label: str
    chosen: bool


class PreferenceView(msgspec.Struct, frozen=True, kw_only=True):
    """The form for how a person likes to be told."""

    ways: list[Choice]
    phones: list[Choice]
    reminders: list[Choice]
    quiet: list[Choice]
    begins: list[Choice]
    ends: list[Choice]
    saved: bool
    problem: str = ""


class PreferenceForm(PageForm, frozen=True, kw_only=True):
    """What was chosen; hours are full hours of the day, `other_phone` counts with `phone` other."""

    way: Preference
    phone: PhoneChoice = "account"
    other_phone: str = ""
    reminders: Literal["yes", "no"] = "yes"
    quiet: Literal["usual", "own"] = "usual"
    quiet_from: int = 21
    quiet_until: int = 7

    def __repr__(self) -> str:
        """Keep the number out of logs."""
        return f"PreferenceForm(way={self.way!r})"


@get(PAGE, include_in_schema=False)
async def show_preferences(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
    *,
    saved: FromQuery[bool] = False,
) -> Response[str]:
    """Show how the resident is told of things, to be changed."""
    view = await _view(reading, resident, cipher=cipher, clock=clock, saved=saved)
    return render("notices/preferences.html", view, title=TITLE)


@post(PAGE, include_in_schema=False)
async def keep_preferences(
    data: URLEncodedBody[PreferenceForm],
    resident: NamedDependency[Resident],
    database: NamedDependency[Database],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    render: NamedDependency[PageRender],
) -> Redirect | Response[str]:
    """Keep what was chosen, or show the form again with what is wrong."""
    try:
        async with database.transaction() as session:
            await service.like(session, resident.subject_id, _liking(data), cipher=cipher, now=clock())
    except Invalid as refused:
        problem = refused.errors[0][1].split(" / ")[0] if refused.errors else refused.detail
        async with database.read() as reading:
            view = await _view(reading, resident, cipher=cipher, clock=clock, problem=problem)
        return render("notices/preferences.html", view, title=TITLE, status=BAD_REQUEST)
    return see_other(f"{PAGE}?saved=true")


def _liking(form: PreferenceForm) -> Liking:
    """Read the wishes out of the form; refuses an hour that is none and an empty number with Invalid."""
    return Liking(
        prefer=form.way,
        quiet=Quiet(_hour(form.quiet_from), _hour(form.quiet_until)) if form.quiet == "own" else None,
        reminders=form.reminders == "yes",
        call_phone=_phone(form),
    )


def _hour(number: int) -> time:
    if number not in HOURS:
        raise Invalid(errors=(("quietFrom", "请选一个钟点"),))
    return time(number)


def _phone(form: PreferenceForm) -> str | msgspec.UnsetType | None:
    if form.phone == "other" and not form.other_phone.strip():
        raise Invalid(errors=(("otherPhone", "请填写另外的电话号码"),))
    return {"account": None, "named": UNSET, "other": form.other_phone}[form.phone]


async def _view(
    session: AsyncSession,
    resident: Resident,
    *,
    cipher: FieldCipher,
    clock: Clock,
    saved: bool = False,
    problem: str = "",
) -> PreferenceView:
    liking = await service.liking_of(session, resident.subject_id, cipher=cipher)
    rule = await service.rule_at(session, clock())
    own = liking.quiet
    hours = own or Quiet(rule.quiet_from, rule.quiet_until)
    return PreferenceView(
        ways=[Choice(value=way, label=label, chosen=way == liking.prefer) for way, label in WAYS],
        phones=_phones(liking),
        reminders=[
            Choice(value="yes", label="要提醒我", chosen=liking.reminders),
            Choice(value="no", label="不用,我自己看「消息」", chosen=not liking.reminders),
        ],
        quiet=[
            Choice(value="usual", label=f"和大家一样:{_usual(rule)}", chosen=own is None),
            Choice(value="own", label="我自己定", chosen=own is not None),
        ],
        begins=_hours(hours.begins),
        ends=_hours(hours.ends),
        saved=saved,
        problem=problem,
    )


def _phones(liking: Liking) -> list[Choice]:
    """Offer the account's number, the one named before, and another."""
    named = liking.call_phone
    choices = [Choice(value="account", label="我自己的电话", chosen=not named)]
    if isinstance(named, str):
        choices.append(Choice(value="named", label=f"上次填的 {mask_phone(named)}", chosen=True))
    return [*choices, Choice(value="other", label="打另外一个号码", chosen=False)]


def _usual(rule: NoticeRule) -> str:
    return f"{rule.quiet_from:%H:%M} 到 {rule.quiet_until:%H:%M}"


def _hours(chosen: time) -> list[Choice]:
    return [Choice(value=str(hour), label=f"{hour} 点", chosen=hour == chosen.hour) for hour in HOURS]


PREFERENCE_PAGES = [show_preferences, keep_preferences]
