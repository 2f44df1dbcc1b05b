"""What the eldercare room keeps."""

from scenes.eldercare.tables.sos import SosAlarmRow, SosCallRow, SosDutyRow, SosRuleRow, SosStepRow

__all__ = ["SosAlarmRow", "SosCallRow", "SosDutyRow", "SosRuleRow", "SosStepRow"]
