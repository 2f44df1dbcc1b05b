"""Alarms with their ladder, and their log that the database itself refuses to change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STEP_GUARD = (
    """
    CREATE FUNCTION sos_step_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the log of an alarm is final'; END $$
    """,
    """
    CREATE TRIGGER sos_step_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON sos_step
    FOR EACH STATEMENT EXECUTE FUNCTION sos_step_is_final()
    """,
)


def upgrade() -> None:
    op.create_table(
        "sos_alarm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("place_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("place_source", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_rung", sa.Integer(), nullable=True),
        sa.Column("attended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attended_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("result_note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('tap', 'fall')", name=op.f("ck_sos_alarm_source")),
        sa.CheckConstraint(
            "state IN ('pending', 'calling', 'answered', 'attended', 'closed', 'cancelled')",
            name=op.f("ck_sos_alarm_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sos_alarm")),
    )
    op.create_index(
        "ix_sos_alarm_due",
        "sos_alarm",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_sos_alarm_raised_at", "sos_alarm", ["raised_at"], unique=False)
    op.create_index(
        "uq_sos_alarm_open",
        "sos_alarm",
        ["person_id", "drill"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('closed', 'cancelled')"),
    )
    op.create_table(
        "sos_duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sos_duty")),
    )
    op.create_index("ix_sos_duty_area", "sos_duty", ["area", "since"], unique=False)
    op.create_table(
        "sos_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sos_rule")),
    )
    op.create_table(
        "sos_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('told', 'nobody', 'failed')", name=op.f("ck_sos_call_state")),
        sa.CheckConstraint(
            "target IN ('desk', 'kin', 'carer', 'duty', 'elder')", name=op.f("ck_sos_call_target")
        ),
        sa.ForeignKeyConstraint(["alarm_id"], ["sos_alarm.id"], name=op.f("fk_sos_call_alarm_id_sos_alarm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sos_call")),
        sa.UniqueConstraint(
            "alarm_id", "round", "rung", "person_id", name="uq_sos_call", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index(
        "ix_sos_call_person_id",
        "sos_call",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_table(
        "sos_step",
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "actor IN ('elder', 'kin', 'carer', 'duty', 'staff', 'time')", name=op.f("ck_sos_step_actor")
        ),
        sa.ForeignKeyConstraint(["alarm_id"], ["sos_alarm.id"], name=op.f("fk_sos_step_alarm_id_sos_alarm")),
        sa.PrimaryKeyConstraint("alarm_id", "seq", name=op.f("pk_sos_step")),
    )
    op.create_index(
        "uq_sos_step_rung",
        "sos_step",
        ["alarm_id", "round", "rung"],
        unique=True,
        postgresql_where=sa.text("kind = 'rung'"),
    )
    for statement in STEP_GUARD:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup that was made before upgrading")
