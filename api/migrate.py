"""Brings a database to the present shape with Alembic; safe to run from several machines at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

LOCK = 715_001_500
"""Advisory lock key: one migration at a time."""


def sync_url(database_url: str) -> str:
    """Write a libpq URL the way SQLAlchemy names psycopg."""
    return "postgresql+psycopg://" + database_url.split("://", maxsplit=1)[1]


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(database_url: str) -> None:
    """Migrate to the newest revision; another process doing the same is waited for."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: _connect(database_url))
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            command.upgrade(configuration(connection), "head")
    finally:
        engine.dispose()


def _connect(database_url: str):  # noqa: ANN202 - psycopg's connection, typed by SQLAlchemy
    import psycopg  # noqa: PLC0415 - the API process itself never needs it

    return psycopg.connect(database_url, target_session_attrs="read-write")
