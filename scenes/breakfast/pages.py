"""The breakfast room's pages, gathered."""

from typing import Any

from scenes.breakfast import (
    pages_order,
    pages_points,
    pages_repeats,
    pages_staff,
    pages_staff_carts,
    pages_staff_counter,
    pages_staff_forecast,
    pages_staff_recall,
    pages_staff_walk_in,
)

PAGES: list[Any] = [
    *pages_order.PAGES,
    *pages_points.PAGES,
    *pages_repeats.PAGES,
    *pages_staff.PAGES,
    *pages_staff_carts.PAGES,
    *pages_staff_counter.PAGES,
    *pages_staff_forecast.PAGES,
    *pages_staff_recall.PAGES,
    *pages_staff_walk_in.PAGES,
]
