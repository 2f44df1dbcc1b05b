"""Photos of visits, sealed and kept for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "care_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("photo_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["care_request.id"], name=op.f("fk_care_photo_request_id_care_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_photo")),
    )
    op.create_index(op.f("ix_care_photo_request_id"), "care_photo", ["request_id"], unique=False)
    op.create_index(op.f("ix_care_photo_keep_until"), "care_photo", ["keep_until"], unique=False)


def downgrade() -> None:
    op.drop_table("care_photo")
