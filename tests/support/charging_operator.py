"""A partner of T/CEC 102 for tests: its row here, its hand that seals and posts, the sandbox on a socket."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
from litestar import Litestar

from scenes.charging.rules import envelope as env
from scenes.charging.rules.dialect import Dialect, spoken
from scenes.charging.sandbox import (
    DIALECTS,
    ConnectorSpec,
    Mischief,
    Pace,
    PlantSpec,
    PriceSpec,
    StationSpec,
    create_sandbox,
)
from scenes.charging.tables import ChargingOperatorRow
from scenes.charging.upstream import seal_secrets
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from tests.scenes.common.payments.conftest import free_port, serving
from tests.support.clock import AdjustableClock

PLATFORM = "313744932"
CODE = "MA1FY0A01"
THEIRS = env.KeySet(
    operator_secret="their-operator-secret",
    data_secret="their-data-key-1",
    data_iv="their-first-blck",
    sig_secret="their-sign-key",
)
OURS = env.KeySet(
    operator_secret="our-operator-secret",
    data_secret="our-data-key-016",
    data_iv="our-first-block1",
    sig_secret="our-sign-key",
)
SECRETS = env.Secrets(theirs=THEIRS, ours=OURS)
STANDARD, QUIRKY = DIALECTS["standard"], DIALECTS["quirky"]


def plant_spec(port: int, dialect: Dialect = STANDARD, **pace: float) -> PlantSpec:
    """Describe a plant of two stations, three and one connectors, that tells the platform at a port."""
    return PlantSpec(
        operator_code=CODE,
        dialect=dialect,
        stations=(
            StationSpec(
                code="S-1",
                name="曹杨新村充电站",
                address="兰溪路 137 号",
                lat=31.2400,
                lng=121.4000,
                phone="4008001234",
                connectors=(
                    ConnectorSpec(code="C-1", name="1 号枪", park_no="A1"),
                    ConnectorSpec(code="C-2", name="2 号枪", has_lock=True),
                    ConnectorSpec(code="C-3", name="3 号枪", kind=3, power_kw=7),
                ),
            ),
            StationSpec(
                code="S-2",
                name="真北路充电站",
                address="真北路 1 号",
                lat=31.2500,
                lng=121.3900,
                connectors=(ConnectorSpec(code="D-1"),),
                prices=(PriceSpec(start="00:00", elec_price="0.1234", service_price="0.5000"),),
            ),
        ),
        platform_url=f"http://127.0.0.1:{port}/api/v1/evcs",
        secrets=SECRETS,
        pace=Pace(**{"tick_seconds": 0.02, **pace}),
    )


@asynccontextmanager
async def running(
    spec: PlantSpec, clock: Clock, *, mischief: Mischief | None = None, store: Path | None = None
) -> AsyncIterator[tuple[str, Litestar]]:
    """Run a sandbox operator in this loop on a real socket; yields its address and the app."""
    app = create_sandbox(spec, mischief=mischief, store_path=store, clock=clock)
    async with serving(app, free_port()) as url:
        yield url, app


def operator_row(
    operator_id: UUID,
    cipher: FieldCipher,
    *,
    code: str = CODE,
    base_url: str = "http://127.0.0.1:9",
    dialect: Dialect = STANDARD,
) -> ChargingOperatorRow:
    """Make the row of an operator that speaks a dialect and is to be found at an address."""
    return ChargingOperatorRow(
        id=operator_id,
        operator_code=code,
        name="普陀充电",
        phone="4008001234",
        base_url=base_url,
        dialect=msgspec.to_builtins(dialect),
        secrets_sealed=seal_secrets(SECRETS, operator_id, cipher=cipher),
        synthetic=True,
    )


class Hand:
    """Writes calls as an operator would, rightly unless told otherwise, and reads the platform's answers."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: AdjustableClock,
        *,
        dialect: Dialect = STANDARD,
        prefix: str = "v1",
        keys: env.KeySet = OURS,
    ) -> None:
        self._client = client
        self._clock = clock
        self._prefix = prefix
        self._number = 0
        self.dialect = dialect
        self.keys = keys
        self.token = ""

    def envelope(
        self, body: Mapping[str, Any] | bytes, *, at: datetime | None = None, seq: str | None = None
    ) -> env.Envelope:
        """Seal a body, by default now and with a fresh number."""
        self._number += 1
        text = body if isinstance(body, bytes) else spoken(body, self.dialect)
        return env.sealed(
            self.keys,
            text,
            operator_id=CODE,
            stamp=env.stamp_of(at or self._clock()),
            seq=seq or f"{self._number:04d}",
        )

    async def post(self, call: str, envelope: env.Envelope | bytes, *, token: str | None = None) -> bytes:
        """Post a sealed call and return the answer's bytes; the HTTP status is always 200."""
        content = envelope if isinstance(envelope, bytes) else msgspec.json.encode(envelope)
        answer = await self._client.post(
            f"/api/v1/evcs/{self._prefix}/{self.dialect.call_to_send(call)}",
            content=content,
            headers={"Authorization": f"Bearer {self.token if token is None else token}"},
        )
        assert answer.status_code == 200
        return answer.content

    async def tell(self, call: str, body: Mapping[str, Any] | bytes) -> tuple[int, dict[str, Any]]:
        """Make a call rightly and return Ret and the plain body of the answer."""
        return self.read(await self.post(call, self.envelope(body)))

    def read(self, content: bytes) -> tuple[int, dict[str, Any]]:
        """Check an answer's signature and open it."""
        answer = msgspec.json.decode(content, type=env.Answer)
        assert isinstance(answer.ret, str) == (self.dialect.ret == "text")
        assert env.is_genuine_answer(self.keys, answer)
        return int(answer.ret), msgspec.json.decode(
            env.decrypt(self.keys, answer.data)
        ) if answer.data else {}

    async def sign_in(self) -> None:
        """Ask for a token and use it from now on."""
        body = {"OperatorID": CODE, "OperatorSecret": self.keys.operator_secret}
        ret, answer = await self.tell("query_token", body)
        assert (ret, int(answer["SuccStat"])) == (0, 0)
        self.token = answer["AccessToken"]
