"""What the eldercare room keeps."""

from scenes.eldercare.tables.homes import CareResidentRow
from scenes.eldercare.tables.requests import (
    CareCarerRow,
    CareHandoverRow,
    CareRequestRow,
    CareServiceRow,
    CareShiftRow,
    CareStepRow,
    CareTermsRow,
)
from scenes.eldercare.tables.sos import SosAlarmRow, SosCallRow, SosDutyRow, SosRuleRow, SosStepRow

__all__ = [
    "CareCarerRow",
    "CareHandoverRow",
    "CareRequestRow",
    "CareResidentRow",
    "CareServiceRow",
    "CareShiftRow",
    "CareStepRow",
    "CareTermsRow",
    "SosAlarmRow",
    "SosCallRow",
    "SosDutyRow",
    "SosRuleRow",
    "SosStepRow",
]
