"""Payments of which a part goes back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("captured_fen", sa.Integer(), nullable=True))
    op.add_column("payment", sa.Column("refunded_fen", sa.Integer(), server_default="0", nullable=False))
    for column in ("captured_fen", "refunded_fen"):
        name, within = op.f(f"ck_payment_{column}"), f"{column} >= 0 AND {column} <= amount_fen"
        op.create_check_constraint(name, "payment", within)


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup that was made before upgrading")
