"""How a worker learns that its server is about to stop: live pages end, so that nothing waits for them."""

import asyncio
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

HANG_UP: Final = signal.SIGUSR1
"""What the server sends its workers just before it asks them to stop."""


@contextmanager
def hanging_up(hang_up: Callable[[], None]) -> Generator[None]:
    """Call `hang_up` when the server says so; within a running loop, of the main thread."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(HANG_UP, hang_up)
    try:
        yield
    finally:
        loop.remove_signal_handler(HANG_UP)
