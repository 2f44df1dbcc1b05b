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
from scenes.eldercare.tables.wellbeing import (
    WellbeingMissRow,
    WellbeingPlanRow,
    WellbeingRuleRow,
    WellbeingSignRow,
)

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
    "WellbeingMissRow",
    "WellbeingPlanRow",
    "WellbeingRuleRow",
    "WellbeingSignRow",
]
