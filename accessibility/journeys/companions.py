"""For whom something is: oneself, or somebody of the account's patients."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from accessibility.flows.flow import Asked, Asking, Question, Values
from accessibility.flows.rules import Option
from accessibility.journeys import facts
from accessibility.said.heard import Heard
from scenes.common.people.tables import PersonRow

ME: Final = "me"
OTHER: Final = "other"
"""The wish that tells that somebody else was named, whom the account may not have."""

UNCLEAR: Final = "?"
ADD_FAMILY: Final = ("加一位家人", "/me/patients/add")


async def _whom(asking: Asking, _values: Values) -> Asked:
    return await whom(asking)


async def whom(asking: Asking, *, fits: Callable[[PersonRow], bool] = lambda _person: True) -> Asked:
    """Ask for whom where somebody was named; else oneself is taken unasked, and can be changed.

    Whom it does not fit is not offered; oneself not fitting, it is asked.
    """
    me = await facts.myself(asking)
    found = [(link, row) for link, row in await facts.companions(asking) if fits(row)]
    others = [Option(value=str(row.id), label=f"{row.name}({link.relation})") for link, row in found]
    named = asking.wishes.get(OTHER)
    alone = not others and not named
    myself = [Option(value=ME, label="" if alone else f"我自己({me.name})")] if fits(me) else []
    sorry = f"您的账户里还没有{named}。" if named and named != UNCLEAR else ""
    links = (ADD_FAMILY,) if sorry else ()
    obvious = not named and bool(myself)
    return Asked(title="给谁约?", options=[*myself, *others], display=sorry, obvious=obvious, links=links)


WHOM: Final = Question(id="whom", topic="给谁", ask=_whom, seldom=True)


def companion(values: Values) -> UUID | None:
    """Return for whom, none for oneself."""
    whom = values.get(WHOM.id, ME)
    return None if whom == ME else UUID(whom)


async def whom_words(asking: Asking, values: Values) -> str:
    """Say for whom it is, as a line of the card; nothing where there is only oneself."""
    found = await facts.companions(asking)
    chosen = companion(values)
    if chosen is None:
        return "给您自己。" if found else ""
    return next((f"给{row.name}({link.relation})。" for link, row in found if row.id == chosen), "")


async def whom_heard(asking: Asking, heard: Heard) -> Values:
    """Make a wish of whom a sentence was for; who is not clear, or not of the account, is asked for."""
    if "for_whom" in heard.unclear:
        return {OTHER: UNCLEAR}
    if heard.for_whom is None:
        return {WHOM.id: ME}
    found = await facts.companions(asking)
    fitting = [str(row.id) for link, row in found if _same(heard.for_whom, link.relation)]
    return {WHOM.id: fitting[0]} if len(fitting) == 1 else {OTHER: heard.for_whom}


def _same(said: str, relation: str) -> bool:
    return relation == said or relation in _RELATIONS.get(said, ())


_RELATIONS: Final = {
    "老伴": ("配偶", "丈夫", "妻子", "爱人"), "妈妈": ("母亲", "妈"), "爸爸": ("父亲", "爸"),
    "女儿": ("孩子",), "儿子": ("孩子",), "孙子": ("孙辈",), "孙女": ("孙辈",), "外孙": ("孙辈",),
    "外孙女": ("孙辈",),
}  # fmt: skip
"""What one says, and what the form for patients calls it."""
