"""Who lives in a nursing home."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "care_resident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_care_resident_span")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_care_resident_place_id_place")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_resident_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_resident")),
    )
    op.create_index(
        "uq_care_resident_now",
        "care_resident",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index("ix_care_resident_place", "care_resident", ["place_id", "since"], unique=False)


def downgrade() -> None:
    op.drop_table("care_resident")
