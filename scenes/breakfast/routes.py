"""The breakfast room over HTTP: every call of residents and staff, gathered."""

from typing import Any

from scenes.breakfast import routes_carts, routes_orders, routes_repeats, routes_staff

ROUTES: list[Any] = [
    *routes_carts.ROUTES,
    *routes_orders.ROUTES,
    *routes_repeats.ROUTES,
    *routes_staff.ROUTES,
]
