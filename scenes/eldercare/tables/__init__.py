"""What the eldercare room keeps."""

from scenes.eldercare.tables.homes import CareResidentRow
from scenes.eldercare.tables.photos import CarePhotoRow
from scenes.eldercare.tables.readings import (
    CareAlertRow,
    CareDeviceRow,
    CareLimitRow,
    CareReadingRow,
    ReadingRuleRow,
)
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
    "CareAlertRow",
    "CareCarerRow",
    "CareDeviceRow",
    "CareHandoverRow",
    "CareLimitRow",
    "CarePhotoRow",
    "CareReadingRow",
    "CareRequestRow",
    "CareResidentRow",
    "CareServiceRow",
    "CareShiftRow",
    "CareStepRow",
    "CareTermsRow",
    "ReadingRuleRow",
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
