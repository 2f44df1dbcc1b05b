"""Devices, their readings, limits for a person, alerts, and the district's limits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "reading_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("values", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_rule")),
    )
    op.create_table(
        "care_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('bp', 'glucose', 'heart', 'fall', 'water')", name=op.f("ck_care_device_kind")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_device_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_device")),
    )
    op.create_index("ix_care_device_person", "care_device", ["person_id"])
    op.create_index(
        "ix_care_device_water",
        "care_device",
        ["used_at"],
        postgresql_where=sa.text("kind = 'water' AND gone_at IS NULL"),
    )
    op.create_table(
        "care_reading",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("values_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["care_device.id"], name=op.f("fk_care_reading_device_id_care_device")
        ),
        sa.PrimaryKeyConstraint("device_id", "at", name=op.f("pk_care_reading")),
    )
    op.create_index("ix_care_reading_person", "care_reading", ["person_id", "kind", "at"])
    op.create_table(
        "care_limit",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_limit_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_care_limit")),
    )
    op.create_table(
        "care_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("side IN ('high', 'low', 'silent')", name=op.f("ck_care_alert_side")),
        sa.CheckConstraint("(seen_by IS NULL) = (seen_at IS NULL)", name=op.f("ck_care_alert_seen")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_alert_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_alert")),
    )
    op.create_index(
        "uq_care_alert_open",
        "care_alert",
        ["person_id", "kind"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("care_alert", "care_limit", "care_reading", "care_device", "reading_rule"):
        op.drop_table(table)
