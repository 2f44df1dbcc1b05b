"""How a person likes to be told: quiet hours, reminders, the number to call."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice_preference", sa.Column("quiet_from", sa.Time(), nullable=True))
    op.add_column("notice_preference", sa.Column("quiet_until", sa.Time(), nullable=True))
    op.add_column(
        "notice_preference",
        sa.Column("reminders", sa.Boolean(), nullable=False, server_default=sa.text("true")),
    )
    op.add_column("notice_preference", sa.Column("call_phone_sealed", sa.LargeBinary(), nullable=True))
    op.create_check_constraint(
        op.f("ck_notice_preference_quiet"),
        "notice_preference",
        "(quiet_from IS NULL) = (quiet_until IS NULL)",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_notice_preference_quiet"), "notice_preference")
    for column in ("call_phone_sealed", "reminders", "quiet_until", "quiet_from"):
        op.drop_column("notice_preference", column)
