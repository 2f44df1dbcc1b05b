"""What the payments desk holds about a person: trade records, by ids only, kept three years."""

from scenes.common.kit.holdings import Busy, Holding

_THEIRS = """booking_id IN (SELECT id FROM booking WHERE person_id = :person OR booked_by = :person)"""

HOLDINGS = (
    Holding(
        name="payments",
        query=f"SELECT * FROM payment WHERE {_THEIRS} ORDER BY id",  # noqa: S608 - a constant
        hidden=frozenset({"pay_url"}),
        busy=(
            Busy(
                f"""SELECT 1 FROM payment WHERE {_THEIRS} AND (state IN ('created', 'submitted')
                OR state = 'success' AND settled_at IS NULL OR refund_state IN ('requested', 'abnormal'))""",  # noqa: S608 - a constant
                "还有没结清的付款或退款",
            ),
        ),
    ),
    Holding(
        name="refunds",
        query=f"""SELECT r.* FROM refund r JOIN payment p ON p.id = r.payment_id
            WHERE p.{_THEIRS} ORDER BY r.id""",  # noqa: S608 - a constant
    ),
)
