"""Notices by SMS, WeChat and telephone: deliveries, grants, preferences, the district's rule."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_inbox_message_dedupe",
        "inbox_message",
        ["dedupe"],
        unique=False,
        postgresql_ops={"dedupe": "text_pattern_ops"},
    )
    op.create_table(
        "notice_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("useless_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('wechat', 'sms', 'call')", name=op.f("ck_notice_delivery_channel")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'delivered', 'failed', 'listed', 'done')",
            name=op.f("ck_notice_delivery_state"),
        ),
        sa.CheckConstraint(
            "(channel = 'call') = (state IN ('listed', 'done')) OR state = 'failed'",
            name=op.f("ck_notice_delivery_calls"),
        ),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_notice_delivery_taken")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["inbox_message.id"], name=op.f("fk_notice_delivery_message_id_inbox_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
        sa.UniqueConstraint("message_id", "channel", name="uq_notice_delivery_channel"),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "ix_notice_delivery_due",
        "notice_delivery",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending', 'sent')"),
    )
    op.create_index(
        "ix_notice_delivery_listed",
        "notice_delivery",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'listed'"),
    )
    op.create_table(
        "wechat_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("openid_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= granted", name=op.f("ck_wechat_grant_used_within_granted")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_wechat_grant")),
    )
    op.create_table(
        "notice_preference",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("prefer", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "prefer IN ('auto', 'sms', 'call', 'inbox')", name=op.f("ck_notice_preference_prefer")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "notice_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_notice_rule_valid")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_rule")),
    )


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup that was made before upgrading")
