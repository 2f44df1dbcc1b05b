"""The breakfast room over HTTP: every call of residents and staff, gathered."""

from typing import Any

ROUTES: list[Any] = []
