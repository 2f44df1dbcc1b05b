"""Breakfast: points, items and stock of the day, carts, repeats, batches, history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "breakfast_demand",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("sold_out", sa.Boolean(), nullable=False),
        sa.Column("weather", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("place_id", "item_id", "day", name=op.f("pk_breakfast_demand")),
    )
    op.create_table(
        "breakfast_handed",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("stock_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("batch_no", sa.String(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("handed_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", "stock_id", name=op.f("pk_breakfast_handed")),
    )
    op.create_index("ix_breakfast_handed_batch", "breakfast_handed", ["batch_no"], unique=False)
    op.create_table(
        "breakfast_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("allergens", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("suits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("daily_stock", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "price_fen >= 0 AND daily_stock >= 0", name=op.f("ck_breakfast_item_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakfast_item")),
    )
    op.create_index(op.f("ix_breakfast_item_place_id"), "breakfast_item", ["place_id"], unique=False)
    op.create_table(
        "breakfast_point",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("slot_orders", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('shop', 'cart', 'locker')", name=op.f("ck_breakfast_point_kind")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_breakfast_point")),
    )
    op.create_table(
        "breakfast_release",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_breakfast_release")),
    )
    op.create_table(
        "breakfast_repeat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("skips", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("placed_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakfast_repeat")),
    )
    op.create_index("ix_breakfast_repeat_booked_by", "breakfast_repeat", ["booked_by"], unique=False)
    op.create_index(
        "ix_breakfast_repeat_weekday",
        "breakfast_repeat",
        ["weekday"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "breakfast_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakfast_rule")),
        sa.UniqueConstraint(
            "place_id", "since", name="uq_breakfast_rule_since", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_table(
        "cart_position",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("out_of_order_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_of_order_done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_cart_position")),
    )
    op.create_table(
        "cart_stop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("weekdays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_stop")),
    )
    op.create_index(op.f("ix_cart_stop_place_id"), "cart_stop", ["place_id"], unique=False)
    op.create_table(
        "breakfast_stock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("batch_no", sa.String(), nullable=True),
        sa.Column("cheaper_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["breakfast_item.id"], name=op.f("fk_breakfast_stock_item_id_breakfast_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakfast_stock")),
        sa.UniqueConstraint("place_id", "day", "item_id", name="uq_breakfast_stock_item"),
        sa.UniqueConstraint("window_id", name=op.f("uq_breakfast_stock_window_id")),
    )
    op.create_table(
        "breakfast_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stock_id", sa.Uuid(), nullable=False),
        sa.Column("batch_no", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["breakfast_stock.id"], name=op.f("fk_breakfast_batch_stock_id_breakfast_stock")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakfast_batch")),
    )
    op.create_index("ix_breakfast_batch_no", "breakfast_batch", ["batch_no"], unique=False)
    op.create_index(op.f("ix_breakfast_batch_stock_id"), "breakfast_batch", ["stock_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup that was made before upgrading")
