"""How far the making is: a bar where somebody watches a terminal, plain lines where a log does."""

from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

TENTHS: Final = 10


class Report:
    """Tells on stderr what is being made and how much of it is done."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._bars = Progress(
            TextColumn("· {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None
        self._what, self._total, self._done = "", 0, 0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def begin(self, what: str, total: int) -> None:
        """Say what comes next and how much of it there is."""
        self._what, self._total, self._done = what, total, 0
        self._task = self._bars.add_task(what, total=total)
        self._line(f"{what}: {total:,}")

    def advance(self, count: int) -> None:
        """Say that so much more is done."""
        tenths = self._tenths()
        self._done += count
        if self._task is not None:
            self._bars.advance(self._task, count)
        if self._tenths() > tenths and self._total > self._done:
            self._line(f"{self._what}: {self._done:,} of {self._total:,}")

    def say(self, what: str) -> None:
        """Say something that takes no time."""
        self._console.print(f"· {what}", markup=False)

    def _tenths(self) -> int:
        return self._done * TENTHS // max(self._total, 1)

    def _line(self, text: str) -> None:
        if not self._console.is_terminal:
            self.say(text)
