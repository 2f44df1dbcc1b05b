"""Bookings that move and free what is unused; operators, stations and charging sessions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MISSED_FROM = """
UPDATE booking SET no_show_at = ends_at + make_interval(mins => COALESCE((terms->>'graceMinutes')::int, 0))
"""
"""Bookings made before are missed as they were: when their grace after the end is over."""


def upgrade() -> None:
    op.create_table(
        "charging_operator",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("dialect", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("secrets_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stations_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charging_operator")),
        sa.UniqueConstraint("operator_code", name="uq_charging_operator_code"),
    )
    op.create_table(
        "charging_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charging_rule")),
        sa.UniqueConstraint("place_id", "since", name="uq_charging_rule_since"),
    )
    op.create_table(
        "connector_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connector_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_change")),
    )
    op.create_index("ix_connector_change_station", "connector_change", ["station_id", "at"], unique=False)
    op.create_table(
        "fault_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connector_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("photo_type", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'confirmed', 'dismissed', 'repaired')", name=op.f("ck_fault_report_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_report")),
    )
    op.create_index("ix_fault_report_station", "fault_report", ["station_id", "at"], unique=False)
    op.create_table(
        "partner_incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_incident")),
        sa.UniqueConstraint(
            "operator_id",
            "call",
            "kind",
            "hour",
            name="uq_partner_incident_hour",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_partner_incident_at", "partner_incident", ["last_at"], unique=False)
    op.create_table(
        "partner_message",
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("seq", sa.String(), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("sig", sa.String(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", "stamp", "seq", name=op.f("pk_partner_message")),
    )
    op.create_index(op.f("ix_partner_message_at"), "partner_message", ["at"], unique=False)
    op.create_table(
        "partner_token",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_partner_token")),
    )
    op.create_index(op.f("ix_partner_token_valid_until"), "partner_token", ["valid_until"], unique=False)
    op.create_table(
        "queue_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("connector_kind", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'taken', 'left', 'lapsed')", name=op.f("ck_queue_entry_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_entry")),
    )
    op.create_index(
        "ix_queue_entry_order", "queue_entry", ["station_id", "connector_kind", "joined_at"], unique=False
    )
    op.create_index("ix_queue_entry_person", "queue_entry", ["person_id"], unique=False)
    op.create_table(
        "reconciled_day",
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", "day", name=op.f("pk_reconciled_day")),
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_seq", sa.String(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("theirs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("difference_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'settled')", name=op.f("ck_reconciliation_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
        sa.UniqueConstraint("operator_id", "day", "start_seq", name="uq_reconciliation_order"),
    )
    op.create_table(
        "station_profile",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("connector_kind", sa.Integer(), nullable=False),
        sa.Column("day_kind", sa.String(), nullable=False),
        sa.Column("busy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("turnover", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("weight", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("learnt_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("station_id", "connector_kind", "day_kind", name=op.f("pk_station_profile")),
    )
    op.create_table(
        "charging_station",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("service_phone", sa.String(), nullable=False),
        sa.Column("support_order", sa.Boolean(), nullable=False),
        sa.Column("park_fee", sa.String(), nullable=False),
        sa.Column("site_guide", sa.String(), nullable=False),
        sa.Column("idle_fee", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["charging_operator.id"],
            name=op.f("fk_charging_station_operator_id_charging_operator"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charging_station")),
        sa.UniqueConstraint("operator_id", "code", name="uq_charging_station_code"),
    )
    op.create_table(
        "charging_connector",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("national_standard", sa.Integer(), nullable=False),
        sa.Column("power_kw", sa.Float(), nullable=False),
        sa.Column("park_no", sa.String(), nullable=False),
        sa.Column("has_lock", sa.Boolean(), nullable=False),
        sa.Column("reservable", sa.Boolean(), nullable=False),
        sa.Column("out_of_service_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_of_service_reason", sa.String(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["charging_station.id"],
            name=op.f("fk_charging_connector_station_id_charging_station"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charging_connector")),
        sa.UniqueConstraint("station_id", "code", name="uq_charging_connector_code"),
    )
    op.create_index("ix_charging_connector_code", "charging_connector", ["code"], unique=False)
    op.create_index(
        op.f("ix_charging_connector_station_id"), "charging_connector", ["station_id"], unique=False
    )
    op.create_table(
        "charging_tariff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("periods", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('operator', 'staff', 'demo')", name=op.f("ck_charging_tariff_source")),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["charging_station.id"],
            name=op.f("fk_charging_tariff_station_id_charging_station"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charging_tariff")),
        sa.UniqueConstraint("station_id", "since", name="uq_charging_tariff_since"),
    )
    op.create_table(
        "charging_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=True),
        sa.Column("connector_id", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("start_seq", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("authorised_fen", sa.Integer(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_asked_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unplugged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("energy_wh", sa.Integer(), nullable=False),
        sa.Column("soc_percent", sa.Integer(), nullable=True),
        sa.Column("running_fen", sa.Integer(), nullable=False),
        sa.Column("tariff", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bill", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("total_fen", sa.Integer(), nullable=True),
        sa.Column("operator_total_fen", sa.Integer(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'charging', 'stopping', 'ended', 'failed')",
            name=op.f("ck_charging_session_state"),
        ),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["charging_connector.id"],
            name=op.f("fk_charging_session_connector_id_charging_connector"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charging_session")),
        sa.UniqueConstraint("booking_id", name="uq_charging_session_booking"),
        sa.UniqueConstraint("start_seq", name="uq_charging_session_seq"),
    )
    op.create_index(
        "ix_charging_session_due",
        "charging_session",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_charging_session_person", "charging_session", ["person_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_charging_session_station", "charging_session", ["station_id", "created_at"], unique=False
    )
    op.create_index(
        "uq_charging_session_live",
        "charging_session",
        ["connector_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'charging', 'stopping')"),
    )
    op.create_table(
        "charging_window",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("connector_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["charging_connector.id"],
            name=op.f("fk_charging_window_connector_id_charging_connector"),
        ),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_charging_window")),
        sa.UniqueConstraint("connector_id", "starts_at", name="uq_charging_window_quarter"),
    )
    op.create_index(op.f("ix_charging_window_starts_at"), "charging_window", ["starts_at"], unique=False)
    op.create_table(
        "connector_status",
        sa.Column("connector_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("park_status", sa.Integer(), nullable=False),
        sa.Column("lock_status", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["charging_connector.id"],
            name=op.f("fk_connector_status_connector_id_charging_connector"),
        ),
        sa.PrimaryKeyConstraint("connector_id", name=op.f("pk_connector_status")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "meter_reading",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("energy_wh", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["charging_session.id"], name=op.f("fk_meter_reading_session_id_charging_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "at", name=op.f("pk_meter_reading")),
    )
    op.add_column("booking", sa.Column("no_show_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(MISSED_FROM)
    op.add_column("booking", sa.Column("relocations", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "booking",
        sa.Column(
            "adjustments", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
    )
    op.add_column(
        "booking",
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.drop_index(
        op.f("ix_booking_confirmed_end"),
        table_name="booking",
        postgresql_where="((state)::text = 'confirmed'::text)",
    )
    op.create_index(
        "ix_booking_missed",
        "booking",
        ["no_show_at"],
        unique=False,
        postgresql_where=sa.text("state = 'confirmed'"),
    )


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup that was made before upgrading")
