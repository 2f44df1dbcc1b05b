"""Limits for a person hold from a day on; a plan says whether devices give the daily sign."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("care_limit", sa.Column("since", sa.Date(), nullable=True))
    op.execute("UPDATE care_limit SET since = (set_at AT TIME ZONE 'Asia/Shanghai')::date")
    op.alter_column("care_limit", "since", nullable=False)
    op.drop_constraint(op.f("pk_care_limit"), "care_limit", type_="primary")
    op.create_primary_key(op.f("pk_care_limit"), "care_limit", ["person_id", "since"])
    op.add_column(
        "wellbeing_plan",
        sa.Column("by_device", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )


def downgrade() -> None:
    op.drop_column("wellbeing_plan", "by_device")
    op.execute(
        "DELETE FROM care_limit a USING care_limit b WHERE a.person_id = b.person_id AND a.since < b.since"
    )
    op.drop_constraint(op.f("pk_care_limit"), "care_limit", type_="primary")
    op.create_primary_key(op.f("pk_care_limit"), "care_limit", ["person_id"])
    op.drop_column("care_limit", "since")
