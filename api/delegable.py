"""What one person may do in another's name: the whole policy on one page, call by call and page by page.

A call or page that is not named here and is handed who is asking is refused to everybody who acts for
another: a new one is closed until somebody decides. `docs/family.md` says why each is as it is.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from scenes.common.people.service import Subject

Scope = Literal["book", "pay", "view", "present"]
"""`present` cannot be granted: the person stands at the counter with the staff who help them."""


class Need(msgspec.Struct, frozen=True):
    """What acting for another takes: one of the scopes, and perhaps the person's consent to a subject.

    `own` is done as oneself although one is acting for another: leaving off, signing out.
    `open` is shown to visitors too; without the scope view it is shown as to a visitor.
    """

    scopes: frozenset[str] = frozenset()
    consent: Subject | None = None
    own: bool = False
    open: bool = False


BOOK: Final = Need(frozenset({"book"}))
PAY: Final = Need(frozenset({"pay"}))
VIEW: Final = Need(frozenset({"view"}))
PAY_OR_VIEW: Final = Need(frozenset({"pay", "view"}))
ANY: Final = Need(frozenset({"book", "pay", "view"}))
VIEW_PLACE: Final = Need(frozenset({"view"}), consent="location")
PRESENT: Final = Need(frozenset({"present"}))
OPEN: Final = Need(open=True)
OWN: Final = Need(own=True)
NEVER: Final = Need()

CALLS: Final[Mapping[str, Need]] = {
    # the booking desk
    "listBookings": VIEW, "getBooking": VIEW, "followBooking": VIEW, "getBookingQr": VIEW,
    "getBookingSlip": VIEW, "cancelBooking": BOOK, "confirmBooking": BOOK, "extendHold": BOOK,
    "checkIn": BOOK,
    # the clinic
    "bookAppointment": BOOK, "checkInAppointment": BOOK, "joinWaitlist": BOOK, "leaveWaitlist": BOOK,
    "getQueue": OPEN, "followQueue": OPEN, "listFamilyDoctors": OPEN, "hearWords": OPEN,
    "signFamilyDoctor": PRESENT, "endFamilyDoctorContract": PRESENT,
    # the breakfast points
    "orderBreakfast": BOOK, "quoteBreakfast": BOOK, "repeatBreakfast": BOOK, "endBreakfastRepeat": BOOK,
    "skipBreakfastRepeat": BOOK, "listBreakfastRepeats": VIEW,
    # the charging stations
    "reserveConnector": BOOK, "joinChargingQueue": BOOK, "leaveChargingQueue": BOOK,
    "snoozeChargingQueue": BOOK, "beginCharge": BOOK, "stopCharge": BOOK, "listChargingQueue": VIEW,
    "getCharge": VIEW, "followCharge": VIEW, "getChargeBill": VIEW, "reportFault": NEVER,
    # eldercare
    "nameCareAppointment": BOOK,
    "requestCare": BOOK, "cancelCareRequest": BOOK, "rateCareRequest": BOOK, "listCareRequests": VIEW,
    "getCareRequest": VIEW, "listCarePhotos": VIEW, "getCarePhoto": VIEW, "followCareRequest": VIEW,
    "callForHelp": ANY, "getSos": VIEW_PLACE, "cancelSos": NEVER, "listSosCalls": NEVER,
    "joinVideoVisit": NEVER, "answerSosCall": NEVER, "attendSosCall": NEVER,
    "registerDevice": NEVER, "listDevices": NEVER, "removeDevice": NEVER, "listReadings": NEVER,
    "giveWellbeingSign": PRESENT, "getWellbeing": NEVER, "putWellbeingPlan": NEVER,
    "pauseWellbeing": NEVER, "resumeWellbeing": NEVER,
    # paying
    "openPayment": PAY, "getPayment": PAY_OR_VIEW, "approveSandboxPayment": PAY,
    "declineSandboxPayment": PAY,
    # elder mode: a delegate goes through the same questions, and a member of staff finishes a draft
    "getElderHome": OPEN, "sayToElder": BOOK, "startFlow": BOOK, "getFlowRun": BOOK, "answerFlow": BOOK,
    "backInFlow": BOOK, "askForCall": BOOK,
    # the inbox
    "listInbox": VIEW, "readMessage": VIEW, "grantNotice": NEVER,
    "getNoticePreference": PRESENT, "setNoticePreference": PRESENT,
    # oneself
    "getPreferences": PRESENT, "putPreferences": PRESENT,
    "getMe": NEVER, "changeMe": NEVER, "listPatients": NEVER, "addPatient": NEVER, "removePatient": NEVER,
    "getConsents": NEVER, "putConsents": NEVER, "listDelegates": NEVER, "addDelegate": NEVER,
    "approveDelegate": NEVER, "revokeDelegate": NEVER, "listActing": NEVER, "listActsInMyName": NEVER,
    "exportMyData": NEVER,
    "eraseMe": NEVER, "makeAssistCode": NEVER, "listMyAssists": NEVER, "endMyAssists": NEVER,
    "signOut": OWN,
}  # fmt: skip
"""Calls by their operation id."""

PAGES: Final[Mapping[str, Need]] = {
    "GET /": OPEN, "GET /places": OPEN, "GET /search": OPEN, "GET /offline": OWN, "GET /clinic": OPEN,
    "GET /breakfast": OPEN, "GET /charging": OPEN, "GET /charging/{station_id}": OPEN,
    "GET /clinic/queue/{session_id}": OPEN,
    "GET /eldercare": OPEN, "GET /eldercare/services/{service_id}": OPEN, "GET /eldercare/sos": ANY,
    "POST /sign-out": OWN, "POST /me/acting/stop": OWN,
    "GET /preferences": OWN, "POST /preferences": OWN,
    # what is booked
    "GET /bookings": VIEW, "GET /me/bookings": VIEW, "GET /bookings/{booking_id}": VIEW,
    "GET /bookings/{booking_id}/slip": VIEW, "GET /bookings/{booking_id}/cancel": BOOK,
    "POST /bookings/{booking_id}/cancel": BOOK, "POST /bookings/{booking_id}/confirm": BOOK,
    "POST /bookings/{booking_id}/extend": BOOK, "POST /bookings/{booking_id}/check-in": BOOK,
    "POST /bookings/{booking_id}/pay": PAY,
    "GET /me/inbox": VIEW, "POST /me/inbox/{message_id}/read": VIEW,
    # the clinic
    "GET /clinic/windows/{window_id}": BOOK, "POST /clinic/windows/{window_id}": BOOK,
    "GET /clinic/sessions/{session_id}/waitlist": BOOK,
    "POST /clinic/sessions/{session_id}/waitlist": BOOK,
    "POST /clinic/waitlist/{entry_id}/leave": BOOK,
    # the breakfast points
    "GET /breakfast/{place_id}/quote": BOOK, "POST /breakfast/{place_id}/orders": BOOK,
    "GET /breakfast/repeats": VIEW, "POST /breakfast/repeats/{repeat_id}/end": BOOK,
    "POST /breakfast/repeats/{repeat_id}/skip": BOOK,
    # the charging stations
    "POST /charging/{station_id}/reserve": BOOK, "POST /charging/{station_id}/queue": BOOK,
    "POST /charging/queue/{entry_id}/leave": BOOK, "POST /charging/queue/{entry_id}/snooze": BOOK,
    "POST /charging/connectors/{connector_id}/start": BOOK,
    "POST /charging/sessions/{session_id}/stop": BOOK, "GET /charging/sessions/{session_id}": VIEW,
    # elder mode
    "GET /elder": OPEN, "POST /elder/say": BOOK, "POST /elder/start/{flow}": BOOK,
    "GET /elder/flows/{run_id}": BOOK, "POST /elder/flows/{run_id}/answers": BOOK,
    "POST /elder/flows/{run_id}/back": BOOK, "POST /elder/call-me": BOOK,
    # eldercare
    "POST /eldercare/services/{service_id}": BOOK, "GET /eldercare/requests/{request_id}": VIEW,
    "POST /eldercare/requests/{request_id}/cancel": BOOK,
    "POST /eldercare/requests/{request_id}/rate": BOOK,
    "POST /eldercare/requests/{request_id}/appointment": BOOK,
    "POST /eldercare/sos": ANY, "GET /eldercare/sos/{alarm_id}": VIEW_PLACE,
}  # fmt: skip
"""Pages by method and address."""

PERSONAL: Final = frozenset({"resident", "staff", "caller", "walk_from", "csrf", "render"})
"""What hands a handler something of who is asking."""

ASKER: Final = frozenset({"resident", "staff", "caller"})


def name_of(handler: Any, method: str, template: str) -> str:
    """Name a call by its operation id, a page by its method and address."""
    return handler.operation_id if isinstance(handler.operation_id, str) else f"{method} {template}"


def need_of(handler: Any, method: str, template: str) -> Need | None:
    """Say what a handler takes of who acts for another; none for what shows nothing of anybody."""
    named = name_of(handler, method, template)
    known = CALLS.get(named) or PAGES.get(named)
    if known is not None:
        return known
    wanted = handler.parsed_fn_signature.parameters.keys()
    if wanted & ASKER or "walk_from" in wanted:
        return NEVER
    return OPEN if wanted & PERSONAL else None
