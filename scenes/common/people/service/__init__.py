"""What the people desk does: signs in and out, keeps persons, patients, preferences, staff, the audit."""

from scenes.common.people.service.audit import append_audit, audit_board, broken_audit_entry
from scenes.common.people.service.consents import (
    Consented,
    Subject,
    consented,
    consents_of,
    set_consents,
)
from scenes.common.people.service.kin import kin_of
from scenes.common.people.service.me import (
    DEFAULT_PREFERENCES,
    MeChange,
    Preferences,
    change_me,
    myself,
    preferences_of,
    set_preferences,
)
from scenes.common.people.service.patients import (
    NewPatient,
    add_patient,
    allow_patient_attempt,
    drop_patient,
    patients_of,
    subject_of,
)
from scenes.common.people.service.reaching import Contact, contact_of, phone_of
from scenes.common.people.service.recognising import answers_to
from scenes.common.people.service.signing_in import (
    Grant,
    PageGrant,
    SignInTools,
    demo_resident,
    forget_ended_sign_ins,
    refresh,
    sign_in,
    sign_in_page,
    sign_out,
)
from scenes.common.people.service.staff import (
    Credentials,
    NewStaff,
    StaffAccount,
    admit_staff,
    create_staff,
    disable_staff,
)

__all__ = [
    "DEFAULT_PREFERENCES",
    "Consented",
    "Contact",
    "Credentials",
    "Grant",
    "MeChange",
    "NewPatient",
    "NewStaff",
    "PageGrant",
    "Preferences",
    "SignInTools",
    "StaffAccount",
    "Subject",
    "add_patient",
    "admit_staff",
    "allow_patient_attempt",
    "answers_to",
    "append_audit",
    "audit_board",
    "broken_audit_entry",
    "change_me",
    "consented",
    "consents_of",
    "contact_of",
    "create_staff",
    "demo_resident",
    "disable_staff",
    "drop_patient",
    "forget_ended_sign_ins",
    "kin_of",
    "myself",
    "patients_of",
    "phone_of",
    "preferences_of",
    "refresh",
    "set_consents",
    "set_preferences",
    "sign_in",
    "sign_in_page",
    "sign_out",
    "subject_of",
]
