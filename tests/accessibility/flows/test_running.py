"""The engine on a real database with a flow of its own: doubt is asked again, refusals lead back."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from accessibility.flows import service
from accessibility.flows.flow import (
    Acting,
    Asked,
    Asking,
    Card,
    Flow,
    Flows,
    Question,
    Told,
    Tools,
    Turn,
    Undone,
    Values,
)
from accessibility.flows.rules import Option
from accessibility.flows.service import Look, Reply
from api.lifespan import House
from scenes.common.booking.errors import TooLate, WindowFull
from scenes.common.kit.byte_cache import RecentCache
from scenes.common.kit.caller import Resident
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Busy, Refusal
from tests.support.storefront import District

CARD = Card(title="对吗?", lines=("一杯豆浆",))


class Shop:
    """A room that answers as it is told, and remembers under which keys it was asked."""

    def __init__(self) -> None:
        self.answers: list[Refusal | None] = []
        self.keys: list[str] = []
        self.options: Sequence[Option] = [Option(value=v, label=v) for v in ("豆浆", "包子")]
        self.undoing: Refusal | None = None
        self.looks = 0

    async def ask(self, asking: Asking, _values: Values) -> Asked:
        return Asked(title="要什么?", options=await asking.lately("shelf", self.look))

    async def look(self) -> Sequence[Option]:
        self.looks += 1
        return list(self.options)

    async def confirm(self, _asking: Asking, _values: Values) -> Card:
        return CARD

    async def act(self, acting: Acting, _values: Values) -> UUID | None:
        self.keys.append(acting.key)
        refusal = self.answers.pop(0) if self.answers else None
        if refusal is not None:
            raise refusal
        return None

    async def tell(self, _asking: Asking, _values: Values, _booking_id: UUID | None) -> Told:
        return Told(card=Card(title="好了", lines=("来拿",)), undoable=True)

    async def undo(self, acting: Acting, _values: Values, _booking_id: UUID | None) -> Undone:
        self.keys.append(acting.key)
        if self.undoing is not None:
            raise self.undoing
        return Undone(words="退了。")

    @property
    def flows(self) -> Flows:
        flow = Flow(
            name="shop", label="买", icon="breakfast",
            questions=(Question(id="dish", topic="什么", ask=self.ask),),
            confirm=self.confirm, act=self.act, tell=self.tell, undo=self.undo,
            turn=lambda _values, refusal: Turn(question="dish", notice=refusal.detail),
        )  # fmt: skip
        return Flows((flow,))


class Buyer:
    """Goes through the shop's flow."""

    def __init__(self, tools: Tools, shop: Shop, me: Resident) -> None:
        self.tools = tools
        self.shop = shop
        self.me = me
        self.run_id = new_id()
        self.last: Any = None

    async def start(self, **wishes: str) -> Look:
        async with self.tools.database.transaction() as session:
            look = await service.start(
                session, self.tools, self.shop.flows, resident=self.me, flow="shop", now=self.tools.clock(),
                wishes=wishes,
            )  # fmt: skip
        self.run_id = look.row.id
        return look

    async def tap(self, choice: str) -> Look:
        seen: list[Look] = []

        def render(look: Look) -> bytes:
            seen.append(look)
            return b"{}"

        await service.answer(
            self.tools, self.shop.flows, resident=self.me, run_id=self.run_id, reply=Reply(choice=choice),
            key=str(uuid4()), fingerprint=choice.encode(), render=render,
        )  # fmt: skip
        return seen[-1]


@pytest.fixture
async def buyer(house: House) -> AsyncIterator[Buyer]:
    district = District(house.database, house.clock, house.cipher)  # pyright: ignore[reportArgumentType] - the test's own clock
    me = await district.resident("陈秀英")
    tools = Tools(
        database=house.database, ledger=house.ledger, directory=house.directory,
        place_names=house.place_names, limits=house.limits, clock=house.clock, reader=house.reader,
        cipher=house.cipher, help_phone="12345", facts=RecentCache(ttl_seconds=3600.0, max_entries=8),
    )  # fmt: skip
    yield Buyer(tools, Shop(), me)
    await house.database.close()


async def test_what_nobody_knows_is_asked_again_under_the_same_key(buyer: Buyer) -> None:
    await buyer.start(dish="豆浆")
    buyer.shop.answers = [Busy(), Busy()]
    look = await buyer.tap("yes")
    assert (look.row.state, look.draft.notice, look.progress.at) == ("acting", Busy.zh, look.progress.of)
    assert (await buyer.tap("no")).row.state == "acting"
    assert (await buyer.tap("yes")).row.state == "done"
    assert len(buyer.shop.keys) == 3
    assert set(buyer.shop.keys) == {f"run-{buyer.run_id}-1"}


async def test_a_refusal_asks_again_and_the_next_try_has_a_key_of_its_own(buyer: Buyer) -> None:
    await buyer.start(dish="豆浆")
    buyer.shop.answers = [WindowFull()]
    look = await buyer.tap("yes")
    assert (look.row.state, look.question, look.draft.notice) == ("asking", "dish", WindowFull.zh)
    await buyer.tap("dish:包子")
    assert (await buyer.tap("yes")).row.state == "done"
    assert buyer.shop.keys == [f"run-{buyer.run_id}-1", f"run-{buyer.run_id}-2"]


async def test_a_wish_that_is_not_on_offer_is_asked_for(buyer: Buyer) -> None:
    look = await buyer.start(dish="油条")
    assert (look.question, look.draft.notice) == ("dish", "您说的现在没有,请另选一个。")
    look = await buyer.tap("dish:油条")
    assert (look.question, look.draft.notice) == ("dish", "这个刚刚没有了,请再选一个。")


async def test_where_nothing_is_on_offer_somebody_can_be_asked_to_call(buyer: Buyer) -> None:
    buyer.shop.options = []
    look = await buyer.start()
    assert (list(look.shown), look.card) == ([], None)
    assert (await buyer.tap("call-me")).draft.notice == "好的,我们会打电话给您。"


async def test_what_cannot_be_undone_stands_and_says_why(buyer: Buyer) -> None:
    await buyer.start(dish="豆浆")
    await buyer.tap("yes")
    buyer.shop.undoing = TooLate()
    look = await buyer.tap("undo")
    assert (look.row.state, look.draft.notice) == ("done", TooLate.zh)
    buyer.shop.undoing = None
    look = await buyer.tap("undo")
    assert (look.row.state, look.row.outcome) == ("undone", "退了。")
    assert buyer.shop.keys[1:] == [f"undo-{buyer.run_id}"] * 2
    assert (await buyer.tap("undo")).row.state == "undone"
    assert len(buyer.shop.keys) == 3


async def test_what_is_the_same_for_everybody_is_read_once_and_anew_after_a_refusal(
    buyer: Buyer,
) -> None:
    await buyer.start()
    look = await buyer.start()
    assert ([each.value for each in look.shown], buyer.shop.looks) == (["豆浆", "包子"], 1)
    buyer.shop.options = [Option(value="包子", label="包子")]
    look = await buyer.tap("dish:豆浆")
    assert (look.card, buyer.shop.looks) == (CARD, 1)
    buyer.shop.answers = [WindowFull()]
    look = await buyer.tap("yes")
    assert ([each.value for each in look.shown], look.draft.notice) == (["包子"], WindowFull.zh)
    assert buyer.shop.looks == 2
