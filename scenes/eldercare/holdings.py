"""What the eldercare room holds about a person; the log of an alarm stays, without place and words."""

from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.holdings import Busy, Holding, Sealed
from scenes.eldercare.service.requests import Brief, Spot, brief_context
from scenes.eldercare.tables.readings import values_context
from scenes.eldercare.tables.sos import note_context, place_context, result_context


async def empty_briefs(session: AsyncSession, person_id: UUID, cipher: FieldCipher) -> None:
    """Put an empty brief in the place of each: note, address and position go, the request stays."""
    empty = msgspec.json.encode(Brief(note="", spot=Spot())).decode()
    sealed = cipher.seal(empty, context=brief_context(person_id))
    await session.execute(
        text(
            "UPDATE care_request SET brief_sealed = :sealed, report_sealed = NULL WHERE person_id = :person"
        ),
        {"sealed": sealed, "person": person_id},
    )


HOLDINGS = (
    Holding(
        name="careRequests",
        query="SELECT * FROM care_request WHERE person_id = :person OR requested_by = :person ORDER BY id",
        sealed=(
            Sealed("brief_sealed", lambda row: brief_context(row["person_id"])),
            Sealed("report_sealed", lambda row: f"care_request.report:{row['id']}"),
        ),
        busy=(
            Busy(
                """SELECT 1 FROM care_request WHERE (person_id = :person OR requested_by = :person)
                AND (state NOT IN ('done', 'rated', 'cancelled', 'declined') OR NOT settled)""",
                "还有没做完的服务",
            ),
        ),
        forget_sealed=empty_briefs,
    ),
    Holding(
        name="careSteps",
        query="""SELECT s.* FROM care_step s JOIN care_request r ON r.id = s.request_id
            WHERE r.person_id = :person ORDER BY s.id""",
    ),
    Holding(
        name="visitPhotos",
        query="""SELECT p.id, p.request_id, p.at, p.keep_until FROM care_photo p
            JOIN care_request r ON r.id = p.request_id WHERE r.person_id = :person ORDER BY p.id""",
        forget=(
            """DELETE FROM care_photo WHERE request_id IN
            (SELECT id FROM care_request WHERE person_id = :person)""",
        ),
    ),
    Holding(
        name="homeStays",
        query="SELECT * FROM care_resident WHERE person_id = :person ORDER BY since",
        busy=(
            Busy(
                "SELECT 1 FROM care_resident WHERE person_id = :person AND until IS NULL",
                "还登记住在养老院",
            ),
        ),
        forget=("DELETE FROM care_resident WHERE person_id = :person",),
    ),
    Holding(
        name="alarms",
        query="SELECT * FROM sos_alarm WHERE person_id = :person ORDER BY id",
        sealed=(
            Sealed("place_sealed", lambda row: place_context(row["id"])),
            Sealed("note_sealed", lambda row: note_context(row["id"])),
            Sealed("result_note_sealed", lambda row: result_context(row["id"])),
        ),
        busy=(
            Busy(
                """SELECT 1 FROM sos_alarm WHERE person_id = :person
                AND state NOT IN ('closed', 'cancelled')""",
                "呼救还没有处理完",
            ),
        ),
        forget=(
            """
            UPDATE sos_alarm SET place_sealed = NULL, place_source = NULL, note_sealed = NULL,
              result_note_sealed = NULL
            WHERE person_id = :person
            """,
        ),
    ),
    Holding(
        name="alarmSteps",
        query="""SELECT s.* FROM sos_step s JOIN sos_alarm a ON a.id = s.alarm_id
            WHERE a.person_id = :person ORDER BY s.alarm_id, s.seq""",
    ),
    Holding(
        name="alarmCalls",
        query="""SELECT c.* FROM sos_call c WHERE c.person_id = :person
            OR c.alarm_id IN (SELECT id FROM sos_alarm WHERE person_id = :person) ORDER BY c.id""",
    ),
    Holding(
        name="carers",
        query="SELECT * FROM care_carer WHERE person_id = :person",
        forget=("UPDATE care_carer SET person_id = NULL WHERE person_id = :person",),
    ),
    Holding(
        name="alarmDuty",
        query="SELECT * FROM sos_duty WHERE person_id = :person ORDER BY id",
        forget=("DELETE FROM sos_duty WHERE person_id = :person",),
    ),
    Holding(
        name="wellbeingPlan",
        query="SELECT * FROM wellbeing_plan WHERE person_id = :person",
        forget=("DELETE FROM wellbeing_plan WHERE person_id = :person",),
    ),
    Holding(
        name="wellbeingSigns",
        query="SELECT * FROM wellbeing_sign WHERE person_id = :person ORDER BY day",
        forget=("DELETE FROM wellbeing_sign WHERE person_id = :person",),
    ),
    Holding(
        name="wellbeingMissedDays",
        query="SELECT * FROM wellbeing_miss WHERE person_id = :person ORDER BY day",
        busy=(
            Busy(
                """SELECT 1 FROM wellbeing_miss WHERE person_id = :person
                AND visit_due IS NOT NULL AND closed_at IS NULL""",
                "有人要上门看您,还没有办完",
            ),
        ),
        forget=("DELETE FROM wellbeing_miss WHERE person_id = :person",),
    ),
    Holding(
        name="devices",
        query="SELECT * FROM care_device WHERE person_id = :person ORDER BY id",
        forget=("UPDATE care_device SET gone_at = :now WHERE person_id = :person AND gone_at IS NULL",),
    ),
    Holding(
        name="readings",
        query="SELECT * FROM care_reading WHERE person_id = :person ORDER BY at",
        sealed=(Sealed("values_sealed", lambda row: values_context(row["device_id"], row["at"])),),
        forget=("DELETE FROM care_reading WHERE person_id = :person",),
    ),
    Holding(
        name="readingLimits",
        query="SELECT * FROM care_limit WHERE person_id = :person",
        forget=("DELETE FROM care_limit WHERE person_id = :person",),
    ),
    Holding(
        name="readingAlerts",
        query="SELECT * FROM care_alert WHERE person_id = :person ORDER BY id",
        forget=("DELETE FROM care_alert WHERE person_id = :person",),
    ),
)
