"""The daily sign: plans, signs, missed days, and the district's minutes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "wellbeing_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wellbeing_rule")),
    )
    op.create_table(
        "wellbeing_plan",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("by_hour", sa.Time(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("tell_kin", sa.Boolean(), nullable=False),
        sa.Column("tell_community", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("pause_reason", sa.String(), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(paused_from IS NULL) = (paused_until IS NULL)", name=op.f("ck_wellbeing_plan_pause")
        ),
        sa.CheckConstraint(
            "pause_reason IN ('away', 'hospital', 'other')", name=op.f("ck_wellbeing_plan_pause_reason")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_wellbeing_plan_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_wellbeing_plan")),
    )
    op.create_index(
        "ix_wellbeing_plan_by_hour", "wellbeing_plan", ["by_hour"], postgresql_where=sa.text("active")
    )
    op.create_table(
        "wellbeing_sign",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.CheckConstraint("how IN ('tap', 'open', 'device', 'staff')", name=op.f("ck_wellbeing_sign_how")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_wellbeing_sign_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_wellbeing_sign")),
    )
    op.create_table(
        "wellbeing_miss",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=False),
        sa.Column("kin_at", INSTANT, nullable=True),
        sa.Column("visit_at", INSTANT, nullable=True),
        sa.Column("visit_due", INSTANT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.CheckConstraint("step BETWEEN 1 AND 3", name=op.f("ck_wellbeing_miss_step")),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_wellbeing_miss_taken")),
        sa.CheckConstraint("(result IS NULL) = (closed_at IS NULL)", name=op.f("ck_wellbeing_miss_closed")),
        sa.CheckConstraint(
            "result IN ('signed', 'fine', 'helped', 'hospital', 'away')",
            name=op.f("ck_wellbeing_miss_result"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_wellbeing_miss_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wellbeing_miss")),
        sa.UniqueConstraint("person_id", "day", name="uq_wellbeing_miss_day"),
    )
    op.create_index(
        "ix_wellbeing_miss_open",
        "wellbeing_miss",
        ["visit_due"],
        postgresql_where=sa.text("visit_due IS NOT NULL AND closed_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("wellbeing_miss", "wellbeing_sign", "wellbeing_plan", "wellbeing_rule"):
        op.drop_table(table)
