"""Payments of which a part goes back."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup that was made before upgrading")
