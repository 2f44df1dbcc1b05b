"""What the charging room holds about a person beside their bookings; sessions are trade records."""

from scenes.common.kit.holdings import Busy, Holding

HOLDINGS = (
    Holding(
        name="charges",
        query="SELECT * FROM charging_session WHERE person_id = :person ORDER BY id",
        busy=(
            Busy(
                """SELECT 1 FROM charging_session WHERE person_id = :person
                AND (state IN ('requested', 'charging', 'stopping') OR settled_at IS NULL)""",
                "充电还没有结束或结清",
            ),
        ),
    ),
    Holding(
        name="chargingQueue",
        query="SELECT * FROM queue_entry WHERE person_id = :person ORDER BY id",
        busy=(
            Busy(
                "SELECT 1 FROM queue_entry WHERE person_id = :person AND state IN ('waiting', 'offered')",
                "还在排充电的队",
            ),
        ),
    ),
    Holding(
        name="faultReports",
        query="SELECT * FROM fault_report WHERE person_id = :person ORDER BY id",
        files=frozenset({"photo"}),
        forget=(
            """UPDATE fault_report SET note = '', photo = NULL, photo_type = NULL
            WHERE person_id = :person""",
        ),
    ),
)
