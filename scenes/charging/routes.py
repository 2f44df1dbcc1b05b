"""The charging room over HTTP: every call of residents, staff and operators, gathered."""

from typing import Any

from scenes.charging import (
    routes_evcs,
    routes_faults,
    routes_outages,
    routes_queue,
    routes_reservations,
    routes_sessions,
    routes_staff,
    routes_staff_walk_in,
    routes_stations,
)

ROUTES: list[Any] = [
    *routes_evcs.ROUTES,
    *routes_faults.ROUTES,
    *routes_outages.ROUTES,
    *routes_queue.ROUTES,
    *routes_reservations.ROUTES,
    *routes_sessions.ROUTES,
    *routes_staff.ROUTES,
    *routes_staff_walk_in.ROUTES,
    *routes_stations.ROUTES,
]
