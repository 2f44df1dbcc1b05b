"""Notes from one shift of the care desk to the next."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "care_handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_care_handover_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_handover")),
    )
    op.create_index(op.f("ix_care_handover_place_id"), "care_handover", ["place_id"], unique=False)


def downgrade() -> None:
    op.drop_table("care_handover")
