"""When people arrived and were called in, how often claims were refused, how far the audit was checked."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booking", sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("booking", sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "booking_refusal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "place_id", "scene", "code", name=op.f("pk_booking_refusal")),
    )
    op.create_index(
        "ix_notice_delivery_failed",
        "notice_delivery",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'failed'"),
    )
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("broken_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_check_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
    )


def downgrade() -> None:
    op.drop_table("audit_check")
    op.drop_index("ix_notice_delivery_failed", table_name="notice_delivery")
    op.drop_table("booking_refusal")
    op.drop_column("booking", "called_at")
    op.drop_column("booking", "arrived_at")
