"""Carers who can be called when somebody calls for help, and their hours."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("care_carer", sa.Column("person_id", sa.Uuid(), nullable=True))
    op.add_column("care_carer", sa.Column("on_from", sa.Time(), nullable=True))
    op.add_column("care_carer", sa.Column("on_until", sa.Time(), nullable=True))
    op.create_foreign_key(
        op.f("fk_care_carer_person_id_person"), "care_carer", "person", ["person_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_care_carer_hours"), "care_carer", "(on_from IS NULL) = (on_until IS NULL)"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_care_carer_hours"), "care_carer")
    op.drop_constraint(op.f("fk_care_carer_person_id_person"), "care_carer")
    for name in ("on_until", "on_from", "person_id"):
        op.drop_column("care_carer", name)
