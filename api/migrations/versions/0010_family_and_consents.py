"""Delegations, consents, assistance at a counter, and what was done in somebody's name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_staff", sa.Uuid(), nullable=True),
        sa.Column("cooling_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("asked_by IN ('principal', 'delegate')", name=op.f("ck_delegation_asked_by")),
        sa.CheckConstraint(
            "state <> 'active' OR approved_at IS NOT NULL", name=op.f("ck_delegation_approved")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'active', 'declined', 'revoked', 'expired')",
            name=op.f("ck_delegation_state"),
        ),
        sa.CheckConstraint(
            'jsonb_array_length(scopes) > 0 AND scopes <@ \'["book", "pay", "view"]\'::jsonb',
            name=op.f("ck_delegation_scopes"),
        ),
        sa.CheckConstraint("principal_id <> delegate_id", name=op.f("ck_delegation_not_oneself")),
        sa.ForeignKeyConstraint(
            ["approved_by_staff"], ["staff.id"], name=op.f("fk_delegation_approved_by_staff_staff")
        ),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["person.id"], name=op.f("fk_delegation_delegate_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["person.id"], name=op.f("fk_delegation_principal_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index("ix_delegation_principal_id", "delegation", ["principal_id", "delegate_id"], unique=False)
    op.create_index(
        "uq_delegation_running",
        "delegation",
        ["delegate_id", "principal_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'active')"),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("subject IN ('health', 'location')", name=op.f("ck_consent_subject")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"], unique=False)
    op.create_index(
        "uq_consent_given",
        "consent",
        ["person_id", "subject"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "family_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_rule")),
    )
    op.create_table(
        "assist_code",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assist_code_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_assist_code")),
    )
    op.create_table(
        "assist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint("ended_by IN ('staff', 'person')", name=op.f("ck_assist_ended_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assist_person_id_person")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_assist_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist")),
    )
    op.create_index("ix_assist_person_id", "assist", ["person_id"], unique=False)
    op.create_index(
        "uq_assist_running", "assist", ["staff_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "act_in_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("actor IN ('delegate', 'staff')", name=op.f("ck_act_in_name_actor")),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["person.id"], name=op.f("fk_act_in_name_principal_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_in_name")),
    )
    op.create_index("ix_act_in_name_principal_id", "act_in_name", ["principal_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("act_in_name")
    op.drop_table("assist")
    op.drop_table("assist_code")
    op.drop_table("family_rule")
    op.drop_table("consent")
    op.drop_table("delegation")
