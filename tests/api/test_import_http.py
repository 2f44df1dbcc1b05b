"""Taking places in and back over HTTP, by the district's staff only."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from api.lifespan import House
from scenes.common.kit.ids import new_id
from tests.support.importing import ROW, a_file
from tests.support.whole import Whole, good, refusal, staff_of

DISTRICT = staff_of("district")


def asked(content: bytes, **more: Any) -> dict[str, Any]:
    return {"fileName": "表.csv", "content": b64encode(content).decode(), "datum": "wgs84"} | more


@pytest.fixture
def whole(house: House, client: httpx.AsyncClient) -> Whole:
    return Whole(house, client)


async def test_dry_run_import_list_and_undo(whole: Whole) -> None:
    body = asked(a_file(ROW, ",,,,,,,,,,,x"))
    dry = good(await whole.post("/staff/import", DISTRICT, json=body | {"dryRun": True}))
    assert (dry["id"], dry["state"], good(await whole.get("/staff/imports", DISTRICT))["items"]) == (
        None, "proposed", [],
    )  # fmt: skip
    first = await whole.post("/staff/import", DISTRICT, key="import-1", json=body)
    again = await whole.post("/staff/import", DISTRICT, key="import-1", json=body)
    report = good(first)
    assert (good(again), again.headers["Idempotency-Replayed"]) == (report, "true")
    assert {name: report[name] for name in dry if name not in {"id", "state", "at"}} == {
        name: dry[name] for name in dry if name not in {"id", "state", "at"}
    }
    assert report["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 1, "warned": 0}
    [line] = report["lines"]
    assert (line["line"], line["outcome"], line["errors"][0]) == (3, "skipped", "没有写名称")
    [item] = good(await whole.get("/staff/imports", DISTRICT))["items"]
    assert (item["id"], item["state"], item["counts"]) == (report["id"], "done", report["counts"])
    undone = good(await whole.post(f"/staff/imports/{report['id']}/undo", DISTRICT, key=None))
    assert (undone["state"], good(await whole.get(f"/staff/imports/{report['id']}", DISTRICT))) == (
        "undone", undone,
    )  # fmt: skip


async def test_refusals(whole: Whole) -> None:
    body = asked(a_file(ROW))
    for staff in (staff_of("clinic"), staff_of("auditor")):
        assert refusal(await whole.post("/staff/import", staff, json=body)) == (403, "forbidden")
        assert refusal(await whole.get("/staff/imports", staff)) == (403, "forbidden")
    schedules = await whole.post("/staff/import", DISTRICT, json=body | {"kind": "schedules"})
    assert refusal(schedules) == (400, "import_kind_unknown")
    unreadable = await whole.post("/staff/import", DISTRICT, json=asked("地址\n枫桥路".encode()))
    assert refusal(unreadable) == (400, "import_unreadable")
    keyless = await whole.post("/staff/import", DISTRICT, key=None, json=body)
    assert refusal(keyless) == (400, "idempotency_key_missing")
    missing = await whole.post(f"/staff/imports/{new_id()}/undo", DISTRICT, key=None)
    assert refusal(missing) == (404, "not_found")
