"""The embedded stack: real PostgreSQL and Redis in one data folder, started and ended with this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import psycopg
from psycopg import sql

from scenes.common.kit.embedded_folder import (
    EmbeddedRefused,
    FolderInUse,
    FolderLock,
    make_folder,
    prepare_data_dir,
    servers_account,
    socket_folder,
)
from scenes.common.kit.embedded_postgres import EmbeddedPostgres, postgres_binary
from scenes.common.kit.embedded_redis import EmbeddedRedis

Server = TypeVar("Server", EmbeddedPostgres, EmbeddedRedis)

__all__ = ["EmbeddedRefused", "EmbeddedStack", "EmbeddedUrls", "FolderInUse"]


@dataclass(frozen=True, slots=True)
class EmbeddedUrls:
    """Where the embedded servers listen, in the forms asyncpg, libpq and redis-py read."""

    database: str
    redis: str


def _say_nothing(_step: str) -> None:
    pass


class EmbeddedStack:
    """PostgreSQL and Redis for one data folder; nothing of it outlives this process.

    Call it from the main thread, where its servers are spawned. Every refusal is an EmbeddedRefused.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        database_name: str = "lifecircle",
        on_step: Callable[[str], None] = _say_nothing,
    ) -> None:
        self._data_dir = data_dir.expanduser().absolute()
        self._database_name = database_name
        self._on_step = on_step
        self._lock = FolderLock(self._data_dir)
        self._sockets = socket_folder(self._data_dir)
        self._postgres: EmbeddedPostgres | None = None
        self._redis: EmbeddedRedis | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def urls(self) -> EmbeddedUrls:
        """The servers' addresses; the same at every start of this folder."""
        return EmbeddedUrls(
            database=f"postgresql://postgres@/{self._database_name}?host={self._sockets}",
            redis=f"unix://{self._sockets}/redis.sock",
        )

    @property
    def postgres_pid(self) -> int | None:
        """PostgreSQL's process, or none when it is not running."""
        return self._postgres.pid if self._postgres else None

    @property
    def redis_pid(self) -> int | None:
        """Redis's process, or none when it is not running."""
        return self._redis.pid if self._redis else None

    def pg_binary(self, name: str) -> Path:
        """Find a PostgreSQL program of the wheel, such as pgbench or psql."""
        return postgres_binary(name)

    def start(self) -> EmbeddedUrls:
        """Start both servers, make what is missing, wait until they answer; a refusal leaves nothing."""
        if self._postgres is not None:
            return self.urls
        account = servers_account()
        prepare_data_dir(self._data_dir, account)
        self._lock.take()
        try:
            self._start_servers()
        except BaseException:
            self.stop()
            raise
        return self.urls

    def stop(self) -> None:
        """End both servers in order and free the folder; harmless when they are not running."""
        for server in (self._redis, self._postgres):
            if server is not None:
                server.stop()
        self._redis = self._postgres = None
        self._lock.release()

    def start_postgres(self) -> None:
        """Start PostgreSQL again after it was stopped or killed; the data is what was acknowledged."""
        _started(self._postgres).start()

    def stop_postgres(self) -> None:
        """Shut PostgreSQL down in order, keeping the folder."""
        _started(self._postgres).stop()

    def kill_postgres(self) -> None:
        """End PostgreSQL as a power cut would."""
        _started(self._postgres).kill()

    def restart_postgres(self) -> None:
        """Shut PostgreSQL down in order and start it again."""
        self.stop_postgres()
        self.start_postgres()

    def start_redis(self) -> None:
        """Start Redis again, empty."""
        _started(self._redis).start()

    def stop_redis(self) -> None:
        """End Redis; what it held is gone."""
        _started(self._redis).stop()

    def kill_redis(self) -> None:
        """End Redis as a power cut would."""
        _started(self._redis).kill()

    def _start_servers(self) -> None:
        account = servers_account()
        for folder in (self._sockets, self._data_dir / "redis"):
            make_folder(folder, account)
        self._postgres = EmbeddedPostgres(
            self._data_dir / "postgres",
            sockets=self._sockets,
            log=self._data_dir / "postgres.log",
            account=account,
            on_step=self._on_step,
        )
        self._redis = EmbeddedRedis(
            self._data_dir / "redis",
            path=self._sockets / "redis.sock",
            log=self._data_dir / "redis.log",
            account=account,
        )
        self._postgres.prepare()
        self._on_step("starting PostgreSQL")
        self._postgres.start()
        self._make_database()
        self._on_step("starting Redis")
        self._redis.start()

    def _make_database(self) -> None:
        with psycopg.connect(
            host=str(self._sockets), port=5432, user="postgres", dbname="postgres", autocommit=True
        ) as link:
            known = link.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [self._database_name]
            ).fetchone()
            if known is None:
                link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._database_name)))


def _started(server: Server | None) -> Server:
    if server is None:
        raise RuntimeError("the stack was not started")
    return server
