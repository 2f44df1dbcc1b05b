"""What the clinic holds about a person beside their bookings."""

from scenes.common.kit.holdings import Holding

HOLDINGS = (
    Holding(
        name="familyDoctorContracts",
        query="SELECT * FROM family_doctor_contract WHERE person_id = :person ORDER BY id",
        forget=(
            """UPDATE family_doctor_contract SET ended_at = :now
            WHERE person_id = :person AND ended_at IS NULL""",
        ),
    ),
    Holding(name="clinicStrikes", query="SELECT * FROM clinic_strike WHERE person_id = :person ORDER BY at"),
)
