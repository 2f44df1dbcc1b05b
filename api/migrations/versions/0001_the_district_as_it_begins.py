"""The district as it begins."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AUDIT_GUARD = (
    """
    CREATE FUNCTION audit_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit entries are final'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_final()
    """,
)
"""The database itself refuses to change the audit log."""


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "octet_length(previous) = 32 AND octet_length(digest) = 32", name=op.f("ck_audit_entry_digests")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_staff_id", "audit_entry", ["staff_id", "at"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_seconds", sa.Integer(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("payment_state", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("exclusivity_key", sa.String(), nullable=True),
        sa.Column("queue_no", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'held') = (hold_expires_at IS NOT NULL)", name=op.f("ck_booking_held_has_expiry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        postgresql_with={"fillfactor": "90"},
    )
    op.create_index(
        "ix_booking_booked_by",
        "booking",
        ["booked_by", "starts_at"],
        unique=False,
        postgresql_where=sa.text("booked_by <> person_id"),
    )
    op.create_index(
        "ix_booking_confirmed_end",
        "booking",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("state = 'confirmed'"),
    )
    op.create_index("ix_booking_group", "booking", ["group_id"], unique=False)
    op.create_index(
        "ix_booking_hold",
        "booking",
        ["hold_expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index("ix_booking_person", "booking", ["person_id", "starts_at"], unique=False)
    op.create_index(
        "uq_booking_code_active",
        "booking",
        ["place_id", "code"],
        unique=True,
        postgresql_where=sa.text("state IN ('held', 'confirmed', 'checked_in')"),
    )
    op.create_index(
        "uq_booking_exclusivity_active",
        "booking",
        ["exclusivity_key"],
        unique=True,
        postgresql_where=sa.text("state IN ('held', 'confirmed', 'checked_in')"),
    )
    op.create_table(
        "booking_line",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("unit_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_booking_line_units_positive")),
        sa.PrimaryKeyConstraint("booking_id", "window_id", name=op.f("pk_booking_line")),
    )
    op.create_index("ix_booking_line_window", "booking_line", ["window_id"], unique=False)
    op.create_table(
        "booking_queue",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_booking_queue")),
    )
    op.create_table(
        "booking_standing",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_booking_standing")),
    )
    op.create_table(
        "booking_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("falls_through_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("hold_seconds", sa.Integer(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_window_ends_after_start")),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= capacity", name=op.f("ck_booking_window_taken_within_capacity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_window")),
        postgresql_with={"fillfactor": "60"},
    )
    op.create_index(op.f("ix_booking_window_group_id"), "booking_window", ["group_id"], unique=False)
    op.create_index(
        "ix_booking_window_place_start", "booking_window", ["place_id", "starts_at"], unique=False
    )
    op.create_table(
        "closure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("window_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_table(
        "idempotency",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_at"), "idempotency", ["at"], unique=False)
    op.create_table(
        "inbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dedupe", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("speak", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_message")),
        sa.UniqueConstraint("person_id", "dedupe", name="uq_inbox_message_dedupe"),
    )
    op.create_index("ix_inbox_message_person", "inbox_message", ["person_id", "id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refund_state", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.Column("pay_url", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing", sa.Boolean(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("next_ask_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "refund_state IN ('none', 'requested', 'refunded', 'abnormal')",
            name=op.f("ck_payment_refund_state"),
        ),
        sa.CheckConstraint("settled_at IS NULL OR state = 'success'", name=op.f("ck_payment_settled_at")),
        sa.CheckConstraint(
            "state IN ('created', 'submitted', 'success', 'failed', 'cancelled', 'error')",
            name=op.f("ck_payment_state"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_amount_fen")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    op.create_index(
        "ix_payment_ask",
        "payment",
        ["next_ask_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('created', 'submitted')"),
    )
    op.create_index("ix_payment_booking_id", "payment", ["booking_id"], unique=False)
    op.create_index(
        "ix_payment_unsettled",
        "payment",
        ["succeeded_at"],
        unique=False,
        postgresql_where=sa.text("state = 'success' AND settled_at IS NULL"),
    )
    op.create_index(
        "uq_payment_live",
        "payment",
        ["booking_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('created', 'submitted', 'success')"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_no", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.LargeBinary(), nullable=True),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("hukou", sa.Boolean(), nullable=False),
        sa.Column("has_account", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sex IN ('f', 'm')", name=op.f("ck_person_sex")),
        sa.CheckConstraint("(id_sealed IS NULL) = (id_index IS NULL)", name=op.f("ck_person_id_with_index")),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name=op.f("ck_person_both_coordinates")),
        sa.CheckConstraint(
            "(phone_sealed IS NULL) = (phone_index IS NULL)", name=op.f("ck_person_phone_with_index")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("resident_no", name="uq_person_resident_no"),
    )
    op.create_index(
        "ix_person_phone_index",
        "person",
        ["phone_index"],
        unique=False,
        postgresql_where=sa.text("phone_index IS NOT NULL"),
    )
    op.create_index(
        "uq_person_id_index",
        "person",
        ["id_index"],
        unique=True,
        postgresql_where=sa.text("id_index IS NOT NULL"),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("subdistrict", sa.String(), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("weekly_hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("holiday_rule", sa.String(), nullable=False),
        sa.Column("holiday_hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hours_source", sa.String(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "holiday_rule IN ('closed', 'usual', 'hours')", name=op.f("ck_place_holiday_rule_known")
        ),
        sa.CheckConstraint(
            "lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name=op.f("ck_place_on_earth")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index(op.f("ix_place_version"), "place", ["version"], unique=False)
    op.create_table(
        "place_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_place_change_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_change")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('clinic', 'charging', 'breakfast', 'eldercare', 'district', 'auditor')",
            name=op.f("ck_staff_role"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name="uq_staff_username"),
    )
    op.create_table(
        "unit_return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_return")),
    )
    op.create_index(op.f("ix_unit_return_due_at"), "unit_return", ["due_at"], unique=False)
    op.create_index(op.f("ix_unit_return_window_id"), "unit_return", ["window_id"], unique=False)
    op.create_table(
        "waitlist_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("clears_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
    )
    op.create_index(
        "ix_waitlist_entry_order",
        "waitlist_entry",
        ["group_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_waitlist_entry_person", "waitlist_entry", ["person_id"], unique=False)
    op.create_index(
        "uq_waitlist_entry_waiting",
        "waitlist_entry",
        ["group_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'offered')"),
    )
    op.create_table(
        "clinic_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_clinic_rule_valid")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_clinic_rule_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_rule")),
    )
    op.create_index("ix_clinic_rule_place_id", "clinic_rule", ["place_id", "valid_from"], unique=False)
    op.create_table(
        "clinic_strike",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('no_show', 'late_cancel')", name=op.f("ck_clinic_strike_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_clinic_strike_person_id_person")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_clinic_strike")),
    )
    op.create_index("ix_clinic_strike_person_id", "clinic_strike", ["person_id", "kind", "at"], unique=False)
    op.create_table(
        "department",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_department_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("place_id", "code", name="uq_department_place_id_code"),
    )
    op.create_table(
        "patient_link",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("account_id <> person_id", name=op.f("ck_patient_link_not_oneself")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["person.id"], name=op.f("fk_patient_link_account_id_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_patient_link_person_id_person")),
        sa.PrimaryKeyConstraint("account_id", "person_id", name=op.f("pk_patient_link")),
    )
    op.create_index("ix_patient_link_person_id", "patient_link", ["person_id"], unique=False)
    op.create_table(
        "payment_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("event_no", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('applied', 'repeated', 'refused', 'mismatch')", name=op.f("ck_payment_event_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_event_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
        sa.UniqueConstraint("method", "event_no", name="uq_payment_event_no"),
    )
    op.create_index("ix_payment_event_payment_id", "payment_event", ["payment_id"], unique=False)
    op.create_table(
        "place_exception",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_exception_place_id_place")),
        sa.PrimaryKeyConstraint("place_id", "day", name=op.f("pk_place_exception")),
    )
    op.create_table(
        "preference",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ui_style", sa.String(), nullable=False),
        sa.Column("text_scale", sa.Float(), nullable=False),
        sa.Column("contrast", sa.String(), nullable=False),
        sa.Column("speech_rate", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("contrast IN ('normal', 'high')", name=op.f("ck_preference_contrast")),
        sa.CheckConstraint("ui_style IN ('standard', 'elder')", name=op.f("ck_preference_ui_style")),
        sa.CheckConstraint("speech_rate BETWEEN 0.5 AND 1.5", name=op.f("ck_preference_speech_rate")),
        sa.CheckConstraint("text_scale BETWEEN 1.0 AND 2.0", name=op.f("ck_preference_text_scale")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preference")),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("out_refund_no", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('requested', 'refunded', 'abnormal')", name=op.f("ck_refund_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_amount_fen")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("out_refund_no", name="uq_refund_out_refund_no"),
    )
    op.create_index(
        "ix_refund_abnormal",
        "refund",
        ["requested_at"],
        unique=False,
        postgresql_where=sa.text("state = 'abnormal'"),
    )
    op.create_index(
        "ix_refund_due",
        "refund",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.create_index("ix_refund_payment_id", "refund", ["payment_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("family_hash", sa.LargeBinary(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('app', 'page')", name=op.f("ck_sign_in_channel")),
        sa.CheckConstraint("num_nonnulls(person_id, staff_id) = 1", name=op.f("ck_sign_in_one_owner")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index("ix_sign_in_expires_at", "sign_in", ["expires_at"], unique=False)
    op.create_index(
        "ix_sign_in_person_id",
        "sign_in",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index(
        "ix_sign_in_revoked_at",
        "sign_in",
        ["revoked_at"],
        unique=False,
        postgresql_where=sa.text("revoked_at IS NOT NULL"),
    )
    op.create_index(
        "ix_sign_in_staff_id",
        "sign_in",
        ["staff_id"],
        unique=False,
        postgresql_where=sa.text("staff_id IS NOT NULL"),
    )
    op.create_table(
        "staff_place",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_place_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", "place_id", name=op.f("pk_staff_place")),
    )
    op.create_table(
        "doctor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("intro", sa.String(), nullable=False),
        sa.Column("family", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_doctor_department_id_department")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_doctor_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctor")),
    )
    op.create_index(op.f("ix_doctor_department_id"), "doctor", ["department_id"], unique=False)
    op.create_index("ix_doctor_place_id", "doctor", ["place_id"], unique=False)
    op.create_table(
        "clinic_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("doctor_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waitlist_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("serving_booking_id", sa.Uuid(), nullable=True),
        sa.Column("serving_no", sa.Integer(), nullable=True),
        sa.CheckConstraint("period IN ('am', 'pm')", name=op.f("ck_clinic_session_period")),
        sa.CheckConstraint("state IN ('open', 'stopped')", name=op.f("ck_clinic_session_state")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_clinic_session_ends_after_start")),
        sa.CheckConstraint("fee_fen >= 0", name=op.f("ck_clinic_session_fee")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_clinic_session_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_clinic_session_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_clinic_session_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_session")),
        sa.UniqueConstraint("place_id", "doctor_id", "day", "period", name="uq_clinic_session_shift"),
    )
    op.create_index("ix_clinic_session_grade_day", "clinic_session", ["grade", "day"], unique=False)
    op.create_index("ix_clinic_session_place_day", "clinic_session", ["place_id", "day"], unique=False)
    op.create_table(
        "family_doctor_contract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("doctor_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctor.id"], name=op.f("fk_family_doctor_contract_doctor_id_doctor")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_family_doctor_contract_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_family_doctor_contract_place_id_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_doctor_contract")),
    )
    op.create_index(
        op.f("ix_family_doctor_contract_doctor_id"), "family_doctor_contract", ["doctor_id"], unique=False
    )
    op.create_index(
        "uq_family_doctor_contract_running",
        "family_doctor_contract",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    for statement in AUDIT_GUARD:
        op.execute(statement)
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())  # no parameters: it holds %


def downgrade() -> None:
    raise NotImplementedError("the first revision has nothing before it: drop the database instead")
