"""The demo carriers' books: what they were given to carry, and how often each really went out."""

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

UNDELIVERABLE, REFUSED = "4444", "5555"

Fate = Literal["fine", "fails", "fails_after", "hangs", "hangs_after"]


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """How bad a day the gateway has; rates from 0 to 1.

    Half of the failures and half of the hangs strike after the message went out. `duplicate` is the share
    of first answers that call the message a repeat, and of receipts that come twice. Without `dedupe` a
    message that comes again goes out again, so that the books show who asked before repeating.
    """

    fail: float = 0.0
    hang: float = 0.0
    duplicate: float = 0.0
    hang_seconds: float = 30.0
    dedupe: bool = True
    seed: int = 0


class Asked(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """An SMS to be sent, under the sender's own number for it."""

    out_id: str
    to: str
    text: str


class Carried(msgspec.Struct, rename="camel", kw_only=True):
    """A message as the carrier keeps it; `times` is how often it really went out."""

    id: str
    out_id: str
    channel: str
    to: str
    text: str
    at: datetime
    state: str
    times: int = 1
    told: bool = False


class Books:
    """Everything the carriers must not forget; each change is a line of the file, the last one counts."""

    def __init__(self, store_path: Path | None, faults: Faults) -> None:
        self.faults = faults
        self.carried: dict[str, Carried] = {}
        self.grants: dict[str, int] = {}
        self.used_codes: set[str] = set()
        self.tokens: set[str] = set()
        self.drawn: Counter[str] = Counter()
        self._chance = random.Random(faults.seed)  # noqa: S311 - faults repeat themselves
        self._path = store_path
        if store_path is not None and store_path.exists():
            for line in store_path.read_bytes().splitlines():
                kept = msgspec.json.decode(line, type=Carried)
                self.carried[kept.out_id] = kept

    def fate(self) -> Fate:
        """Draw how a call ends, and count it."""
        fate = self._fate()
        self.drawn[fate] += 1
        return fate

    def _fate(self) -> Fate:
        drawn, after = self._chance.random(), self._chance.random() < 0.5  # noqa: PLR2004 - a coin
        if drawn < self.faults.hang:
            return "hangs_after" if after else "hangs"
        if drawn < self.faults.hang + self.faults.fail:
            return "fails_after" if after else "fails"
        return "fine"

    def repeats(self) -> bool:
        """Draw whether a duplicate is reported."""
        repeats = self._chance.random() < self.faults.duplicate
        self.drawn["duplicates"] += repeats
        return repeats

    def carry(self, asked: Asked) -> tuple[Carried, bool]:
        """Send an SMS out; tell whether it is a repeat, which goes out again only without `dedupe`."""
        known = self.carried.get(asked.out_id)
        if known is not None:
            if not self.faults.dedupe:
                known.times += 1
                self.keep(known)
            return known, True
        fresh = Carried(
            id=f"S{len(self.carried) + 1:08d}", out_id=asked.out_id, channel="sms", to=asked.to,
            text=asked.text, at=datetime.now(UTC), state="accepted",
        )  # fmt: skip
        self.keep(fresh)
        return fresh, False

    def deliver_wechat(self, openid: str, text: str) -> Carried | None:
        """Use one grant and show the message in WeChat; none when nothing is allowed any more."""
        if self.grants.get(openid, 0) < 1:
            return None
        self.grants[openid] -= 1
        number = f"{len(self.carried) + 1:08d}"
        shown = Carried(
            id=number, out_id=f"wechat-{number}", channel="wechat", to=openid, text=text,
            at=datetime.now(UTC), state="delivered", told=True,
        )  # fmt: skip
        self.keep(shown)
        return shown

    def keep(self, message: Carried) -> None:
        """Write a message down as it now is, before anything is answered."""
        self.carried[message.out_id] = message
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(message) + b"\n")

    def newest(self, limit: int) -> list[Carried]:
        """List what was carried, newest first."""
        return list(self.carried.values())[: -limit - 1 : -1]
