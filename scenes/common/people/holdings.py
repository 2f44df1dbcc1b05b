"""What the people desk holds about a person."""

from scenes.common.kit.holdings import Holding, Sealed
from scenes.common.people.tables import address_context, id_context, phone_context

HOLDINGS = (
    Holding(
        name="person",
        query="SELECT * FROM person WHERE id = :person",
        sealed=(
            Sealed("phone_sealed", lambda row: phone_context(row["id"])),
            Sealed("address_sealed", lambda row: address_context(row["id"])),
            Sealed("id_sealed", lambda row: id_context(row["id"]), shown="national_id"),
        ),
        forget=(
            """
            UPDATE person SET name = '已注销', birth_date = date_trunc('year', birth_date)::date,
              phone_sealed = NULL, phone_index = NULL, id_sealed = NULL, id_index = NULL, area = '',
              lat = NULL, lng = NULL, address_sealed = NULL, resident_no = NULL, hukou = false,
              has_account = false, erased_at = :now
            WHERE id = :person
            """,
            "DELETE FROM idempotency WHERE owner_id = :person",
        ),
    ),
    Holding(
        name="patients",
        query="SELECT * FROM patient_link WHERE account_id = :person OR person_id = :person",
        forget=("DELETE FROM patient_link WHERE account_id = :person OR person_id = :person",),
    ),
    Holding(
        name="preferences",
        query="SELECT * FROM preference WHERE person_id = :person",
        forget=("DELETE FROM preference WHERE person_id = :person",),
    ),
    Holding(
        name="signIns",
        query="SELECT id, channel, created_at, expires_at, revoked_at FROM sign_in WHERE person_id = :person",
    ),
    Holding(
        name="consents",
        query="SELECT * FROM consent WHERE person_id = :person ORDER BY id",
        forget=("UPDATE consent SET withdrawn_at = :now WHERE person_id = :person AND withdrawn_at IS NULL",),
    ),
    Holding(
        name="delegations",
        query="SELECT * FROM delegation WHERE principal_id = :person OR delegate_id = :person ORDER BY id",
        forget=(
            """
            UPDATE delegation SET state = 'revoked', ended_at = :now, ended_by = :person
            WHERE (principal_id = :person OR delegate_id = :person) AND state IN ('requested', 'active')
            """,
        ),
    ),
    Holding(
        name="actsInMyName",
        query="SELECT * FROM act_in_name WHERE principal_id = :person ORDER BY id",
    ),
    Holding(
        name="assistance",
        query="SELECT * FROM assist WHERE person_id = :person ORDER BY id",
        forget=(
            """
            UPDATE assist SET ended_at = :now, ended_by = 'person'
            WHERE person_id = :person AND ended_at IS NULL
            """,
            "DELETE FROM assist_code WHERE person_id = :person",
        ),
    ),
)
