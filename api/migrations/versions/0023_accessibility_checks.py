"""The scores of published checks of the pages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accessibility_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility_check")),
    )
    op.create_index("ix_accessibility_check_checked_at", "accessibility_check", ["checked_at"], unique=False)


def downgrade() -> None:
    op.drop_table("accessibility_check")
