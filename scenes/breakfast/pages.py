"""The breakfast room's pages, gathered."""

from typing import Any

PAGES: list[Any] = []
