"""The eldercare room's pages, gathered."""

from typing import Any

from scenes.eldercare import (
    pages_care,
    pages_family_doctor,
    pages_map,
    pages_photos,
    pages_readings,
    pages_sos,
    pages_staff_care,
    pages_staff_readings,
    pages_staff_sos,
    pages_video,
    pages_wellbeing,
)

PAGES: list[Any] = [
    *pages_care.PAGES,
    *pages_map.PAGES,
    *pages_photos.PAGES,
    *pages_staff_care.PAGES,
    *pages_sos.PAGES,
    *pages_staff_sos.PAGES,
    *pages_video.PAGES,
    *pages_wellbeing.PAGES,
    *pages_readings.PAGES,
    *pages_staff_readings.PAGES,
    *pages_family_doctor.PAGES,
]
