"""The eldercare room's pages, gathered."""

from typing import Any

from scenes.eldercare import pages_sos, pages_staff_sos

PAGES: list[Any] = [*pages_sos.PAGES, *pages_staff_sos.PAGES]
