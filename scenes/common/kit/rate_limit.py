"""How often one key may do something, counted in Redis for all processes, or here while Redis is away.

The counting is the generic cell rate algorithm (virtual scheduling, ITU-T I.371): one number a key,
the time at which the key has used up what it was given. All instants inside are microseconds.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from redis.asyncio import Redis

from scenes.common.kit.cache import Cache

MICROSECONDS = 1_000_000

TAKE = """
local used_until = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[1]))
local wait = used_until + tonumber(ARGV[2]) - tonumber(ARGV[3]) - tonumber(ARGV[1])
if wait > 0 then return string.format('%.0f', wait) end
used_until = used_until + tonumber(ARGV[2])
local life = math.ceil((used_until - tonumber(ARGV[1])) / 1000)
redis.call('SET', KEYS[1], string.format('%.0f', used_until), 'PX', life)
return '0'
"""
"""The same decision as `take`, made inside Redis so that two processes cannot both take the last turn."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a call may go on, and if not, after how many whole seconds to try again."""

    allowed: bool
    retry_after: int = 0


class Turn(NamedTuple):
    """The key's new number and the microseconds to wait; a wait of 0 is a turn taken."""

    used_until: float
    wait: float


def take(used_until: float, *, now: float, interval: float, period: float) -> Turn:
    """Take a turn if the key has one: `period / interval` at once, then one each `interval`."""
    used_until = max(used_until, now)
    wait = used_until + interval - period - now
    if wait > 0:
        return Turn(used_until, wait)
    return Turn(used_until + interval, 0)


class RateLimiter:
    """Allows `limit` calls at once and `limit` more, evenly spread, in each following period.

    While Redis is away each process counts alone, at most `most_keys` keys, so the district allows as
    many times the limit as it has processes; what was used before is forgotten.
    """

    def __init__(self, cache: Cache, *, most_keys: int = 100_000) -> None:
        self._cache = cache
        self._most_keys = most_keys
        self._local: OrderedDict[str, float] = OrderedDict()

    async def allow(self, key: str, *, limit: int, per_seconds: float, now: datetime) -> Allowance:
        """Take one turn for `key`, or say how long to wait; a refused call uses nothing up."""
        at = now.timestamp() * MICROSECONDS
        period = per_seconds * MICROSECONDS
        wait = await self._take_shared(key, at, period / limit, period)
        if wait is None:
            wait = self._take_local(key, at, period / limit, period)
        if wait <= 0:
            return Allowance(allowed=True)
        return Allowance(allowed=False, retry_after=math.ceil(wait / MICROSECONDS))

    async def _take_shared(self, key: str, at: float, interval: float, period: float) -> float | None:
        name = f"{self._cache.prefix}limit:{key}"
        numbers = [f"{number:.0f}" for number in (at, interval, period)]

        async def ask(redis: Redis) -> float:
            return float(await redis.register_script(TAKE)(keys=[name], args=numbers))

        return await self._cache.attempt(ask, None)

    def _take_local(self, key: str, at: float, interval: float, period: float) -> float:
        turn = take(self._local.get(key, 0), now=at, interval=interval, period=period)
        self._local[key] = turn.used_until
        self._local.move_to_end(key)
        if len(self._local) > self._most_keys:
            self._local.popitem(last=False)
        return turn.wait
