"""What the people desk keeps: persons, sign-ins, staff, the audit; who may act for whom; consents."""

from scenes.common.people.tables.family import (
    ActInNameRow,
    AssistCodeRow,
    AssistRow,
    ConsentRow,
    DelegationRow,
    FamilyRuleRow,
)
from scenes.common.people.tables.persons import (
    AuditCheckRow,
    AuditEntryRow,
    PatientLinkRow,
    PersonRow,
    PreferenceRow,
    SignInRow,
    StaffPlaceRow,
    StaffRow,
    address_context,
    id_context,
    make_person_row,
    phone_context,
    totp_context,
)

__all__ = [
    "ActInNameRow",
    "AssistCodeRow",
    "AssistRow",
    "AuditCheckRow",
    "AuditEntryRow",
    "ConsentRow",
    "DelegationRow",
    "FamilyRuleRow",
    "PatientLinkRow",
    "PersonRow",
    "PreferenceRow",
    "SignInRow",
    "StaffPlaceRow",
    "StaffRow",
    "address_context",
    "id_context",
    "make_person_row",
    "phone_context",
    "totp_context",
]
