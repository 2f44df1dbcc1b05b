"""Alembic's environment: the connection comes from api.migrate, the target from the models."""

from alembic import context

from api.migrations.filters import ours
from api.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
