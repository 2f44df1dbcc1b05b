"""The charging room's pages, gathered."""

from typing import Any

from scenes.charging import pages_faults, pages_staff

PAGES: list[Any] = [
    *pages_faults.PAGES,
    *pages_staff.PAGES,
]
