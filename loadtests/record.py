"""The clients' own record: one JSON line for each call, whether it was answered or not."""

from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

BOOK: Final = "book a number"
CANCEL: Final = "cancel"
ORDER: Final = "order breakfast"
RESERVE: Final = "reserve a connector"
REDEEM: Final = "hand out an order"
START: Final = "start charging"
JOIN: Final = "join the waitlist"
LOOK: Final = "look at my booking"
BEGIN: Final = "begin a flow"
ANSWER: Final = "answer a step"
AGREE: Final = "agree to the card"
UNDO: Final = "undo"
BACK: Final = "one step back"
RESUME: Final = "go on where one left"
SAY: Final = "say a sentence"
CLAIMS: Final = frozenset({BOOK, ORDER, RESERVE})
"""Calls that claim something of the ledger."""

BOOKING_CALLS: Final = CLAIMS | {CANCEL, LOOK}
"""Calls that answer with a booking."""

STEP_CALLS: Final = frozenset({BEGIN, ANSWER, AGREE, UNDO, BACK, RESUME, SAY})
"""Calls that answer with a step of a guided flow."""


class Call(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request as its client saw it; `status` 0 means that no answer came, and `error` says why.

    `at` is when it was sent (POSIX seconds). `late` is how many seconds later than the visitor meant to,
    which is the load generator's fault. `booking` and `state` are those of the answered booking, `cancelled`
    is the booking that was asked to be cancelled, `handed` the one to be handed out. A claim asks for one
    unit of `window` and for `wants` of others; `starts` and `minutes` say when where no window is named.
    `behalf` is whom the caller acted for. Of a guided flow, `run` is the run asked about or shown, `step` the
    state shown, `version` its version, and `choice` the answer given; `at_step` is the
    step it was given at, `to_step` the one it led to.
    """

    at: float
    ms: float
    call: str
    person: str
    status: int
    code: str = ""
    key: str = ""
    window: str = ""
    wants: dict[str, int] = {}
    starts: float = 0.0
    minutes: int = 0
    session: str = ""
    booking: str = ""
    state: str = ""
    retry_after: float | None = None
    replayed: bool = False
    cancelled: str = ""
    handed: str = ""
    behalf: str = ""
    run: str = ""
    step: str = ""
    version: int = 0
    choice: str = ""
    at_step: int = 0
    to_step: int = 0
    late: float = 0.0
    error: str = ""

    @property
    def wanted(self) -> dict[str, int]:
        """Every window that a claim asked for, with its units."""
        return ({self.window: 1} if self.window else {}) | self.wants

    @property
    def kept(self) -> bool:
        """Whether a flow went forward on an answer, which its draft therefore holds."""
        return self.call == ANSWER and self.to_step > self.at_step


class Recorder:
    """Appends calls to a file; what was recorded before a crash can be read."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=1 << 16)
        self._encode = msgspec.json.Encoder().encode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def note(self, call: Call) -> None:
        """Write one call down."""
        self._file.write(self._encode(call) + b"\n")

    def close(self) -> None:
        """Write out what is still in memory."""
        self._file.close()


def recorded(path: Path) -> list[Call]:
    """Read a record back; a last line that was cut off is left out."""
    lines = path.read_bytes().splitlines(keepends=True)
    decoder = msgspec.json.Decoder(Call)
    return [decoder.decode(line) for line in lines if line.endswith(b"\n")]
