"""Work that nobody waits for: what a job is given, and how desks and rooms name theirs."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from scenes.common.kit.cache import Cache
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.fanout import Fanout


class Works(msgspec.Struct, frozen=True, kw_only=True):
    """What a job may use. `ledger` and `directory` are the booking and places desks' own objects."""

    database: Database
    clock: Clock
    cache: Cache
    fanout: Fanout
    cipher: FieldCipher
    ledger: Any
    directory: Any
    settings: Mapping[str, str]


class Periodic(msgspec.Struct, frozen=True):
    """A job that runs by the clock; `cron` has five fields, or six with seconds last. It is idempotent."""

    name: str
    cron: str
    run: Callable[[Works], Awaitable[None]]
