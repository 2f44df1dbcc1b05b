"""Imports of places that can be taken back, and the subdistricts' outlines."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "place_key",
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_key_place_id_place")),
        sa.PrimaryKeyConstraint("scene", "key", name=op.f("pk_place_key")),
        sa.UniqueConstraint("place_id", name=op.f("uq_place_key_place_id")),
    )
    op.create_table(
        "place_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("scene", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("report", JSON, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", AT, nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'done', 'undone')", name=op.f("ck_place_import_state")),
        sa.CheckConstraint(
            "(state = 'proposed') = (content IS NOT NULL)",
            name=op.f("ck_place_import_content_while_proposed"),
        ),
        sa.CheckConstraint("datum IN ('gcj02', 'wgs84')", name=op.f("ck_place_import_datum")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_import")),
    )
    op.create_index(op.f("ix_place_import_done_at"), "place_import", ["done_at"], unique=False)
    op.create_table(
        "place_import_line",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("key_is_new", sa.Boolean(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["place_import.id"], name=op.f("fk_place_import_line_import_id_place_import")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_import_line_place_id_place")),
        sa.PrimaryKeyConstraint("import_id", "place_id", name=op.f("pk_place_import_line")),
    )
    op.create_index("ix_place_import_line_place_id", "place_import_line", ["place_id"], unique=False)
    op.create_table(
        "subdistrict_outline",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("names", JSON, nullable=False),
        sa.Column("rings", JSON, nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_subdistrict_outline")),
    )


def downgrade() -> None:
    op.drop_table("subdistrict_outline")
    op.drop_table("place_import_line")
    op.drop_table("place_import")
    op.drop_table("place_key")
