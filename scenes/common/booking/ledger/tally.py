"""Counting how claims ended: for the operators at once, for the statistics every few seconds.

A refusal costs one addition in memory; a window's venue and day are looked up when the counts are written,
on a connection of their own, so the hot window never waits for them. What a killed process had counted since
it last wrote is lost.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from scenes.common.booking.ledger.claims import Claim, Command, Outcome
from scenes.common.kit import metrics
from scenes.common.kit.refusals import Refusal

if TYPE_CHECKING:
    from asyncpg import Connection, Record

EVERY: Final = 10.0
"""Seconds between writings."""

MOST: Final = 20_000
"""Pairs of window and reason kept in memory; further ones are not counted, so that nobody can fill it."""

_WRITE: Final = """
INSERT INTO booking_refusal (day, place_id, scene, code, refused)
SELECT (w.starts_at AT TIME ZONE 'Asia/Shanghai')::date, w.place_id, w.scene, r.code, sum(r.refused)
FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS r(window_id, code, refused)
JOIN booking_window w ON w.id = r.window_id
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (day, place_id, scene, code) DO UPDATE SET refused = booking_refusal.refused + EXCLUDED.refused"""


class Tally:
    """What one process counted; `waiting` are refusals by window and code that are not written yet."""

    def __init__(self) -> None:
        self.waiting: Counter[tuple[UUID, str]] = Counter()

    def count(self, commands: Sequence[Command], outcomes: Sequence[Outcome | Refusal | None]) -> None:
        """Count how the claims of a batch ended, once for each way in the batch."""
        ended: Counter[tuple[str, str]] = Counter()
        refused: Counter[tuple[UUID, str]] = Counter()
        for command, outcome in zip(commands, outcomes, strict=True):
            if not isinstance(command, Claim) or outcome is None:
                continue
            if isinstance(outcome, Refusal):
                ended[command.scene, outcome.code] += 1
                refused[command.wants[0].window_id, outcome.code] += 1
            else:
                ended[command.scene, "granted"] += 1
        for (scene, name), number in ended.items():
            metrics.CLAIMS_TOTAL.labels(scene, name).inc(number)
        self._keep(refused)

    def _keep(self, refused: Counter[tuple[UUID, str]]) -> None:
        for key, number in refused.items():
            if key in self.waiting or len(self.waiting) < MOST:
                self.waiting[key] += number

    async def write(self, connection: "Connection[Record]") -> None:
        """Add what was counted to the district's table; what cannot be written is kept for the next time."""
        if not self.waiting:
            return
        taken, self.waiting = self.waiting, Counter()
        windows, codes = zip(*taken, strict=True)
        try:
            await connection.execute(_WRITE, windows, codes, list(taken.values()))
        except BaseException:
            self._keep(taken)
            raise
