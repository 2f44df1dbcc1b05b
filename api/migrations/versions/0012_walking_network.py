"""The walking network, and the walks to every place over it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "walk_network",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("weights", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.Column("stretches", sa.LargeBinary(), nullable=False),
        sa.Column("traits", sa.LargeBinary(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_walk_network")),
    )
    op.create_table(
        "walk_reach",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.BigInteger(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("standard", sa.LargeBinary(), nullable=False),
        sa.Column("elder", sa.LargeBinary(), nullable=False),
        sa.Column("wheelchair", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_walk_reach_place_id_place")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_walk_reach")),
    )
    op.create_index("ix_walk_reach_version", "walk_reach", ["version"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup that was made before upgrading")
