import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenes.common.kit.redis_server import RedisServer


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="lc-redis-") as folder:  # a short path: sockets allow 107 bytes
        server = RedisServer(Path(folder))
        server.start()
        yield server
        server.kill()
