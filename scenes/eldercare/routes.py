"""The eldercare room over HTTP, gathered."""

from typing import Any

from scenes.eldercare import (
    routes_family_doctor,
    routes_photos,
    routes_readings,
    routes_requests,
    routes_sos,
    routes_staff_readings,
    routes_staff_requests,
    routes_staff_shift,
    routes_staff_sos,
    routes_video,
    routes_wellbeing,
)

ROUTES: list[Any] = [
    *routes_requests.ROUTES, *routes_staff_requests.ROUTES, *routes_staff_shift.ROUTES, *routes_sos.ROUTES,
    *routes_staff_sos.ROUTES, *routes_video.ROUTES, *routes_wellbeing.ROUTES, *routes_readings.ROUTES,
    *routes_staff_readings.ROUTES,
    *routes_photos.ROUTES, *routes_family_doctor.ROUTES,
]  # fmt: skip
