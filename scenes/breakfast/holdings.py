"""What the breakfast room holds about a person beside bookings; what was handed out stays for recalls."""

from scenes.common.kit.holdings import Holding

HOLDINGS = (
    Holding(
        name="breakfastRepeats",
        query="SELECT * FROM breakfast_repeat WHERE person_id = :person OR booked_by = :person ORDER BY id",
        forget=(
            """
            UPDATE breakfast_repeat SET note = NULL, ended_at = COALESCE(ended_at, :now)
            WHERE person_id = :person OR booked_by = :person
            """,
        ),
    ),
    Holding(
        name="breakfastHanded",
        query="""
            SELECT h.* FROM breakfast_handed h WHERE h.booking_id IN (
              SELECT id FROM booking WHERE person_id = :person OR booked_by = :person)
            ORDER BY h.booking_id, h.stock_id
            """,
    ),
)
