"""The charging room over HTTP: every call of residents, staff and operators, gathered."""

from typing import Any

ROUTES: list[Any] = []
