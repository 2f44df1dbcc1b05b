"""What a flow is made of: questions whose answers come from the rooms, a card, an act, its undoing."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from accessibility.flows.errors import FlowNotFound
from accessibility.flows.rules import Needed, Option
from accessibility.said.heard import Heard, Known
from accessibility.speech.signing import Reader
from scenes.common.booking.ledger import Ledger
from scenes.common.booking.wire import PlaceNames
from scenes.common.kit.byte_cache import RecentCache
from scenes.common.kit.caller import Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.limits import Limits
from scenes.common.kit.refusals import Refusal
from scenes.common.places.directory import PlaceDirectory

Values = Mapping[str, str]
"""Settled values by question."""

Fact = TypeVar("Fact")
LATELY_SECONDS: Final = 1.0
"""How old a fact may be that is the same for everybody; the rooms' own lists are as old."""

MOST_FACTS: Final = 2048


def _no_facts() -> RecentCache[Any]:
    return RecentCache(LATELY_SECONDS, MOST_FACTS)


def _no_memo() -> dict[Hashable, Any]:
    return {}


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """The desks' own objects, as the web process has them; the same that rooms' routes are handed."""

    database: Database
    ledger: Ledger
    directory: PlaceDirectory
    place_names: PlaceNames
    limits: Limits
    clock: Clock
    reader: Reader
    cipher: FieldCipher
    help_phone: str
    undo_minutes: int = 10
    draft_hours: int = 72
    facts: RecentCache[Any] = msgspec.field(default_factory=_no_facts)


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, when, and a session to read with; `wishes` were named before their question came.

    Right after an act it is `fresh`: what the room has just refused must not be offered out of memory.
    """

    tools: Tools
    session: AsyncSession
    resident: Resident
    now: datetime
    wishes: Values = {}
    fresh: bool = False
    memo: dict[Hashable, Any] = msgspec.field(default_factory=_no_memo)

    async def once(self, key: Hashable, read: Callable[[], Awaitable[Fact]]) -> Fact:
        """Read a fact of this person once for all the questions of one step."""
        if key not in self.memo:
            self.memo[key] = await read()
        return self.memo[key]

    async def lately(self, key: Hashable, read: Callable[[], Awaitable[Fact]]) -> Fact:
        """Read a fact that is the same for everybody, at most once a second for all of them.

        Each reads with their own session: nobody waits for another's while holding a connection. What is
        kept must not belong to that session any more.
        """
        found = None if self.fresh else self.tools.facts.peek(key, monotonic())
        if found is None:
            began = monotonic()
            found = await self.once(key, read)
            self.tools.facts.put(key, began, found)
        return found


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is put now: a title, one more sentence if need be, and every option in its order.

    Where it is `obvious`, the first option is taken without asking, and can be changed by going back.
    `lines` are facts to be read before choosing, one idea each; `links` are pages to look at (label, path),
    such as the slip. With `calls`, being called back is one of the answers. With `words`, an answer may be
    written in one's own words, in a box of this name; it is kept as `rules.written` has it.
    """

    title: str
    options: Sequence[Option]
    display: str = ""
    obvious: bool = False
    lines: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()
    calls: bool = False
    words: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a flow. `topic` is a noun for it (哪天), shown where an answer is to be changed.

    `seldom` is one whose answer is obvious mostly: it counts as a step only where it is asked.
    """

    id: str
    topic: str
    ask: Callable[[Asking, Values], Awaitable[Asked]]
    needed: Needed = lambda _values: True
    seldom: bool = False


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to be done, or was done, in lines of one idea each; `yes` and `no` are the buttons.

    After a "no" the person says which answer is wrong; with `no_goes_back`, the last question comes again.
    """

    title: str
    lines: Sequence[str]
    yes: str = "对,就这样"
    no: str = "不对,改一改"
    no_goes_back: bool = False


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, and under which idempotency key: always the same one for the same run and purpose."""

    tools: Tools
    resident: Resident
    now: datetime
    key: str


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What a refusal leads to: a question asked again, and a plain sentence that says why."""

    question: str
    notice: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an act: the card, pages to go on to (label, path), and whether it can be undone."""

    card: Card
    links: Sequence[tuple[str, str]] = ()
    undoable: bool = False


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What undoing led to, in one plain sentence; a booking only where there is another one now."""

    words: str
    booking_id: UUID | None = None


async def _no_wishes(_asking: Asking) -> Values:
    return {}


async def _no_names(_asking: Asking) -> Known:
    return Known()


async def _nothing_heard(_asking: Asking, _heard: Heard) -> Values:
    return {}


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A way through a room, one question a page.

    `act` does the thing through the room's own service and answers the booking it made or changed, if any;
    a refusal it raises goes to `turn`. `tell` says what came of it whenever it is looked at again. `undo`
    takes it back within the minutes the district allows and says what follows. `wishes` are defaults such
    as the last doctor; `hear` makes wishes of an understood sentence; `known` are the room's names in it.
    `resumed` is false for a flow that only looks: left unfinished, nothing of it is worth going on with.
    """

    name: str
    label: str
    icon: str
    questions: Sequence[Question]
    confirm: Callable[[Asking, Values], Awaitable[Card]]
    act: Callable[[Acting, Values], Awaitable[UUID | None]]
    tell: Callable[[Asking, Values, UUID | None], Awaitable[Told]]
    turn: Callable[[Values, Refusal], Turn]
    undo: Callable[[Acting, Values, UUID | None], Awaitable[Undone]] | None = None
    wishes: Callable[[Asking], Awaitable[Values]] = _no_wishes
    hear: Callable[[Asking, Heard], Awaitable[Values]] = _nothing_heard
    known: Callable[[Asking], Awaitable[Known]] = _no_names
    resumed: bool = True

    @property
    def order(self) -> list[tuple[str, Needed]]:
        """Return the questions as the rules see them."""
        return [(question.id, question.needed) for question in self.questions]

    @property
    def seldom(self) -> frozenset[str]:
        """Name the questions that are mostly not asked."""
        return frozenset(question.id for question in self.questions if question.seldom)

    def question(self, name: str) -> Question:
        """Return a question of this flow by its id."""
        return next(each for each in self.questions if each.id == name)


class Flows(msgspec.Struct, frozen=True):
    """The flows of a district, in the order of the elder home."""

    flows: tuple[Flow, ...]

    def get(self, name: str) -> Flow:
        """Return a flow by its name (FlowNotFound)."""
        for flow in self.flows:
            if flow.name == name:
                return flow
        raise FlowNotFound
