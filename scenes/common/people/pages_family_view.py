"""What the pages of family and help show, in words."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import shanghai
from scenes.common.kit.speech import spoken_when
from scenes.common.people import service
from scenes.common.people.wire_family import ActInName, Delegation

SCOPE_WORDS: Final = {"book": "约号、订早饭、取消", "pay": "付款", "view": "看预约和消息"}


class DelegationLine(msgspec.Struct, frozen=True, kw_only=True):
    """One delegation in words, with what may be done with it."""

    id: UUID
    person_id: UUID
    name: str
    scopes: str
    state: str
    about: str
    approves: bool
    ends: str
    acts: bool


class ActLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done in one's name."""

    who: str
    words: str
    when: str


class FamilyView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of delegations."""

    mine: list[DelegationLine]
    theirs: list[DelegationLine]
    acts: list[ActLine]
    scopes: list[tuple[str, str]]
    problem: str = ""
    name: str = ""
    phone: str = ""


class HelpView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of help at a counter: a fresh code, and who helps at this moment."""

    code: str
    speak: str
    until: str
    helpers: list[str]


class ConsentsView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of consents: (subject, title, explanation, given, since)."""

    lines: list[tuple[str, str, str, bool, str]]


async def family_page(session: AsyncSession, resident: Resident, now: datetime) -> FamilyView:
    """Make the page of who may act for whom."""
    found = await service.delegations_of(session, resident.person_id)
    shown = [Delegation.of(row, other, now=now) for row, other in found]
    lines = [(each.role, _line(each)) for each in shown if each.state in {"active", "requested"}]
    acts = [ActInName.of(done) for done in await service.done_in_name(session, resident.person_id)]
    return FamilyView(
        mine=[line for role, line in lines if role == "principal"],
        theirs=[line for role, line in lines if role == "delegate"],
        acts=[ActLine(who=_who(act), words=act.words, when=spoken_when(act.at, now)) for act in acts],
        scopes=list(SCOPE_WORDS.items()),
    )


def _line(shown: Delegation) -> DelegationLine:
    waits = shown.state == "requested"
    end = "不同意" if "approve" in shown.actions else "收回申请" if waits else "取消代办"
    return DelegationLine(
        id=shown.id,
        person_id=shown.person.id,
        name=shown.person.name,
        scopes="、".join(SCOPE_WORDS[scope] for scope in shown.scopes),
        state="等同意" if waits else "代办中",
        about=f"到{day_words(shown.until)}为止",
        approves="approve" in shown.actions,
        ends=end,
        acts=shown.role == "delegate" and not waits,
    )


def _who(act: ActInName) -> str:
    return f"工作人员 {act.name}" if act.actor == "staff" else act.name


async def help_page(session: AsyncSession, resident: Resident, now: datetime) -> HelpView:
    """Make the page of help at a counter."""
    found = await service.assisted_by(session, resident.person_id, now=now)
    helpers = [f"{each.staff_name},到{shanghai(each.row.expires_at):%-H:%M}为止" for each in found]
    return HelpView(code="", speak="", until="", helpers=helpers)


def day_words(at: datetime | None) -> str:
    """Write a day as people do; empty for none."""
    if at is None:
        return ""
    day: date = shanghai(at).date()
    return f"{day.year}年{day.month}月{day.day}日"
