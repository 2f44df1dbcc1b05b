"""Alembic's environment: the connection comes from api.migrate, the target from the models."""

from alembic import context

from api.tables import METADATA

IGNORED_PREFIX = "procrastinate"
"""Tables of the job library, which brings and upgrades its own schema."""


def _ours(_object: object, name: str | None, type_: str, reflected: bool, _compare_to: object) -> bool:  # noqa: FBT001 - Alembic's signature
    """Leave the job library's tables alone."""
    return not (type_ == "table" and reflected and name is not None and name.startswith(IGNORED_PREFIX))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=_ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
