"""The catalogue of care, carers, and requests with their log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "care_service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("prepare", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("by_window", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_service")),
        sa.UniqueConstraint("code", name=op.f("uq_care_service_code")),
    )
    op.create_table(
        "care_carer",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("skills", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sex IN ('f', 'm')", name=op.f("ck_care_carer_sex")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_care_carer_place_id_place")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_care_carer_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_care_carer")),
    )
    op.create_table(
        "care_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("booked", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sex_wish", sa.String(), nullable=True),
        sa.Column("brief_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_by", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(carer_id IS NOT NULL) = (state IN ('assigned', 'accepted', 'arrived', 'done', 'rated'))",
            name=op.f("ck_care_request_carer"),
        ),
        sa.CheckConstraint("sex_wish IN ('f', 'm')", name=op.f("ck_care_request_sex_wish")),
        sa.CheckConstraint(
            "state IN ('unpaid', 'requested', 'assigned', 'accepted', 'arrived', 'done', 'rated',"
            " 'cancelled', 'declined')",
            name=op.f("ck_care_request_state"),
        ),
        sa.CheckConstraint("stars IS NULL OR stars BETWEEN 1 AND 5", name=op.f("ck_care_request_stars")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_request_person_id_person")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_care_request_place_id_place")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["care_service.id"], name=op.f("fk_care_request_service_id_care_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_request")),
    )
    op.create_index(
        "ix_care_request_open",
        "care_request",
        ["place_id", "since"],
        unique=False,
        postgresql_where=sa.text("state IN ('requested', 'assigned', 'accepted', 'arrived')"),
    )
    op.create_index("ix_care_request_person", "care_request", ["person_id", "requested_at"], unique=False)
    op.create_index(
        "ix_care_request_unsettled",
        "care_request",
        ["id"],
        unique=False,
        postgresql_where=sa.text("NOT settled"),
    )
    op.create_table(
        "care_shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_care_shift_place_id_place")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["care_service.id"], name=op.f("fk_care_shift_service_id_care_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_shift")),
    )
    op.create_index("uq_care_shift", "care_shift", ["service_id", "place_id", "day"], unique=True)
    op.create_table(
        "care_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_care_terms_span")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_care_terms_place_id_place")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["care_service.id"], name=op.f("fk_care_terms_service_id_care_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_terms")),
    )
    op.create_index(op.f("ix_care_terms_service_id"), "care_terms", ["service_id"], unique=False)
    op.create_table(
        "care_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["care_request.id"], name=op.f("fk_care_step_request_id_care_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_step")),
    )
    op.create_index(op.f("ix_care_step_request_id"), "care_step", ["request_id"], unique=False)


def downgrade() -> None:
    op.drop_table("care_step")
    op.drop_table("care_terms")
    op.drop_table("care_shift")
    op.drop_table("care_request")
    op.drop_table("care_carer")
    op.drop_table("care_service")
