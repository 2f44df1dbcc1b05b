"""The later hour at which help is wished for, and when it was settled by phone."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("care_request", sa.Column("wished_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("care_request", sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("care_request", "agreed_at")
    op.drop_column("care_request", "wished_at")
