"""What the charging room keeps: operators, stations and connectors, sessions and their reconciliation."""

from scenes.charging.tables.operators import (
    ChargingOperatorRow,
    PartnerIncidentRow,
    PartnerMessageRow,
    PartnerTokenRow,
)
from scenes.charging.tables.sessions import (
    ChargingSessionRow,
    MeterReadingRow,
    ReconciledDayRow,
    ReconciliationRow,
)
from scenes.charging.tables.stations import (
    ChargingConnectorRow,
    ChargingRuleRow,
    ChargingStationRow,
    ChargingTariffRow,
    ChargingWindowRow,
    ConnectorChangeRow,
    ConnectorStatusRow,
    FaultReportRow,
    QueueEntryRow,
    StationProfileRow,
)

__all__ = [
    "ChargingConnectorRow",
    "ChargingOperatorRow",
    "ChargingRuleRow",
    "ChargingSessionRow",
    "ChargingStationRow",
    "ChargingTariffRow",
    "ChargingWindowRow",
    "ConnectorChangeRow",
    "ConnectorStatusRow",
    "FaultReportRow",
    "MeterReadingRow",
    "PartnerIncidentRow",
    "PartnerMessageRow",
    "PartnerTokenRow",
    "QueueEntryRow",
    "ReconciledDayRow",
    "ReconciliationRow",
    "StationProfileRow",
]
