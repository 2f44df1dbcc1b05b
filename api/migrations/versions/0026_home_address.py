"""The street, number and door of a person's home, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("address_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "address_sealed")
