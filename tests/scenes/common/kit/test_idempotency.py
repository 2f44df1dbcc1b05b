"""A key's answer is kept with the change: the same for the same, refused for another, gone with a refusal."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import Answer, checked_key, once
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Conflict, IdempotencyKeyMissing, IdempotencyKeyReused
from tests.support.clock import AdjustableClock

OWNER = new_id()


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=64))
def test_visible_ascii_of_a_fair_length_is_a_key(key: str) -> None:
    assert checked_key(key) == key


@pytest.mark.parametrize(
    "key", [None, "", "seven77", "x" * 65, "with space", "键键键键键键键键", "line\nfeed", "eightch\n"]
)
def test_anything_else_is_not(key: str | None) -> None:
    with pytest.raises(IdempotencyKeyMissing):
        checked_key(key)


class Till:
    """Counts how often the act was really done."""

    def __init__(self, database: Database, clock: AdjustableClock) -> None:
        self.database = database
        self.clock = clock
        self.done = 0

    async def ring(self, key: str, asked: bytes, *, fail: bool = False, pause: float = 0) -> Answer:
        async def act() -> tuple[int, bytes]:
            self.done += 1
            await asyncio.sleep(pause)
            if fail:
                raise Conflict
            return 201, b'{"n":%d}' % self.done

        async with self.database.transaction() as session:
            return await once(session, OWNER, key=key, fingerprint=asked, now=self.clock(), act=act)


@pytest.fixture
def till(database: Database, clock: AdjustableClock) -> Till:
    return Till(database, clock)


async def test_a_repeat_gets_the_first_answer(till: Till) -> None:
    first = await till.ring("the-same-key", b"bread")
    again = await till.ring("the-same-key", b"bread")
    assert (first, again, till.done) == (
        Answer(201, b'{"n":1}'), Answer(201, b'{"n":1}', replayed=True), 1,
    )  # fmt: skip


async def test_the_same_key_for_something_else_is_refused(till: Till) -> None:
    await till.ring("the-same-key", b"bread")
    with pytest.raises(IdempotencyKeyReused):
        await till.ring("the-same-key", b"butter")
    assert till.done == 1


async def test_a_refusal_leaves_no_trace(till: Till) -> None:
    with pytest.raises(Conflict):
        await till.ring("the-same-key", b"bread", fail=True)
    assert await till.ring("the-same-key", b"butter") == Answer(201, b'{"n":2}')


async def test_at_the_same_moment_it_is_done_once(till: Till) -> None:
    answers = await asyncio.gather(*(till.ring("the-same-key", b"bread", pause=0.05) for _ in range(3)))
    assert till.done == 1
    assert sorted(answer.replayed for answer in answers) == [False, True, True]
    assert {answer.body for answer in answers} == {b'{"n":1}'}


async def test_keys_belong_to_their_person(till: Till) -> None:
    await till.ring("the-same-key", b"bread")
    async with till.database.transaction() as session:
        other = await once(
            session, new_id(), key="the-same-key", fingerprint=b"butter", now=till.clock(), act=_nothing
        )
        kept = (await session.execute(text("SELECT count(*) FROM idempotency"))).scalar_one()
    assert (other, kept) == (Answer(200, b"{}"), 2)


async def _nothing() -> tuple[int, bytes]:
    return 200, b"{}"


def test_keys_of_the_usual_makers_are_keys() -> None:
    assert checked_key(str(uuid4())) is not None
