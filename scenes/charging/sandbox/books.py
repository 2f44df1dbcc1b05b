"""What a sandbox operator must not forget, in one file that is written whole or not at all."""

import os
from datetime import datetime
from pathlib import Path

import msgspec


class Session(msgspec.Struct, kw_only=True):
    """A charge as the operator knows it; what it has drawn follows from its times alone.

    `fails` was decided when it was accepted. `wanted_wh` is what the battery takes at most. `told` names
    the notifications that were made, `metered_at` the last meter. The `book_` numbers are what its
    accounts say where they were planted to differ.
    """

    start_seq: str
    connector_code: str
    accepted_at: datetime
    begins_at: datetime
    wanted_wh: int
    power_w: int
    fails: bool = False
    stop_at: datetime | None = None
    ended_at: datetime | None = None
    stop_reason: int = 0
    leaves_at: datetime | None = None
    gone: bool = False
    told: list[str] = []
    metered_at: datetime | None = None
    book_total_fen: int | None = None
    book_energy_wh: int | None = None
    book_missing: bool = False


class Notice(msgspec.Struct, kw_only=True):
    """News for the platform, in the partner's writing; resent in the same bytes while its stamp is fresh."""

    call: str
    text: str
    due_at: datetime
    made_at: datetime
    station_code: str = ""
    stamp: str = ""
    seq: str = ""
    stamped_at: datetime | None = None
    tries: int = 0
    copies: int = 1


class Hand(msgspec.Struct, kw_only=True):
    """What somebody set by hand at a connector: a status, and whether a gun is plugged."""

    status: int | None = None
    plugged: bool | None = None


class Ledger(msgspec.Struct, kw_only=True):
    """The contents of the file."""

    sessions: dict[str, Session] = {}
    notices: dict[str, Notice] = {}
    hands: dict[str, Hand] = {}
    numbers: int = 0


class Books:
    """The ledger and its file; nothing is promised before `save` has returned."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.dirty = False
        self.ledger = Ledger()
        if path is not None and path.exists():
            self.ledger = msgspec.json.decode(path.read_bytes(), type=Ledger)

    def save(self) -> None:
        """Write the ledger down if it changed."""
        if self.dirty and self._path is not None:
            fresh = self._path.with_suffix(".new")
            with fresh.open("wb") as file:
                file.write(msgspec.json.encode(self.ledger))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        self.dirty = False
