"""Batches that must not be handed out any more."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("breakfast_stock", sa.Column("recalled_batch", sa.String(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup that was made before upgrading")
