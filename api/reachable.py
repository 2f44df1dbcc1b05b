"""Finding out before anything is started whether the database lets us in."""

import psycopg


class DatabaseUnreachable(Exception):  # noqa: N818 - refusals say what happened
    """The database of the settings does not let us in; the message is one line without its password."""


def check_database(url: str) -> None:
    """Open and close one session, or raise DatabaseUnreachable."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise DatabaseUnreachable(f"LIFECIRCLE_DATABASE_URL cannot be used: {reason}") from None
