"""Answers kept for a moment in this process, mostly encoded ones: the hot reads cost a dictionary look-up."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class RecentCache(Generic[Kept]):
    """At most `max_entries` answers, each true for `ttl_seconds`; the least recently used goes first.

    Times are monotonic seconds, passed in. An answer's life counts from when its making began, so that
    it is never older than `ttl_seconds`. A failed making is not kept.
    """

    def __init__(self, ttl_seconds: float, max_entries: int) -> None:
        self._ttl_seconds = ttl_seconds
        self._max_entries = max_entries
        self._entries: OrderedDict[Hashable, tuple[float, Kept]] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Kept]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def peek(self, key: Hashable, at: float) -> Kept | None:
        """Return a live answer, or none; this is the whole cost of a hit."""
        entry = self._entries.get(key)
        if entry is None or entry[0] <= at:
            return None
        self._entries.move_to_end(key)
        return entry[1]

    async def get(self, key: Hashable, at: float, make: Callable[[], Awaitable[Kept]]) -> Kept:
        """Return a live answer, or make one; all who miss it together wait for one making.

        `make` outlives a caller who goes away, so it must not use the caller's transaction.
        """
        answer = self.peek(key, at)
        if answer is not None:
            return answer
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(self._make(key, at, make))
            making.add_done_callback(_retrieve)
        return await asyncio.shield(making)

    def put(self, key: Hashable, at: float, answer: Kept) -> None:
        """Keep an answer that was made without waiting for anything."""
        self._keep(key, at + self._ttl_seconds, answer)

    def drop(self, key: Hashable) -> None:
        """Forget an answer after its truth changed; one being made now is not kept either."""
        self._entries.pop(key, None)
        self._making.pop(key, None)

    async def _make(self, key: Hashable, at: float, make: Callable[[], Awaitable[Kept]]) -> Kept:
        mine = asyncio.current_task()
        try:
            answer = await make()
            if self._making.get(key) is mine:
                self._keep(key, at + self._ttl_seconds, answer)
            return answer
        finally:
            if self._making.get(key) is mine:
                del self._making[key]

    def _keep(self, key: Hashable, until: float, answer: Kept) -> None:
        self._entries[key] = (until, answer)
        self._entries.move_to_end(key)
        if len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)


ByteCache = RecentCache[bytes]


def _retrieve(making: asyncio.Task[Kept]) -> None:
    """Look at a failure that nobody waits for any more, so that it is not reported as forgotten."""
    if not making.cancelled():
        making.exception()
