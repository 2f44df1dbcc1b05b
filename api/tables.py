"""Every table of the district, so that migrations and tests see the whole."""

from importlib import import_module

from scenes.common.kit.database import Row

_MODULES = (
    "scenes.common.kit.outbox",
    "scenes.common.kit.idempotency",
    "scenes.common.people.tables",
    "scenes.common.places.tables",
    "scenes.common.places.tables_coverage",
    "scenes.common.places.tables_imports",
    "scenes.common.booking.tables",
    "scenes.common.payments.tables",
    "scenes.common.notices.tables",
    "scenes.clinic.tables",
    "scenes.charging.tables",
    "scenes.breakfast.tables",
    "scenes.eldercare.tables",
    "accessibility.flows.tables",
    "accessibility.checker.tables",
)
for _module in _MODULES:
    import_module(_module)

METADATA = Row.metadata
"""What the database should look like."""
