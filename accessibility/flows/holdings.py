"""What the guided flows hold about a person: answers not finished yet, and wishes to be called back."""

from scenes.common.kit.holdings import Holding

HOLDINGS = (
    Holding(
        name="elderRuns",
        query="SELECT * FROM elder_run WHERE person_id = :person OR acted_by = :person ORDER BY id",
        forget=("DELETE FROM elder_run WHERE person_id = :person OR acted_by = :person",),
    ),
    Holding(
        name="callbackRequests",
        query="""
            SELECT * FROM callback_request WHERE person_id = :person OR requested_by = :person ORDER BY id
            """,
        forget=("DELETE FROM callback_request WHERE person_id = :person OR requested_by = :person",),
    ),
)
