"""Whom no message reaches is called by a person: listed masked, taken by one, done or called again."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.caller import Staff
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Forbidden
from scenes.common.notices import service
from scenes.common.notices.calling import check_free, check_mine, in_hands
from scenes.common.notices.errors import CallNotFound, CallNotYours, CallTaken
from scenes.common.notices.rules import Facts
from scenes.common.notices.service import CallView
from tests.support.clock import MONDAY_NINE
from tests.support.notices import became, move_in

ANNA, BERT = (Staff(new_id(), new_id(), role, frozenset()) for role in ("eldercare", "district"))
CLINIC = Staff(new_id(), new_id(), "clinic", frozenset())
LATER = MONDAY_NINE + timedelta(minutes=10)


async def to_call(session: AsyncSession, cipher: FieldCipher, *, urgent: bool = False) -> UUID:
    """Have news for somebody without the app; return the call."""
    person = await move_in(session, cipher, account=False)
    await service.tell(
        session, person, dedupe=f"news:{person}", template="session_stopped", facts=Facts(title="内科"),
        now=MONDAY_NINE, urgent=urgent,
    )  # fmt: skip
    found = await session.execute(
        text("SELECT id FROM notice_delivery WHERE person_id = :id AND channel = 'call'"), {"id": person}
    )
    return found.scalar_one()


def shown(view: CallView) -> tuple[str, str, str | None]:
    return view.hands, view.name, view.phone


async def calls(
    session: AsyncSession, staff: Staff, cipher: FieldCipher, **more: int
) -> list[tuple[str, str, str | None]]:
    now = LATER + timedelta(minutes=more.get("after", 0))
    return [shown(view) for view in await service.listed(session, staff, cipher=cipher, now=now)]


async def test_only_who_takes_the_call_sees_whom_and_the_number(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    call = await to_call(session, cipher)
    assert await calls(session, ANNA, cipher) == [("free", "王*芳", None)]
    mine = await service.take_call(session, ANNA, call, cipher=cipher, now=LATER)
    assert shown(mine) == ("mine", "王秀芳", "13812345678")
    assert await calls(session, BERT, cipher) == [("colleague", "王*芳", None)]
    with pytest.raises(CallTaken):
        await service.take_call(session, BERT, call, cipher=cipher, now=LATER)
    with pytest.raises(CallNotYours):
        await service.call_done(session, BERT, call, cipher=cipher, now=LATER)
    done = await service.call_done(session, ANNA, call, cipher=cipher, now=LATER)
    assert (done.row.state, await calls(session, ANNA, cipher)) == ("done", [])
    assert await became(session, "news:") == [("inbox", "delivered"), ("call", "done")]
    audited = await session.execute(text("SELECT action FROM audit_entry ORDER BY seq"))
    assert [action for (action,) in audited] == [
        "staff.calls.read", "staff.call.take", "staff.calls.read", "staff.call.done", "staff.calls.read",
    ]  # fmt: skip


async def test_a_call_nobody_answers_comes_back_and_an_urgent_one_at_once(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    for urgent, waits in ((False, 30), (True, 0)):
        call = await to_call(session, cipher, urgent=urgent)
        await service.take_call(session, ANNA, call, cipher=cipher, now=LATER)
        missed = await service.call_unanswered(session, ANNA, call, cipher=cipher, now=LATER)
        assert (missed.hands, missed.row.tries) == ("free", 1)
        assert missed.row.next_try_at == LATER + timedelta(minutes=waits)
        assert len(await calls(session, BERT, cipher, after=waits)) == 1
        await service.take_call(session, BERT, call, cipher=cipher, now=LATER + timedelta(minutes=waits))
        await service.call_done(session, BERT, call, cipher=cipher, now=LATER + timedelta(minutes=waits))


async def test_a_call_taken_and_forgotten_is_free_again(session: AsyncSession, cipher: FieldCipher) -> None:
    call = await to_call(session, cipher)
    await service.take_call(session, ANNA, call, cipher=cipher, now=LATER)
    again = await service.take_call(session, BERT, call, cipher=cipher, now=LATER + timedelta(minutes=15))
    assert (again.hands, again.row.taken_by) == ("mine", BERT.staff_id)


async def test_urgent_ones_come_first_and_the_list_goes_on_after_any(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    first, second = await to_call(session, cipher), await to_call(session, cipher)
    urgent = await to_call(session, cipher, urgent=True)
    order = [urgent, first, second]
    pages = [
        [view.row.id for view in await service.listed(session, ANNA, cipher=cipher, now=LATER, after=after)]
        for after in (None, *order)
    ]
    assert pages == [order, order[1:], order[2:], []]


async def test_other_roles_and_other_deliveries_are_refused(
    session: AsyncSession, cipher: FieldCipher
) -> None:
    call = await to_call(session, cipher)
    with pytest.raises(Forbidden):
        await service.listed(session, CLINIC, cipher=cipher, now=LATER)
    with pytest.raises(Forbidden):
        await service.take_call(session, CLINIC, call, cipher=cipher, now=LATER)
    with pytest.raises(CallNotFound):
        await service.take_call(session, ANNA, new_id(), cipher=cipher, now=LATER)


@given(taken=st.booleans(), own=st.booleans(), minutes=st.integers(0, 60), limit=st.integers(1, 60))
def test_a_call_is_in_one_persons_hands_for_so_long(
    *, taken: bool, own: bool, minutes: int, limit: int
) -> None:
    me, colleague = new_id(), new_id()
    hands = in_hands(
        (me if own else colleague) if taken else None, MONDAY_NINE if taken else None, staff_id=me,
        now=MONDAY_NINE + timedelta(minutes=minutes), minutes=limit,
    )  # fmt: skip
    if not taken or minutes >= limit:
        assert hands == "free"
        check_free(hands)
    else:
        assert hands == ("mine" if own else "colleague")
    for check, refusal, passes in (
        (check_free, CallTaken, hands != "colleague"),
        (check_mine, CallNotYours, hands == "mine"),
    ):
        if passes:
            check(hands)
        else:
            with pytest.raises(refusal):
                check(hands)
