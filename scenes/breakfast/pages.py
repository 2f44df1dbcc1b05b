"""The breakfast room's pages, gathered."""

from typing import Any

from scenes.breakfast import pages_order, pages_points, pages_repeats, pages_staff

PAGES: list[Any] = [
    *pages_points.PAGES,
    *pages_order.PAGES,
    *pages_repeats.PAGES,
    *pages_staff.STAFF_PAGES,
]
