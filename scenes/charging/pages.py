"""The charging room's pages, gathered."""

from typing import Any

from scenes.charging import pages_faults, pages_sessions, pages_staff, pages_staff_walk_in, pages_stations

PAGES: list[Any] = [
    *pages_faults.PAGES,
    *pages_sessions.PAGES,
    *pages_staff.PAGES,
    *pages_staff_walk_in.PAGES,
    *pages_stations.PAGES,
]
