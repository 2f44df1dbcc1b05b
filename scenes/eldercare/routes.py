"""The eldercare room over HTTP, gathered."""

from typing import Any

from scenes.eldercare import routes_sos, routes_staff_sos

ROUTES: list[Any] = [*routes_sos.ROUTES, *routes_staff_sos.ROUTES]
