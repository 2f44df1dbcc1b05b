import json
from typing import Any

import pytest

from api.staff_desk import follow_board
from scenes.clinic.errors import SessionNotFound
from scenes.clinic.routes_queue import follow_queue
from scenes.common.booking.ledger import Ledger
from scenes.common.kit.cache import Cache
from scenes.common.kit.fanout import Fanout
from scenes.common.kit.ids import new_id
from scenes.common.places.directory import PlaceDirectory
from tests.scenes.clinic.service.test_appointments import appoint
from tests.support.clinic import TUESDAY, Clinic, at


async def next_data(stream: Any) -> Any:
    """Read the next event of a stream and decode it."""
    return json.loads((await anext(stream)).data)


async def test_a_queue_is_followed_live(clinic: Clinic, ledger: Ledger, cache: Cache) -> None:
    session_id = await clinic.session_of(clinic.shift())
    window, *_ = await clinic.windows(session_id)
    resident = await clinic.resident()
    fanout = Fanout(cache)
    answer = await follow_queue.fn(
        session_id=session_id, caller=resident, database=clinic.database, fanout=fanout
    )
    stream: Any = answer.iterator.content_async_iterator
    assert (await next_data(stream))["mine"] == []
    await appoint(clinic, ledger, resident, window.id)
    await fanout.publish(f"group:{session_id}", b"changed")
    assert [ticket["state"] for ticket in (await next_data(stream))["mine"]] == ["confirmed"]
    await stream.aclose()
    await fanout.close()


async def test_an_unknown_queue_is_refused_before_the_stream_begins(clinic: Clinic, cache: Cache) -> None:
    with pytest.raises(SessionNotFound):
        await follow_queue.fn(
            session_id=new_id(), caller=None, database=clinic.database, fanout=Fanout(cache)
        )


async def test_a_board_is_followed_live_and_each_person_seen_is_written_down_once(
    clinic: Clinic, ledger: Ledger, cache: Cache
) -> None:
    session_id = await clinic.session_of(clinic.shift())
    window, *_ = await clinic.windows(session_id)
    fanout = Fanout(cache)
    directory = PlaceDirectory(clinic.database, clock=clinic.clock)
    await directory.refresh()
    answer = await follow_board.fn(
        staff=clinic.staff, database=clinic.database, directory=directory, fanout=fanout,
        clock=clinic.clock, place_id=clinic.place, day=TUESDAY,
    )  # fmt: skip
    stream: Any = answer.iterator.content_async_iterator
    assert (await next_data(stream))["sessions"][0]["taken"] == 0
    booked = await appoint(clinic, ledger, await clinic.resident(), window.id)
    await fanout.publish(f"place:{clinic.place}", b"changed")
    assert (await next_data(stream))["sessions"][0]["taken"] == 1
    clinic.clock.set(at(TUESDAY, 9))
    await clinic.run("UPDATE booking SET queue_no = 7 WHERE id = :id", id=booked.id)
    await fanout.publish(f"place:{clinic.place}", b"changed")
    assert (await next_data(stream))["sessions"][0]["appointments"][0]["queueNo"] == 7
    assert await clinic.rows("SELECT action, subject_ids FROM audit_entry") == [
        ("staff.board.read", [str(booked.person_id)])
    ]
    await stream.aclose()
    await fanout.close()
