"""What the booking desk holds about a person; bookings are trade records and stay without words of theirs."""

from scenes.common.kit.holdings import Busy, Holding

HOLDINGS = (
    Holding(
        name="bookings",
        query="SELECT * FROM booking WHERE person_id = :person OR booked_by = :person ORDER BY id",
        busy=(
            Busy(
                """
                SELECT 1 FROM booking WHERE (person_id = :person OR booked_by = :person)
                AND (state IN ('confirmed', 'checked_in') OR state = 'held' AND hold_expires_at > :now)
                """,
                "还有没办完的预约",
            ),
        ),
        forget=(
            """
            UPDATE booking SET note = NULL,
              details = CASE WHEN details ? 'brief' THEN details || '{"brief": ""}' ELSE details END
            WHERE person_id = :person
            """,
        ),
    ),
    Holding(
        name="bookingLines",
        query="""
            SELECT l.* FROM booking_line l JOIN booking b ON b.id = l.booking_id
            WHERE b.person_id = :person OR b.booked_by = :person ORDER BY l.booking_id
            """,
    ),
    Holding(
        name="waitlist",
        query="SELECT * FROM waitlist_entry WHERE person_id = :person ORDER BY id",
        busy=(
            Busy(
                "SELECT 1 FROM waitlist_entry WHERE person_id = :person AND state IN ('waiting', 'offered')",
                "还在候补",
            ),
        ),
    ),
    Holding(
        name="standings",
        query="SELECT * FROM booking_standing WHERE person_id = :person",
        forget=(
            """
            UPDATE booking_standing SET valid_until = :now WHERE person_id = :person AND key LIKE 'signed:%'
            AND (valid_until IS NULL OR valid_until > :now)
            """,
        ),
    ),
)
