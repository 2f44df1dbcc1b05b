"""A visit may go along to an appointment: which services do, and to which booking a visit goes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("care_service", sa.Column("accompanies", sa.String(), nullable=True))
    op.execute("UPDATE care_service SET accompanies = 'clinic' WHERE code = 'doctor'")
    op.add_column("care_request", sa.Column("appointment_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("care_request", "appointment_id")
    op.drop_column("care_service", "accompanies")
