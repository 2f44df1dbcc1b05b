"""A family doctor's health centre and its residents' readings: contract, consent, scope, audit."""

from datetime import date, timedelta
from typing import Any

import pytest

from scenes.clinic.service import family
from scenes.common.kit.caller import Resident, Staff
from scenes.common.kit.clock import SHANGHAI, local_day
from scenes.common.people import service as people
from scenes.eldercare.rules.readings import Kind
from scenes.eldercare.service import family_doctor, readings
from scenes.eldercare.tables.readings import CareLimitRow
from tests.support.clinic import Clinic
from tests.support.clock import AdjustableClock
from tests.support.whole import Whole, good, refusal, staff_of

LIST = "/staff/family-doctor/patients"
LOOK, LISTED = "staff.family_doctor.readings", "staff.family_doctor.list"
BOUNDS = {
    "systolicHigh": 180, "systolicLow": 90, "diastolicHigh": 110, "mmolHigh": 16.7, "mmolLow": 3.9,
    "bpmHigh": 120, "bpmLow": 45,
}  # fmt: skip


class Ward(Clinic):
    """A clinic with an old lady signed with Dr Li, measured at home."""

    async def move_in(self) -> None:
        """Sign her, give her limits of her own, and let two devices measure."""
        await self.furnish()
        self.elder = await self.resident("陈秀英", date(1948, 5, 1), area="曹杨新村")
        self.desk = staff_of("clinic", self.place)
        await self.sign(self.elder)
        async with self.database.transaction() as session:
            session.add(
                CareLimitRow(
                    person_id=self.elder.person_id, values={"bpmHigh": 120}, set_by=self.desk.staff_id,
                    set_at=self.clock(), since=local_day(self.clock()),
                )
            )  # fmt: skip
        await self.measure("bp", systolic=191, diastolic=99)
        await self.measure("heart", bpm=125)

    async def sign(self, who: Resident) -> None:
        """Sign somebody with Dr Li for a year."""
        async with self.database.transaction() as session:
            await family.sign(
                session, who.person_id, place_id=self.place, doctor_id=self.doctors["李敏"], now=self.clock()
            )

    async def measure(self, kind: Kind, **values: float) -> None:
        """Let a new device of hers send one reading."""
        now, her = self.clock(), self.elder
        async with self.database.transaction() as session:
            device, secret = await readings.register(session, her, her.person_id, kind, now=now)
            await readings.take(
                session, device.id, secret, at=now, values=values, cipher=self.cipher, now=now
            )

    async def agree(self, who: Resident, *, agrees: bool = True) -> None:
        """Give or withdraw the consent to health."""
        async with self.database.transaction() as session:
            await people.set_consents(session, who.person_id, wanted={"health": agrees}, now=self.clock())

    async def audit(self) -> list[Any]:
        """Read who looked at whom, with what result."""
        return await self.rows("SELECT staff_id, action, subject_ids, result FROM audit_entry ORDER BY seq")

    @property
    def her(self) -> str:
        """The address of her readings."""
        return f"{LIST}/{self.elder.person_id}/readings"


@pytest.fixture
async def ward(house: Any, clock: AdjustableClock) -> Ward:
    ward = Ward(house.database, clock, house.cipher)
    await ward.move_in()
    return ward


def shown(ward: Ward, name: str) -> dict[str, Any]:
    until = ward.clock() + timedelta(days=365)
    return {
        "personId": str(ward.elder.person_id), "name": name, "area": "曹杨新村", "doctor": "李敏",
        "signedUntil": f"{until.astimezone(SHANGHAI).isoformat()}",
    }  # fmt: skip


async def test_with_consent_the_last_readings_against_her_own_limits_and_every_look_is_audited(
    ward: Ward, whole: Whole
) -> None:
    await ward.agree(ward.elder)
    at = ward.clock().astimezone(SHANGHAI).isoformat()
    listed = good(await whole.get(LIST, ward.desk))
    assert listed == {"items": [shown(ward, "陈*英")], "nextCursor": None}
    assert good(await whole.get(ward.her, ward.desk)) == {
        "resident": shown(ward, "陈秀英"),
        "limits": BOUNDS,
        "readings": [
            {"kind": "bp", "at": at, "values": {"systolic": 191.0, "diastolic": 99.0}, "outside": "high"},
            {"kind": "heart", "at": at, "values": {"bpm": 125.0}, "outside": "high"},
        ],
    }
    me, her = ward.desk.staff_id, [str(ward.elder.person_id)]
    assert await ward.audit() == [(me, LISTED, her, "ok"), (me, LOOK, her, "ok")]


async def test_without_consent_she_is_not_listed_and_the_refused_look_stays_written_down(
    ward: Ward, whole: Whole
) -> None:
    assert good(await whole.get(LIST, ward.desk)) == {"items": [], "nextCursor": None}
    answer = await whole.get(ward.her, ward.desk)
    assert refusal(answer) == (403, "forbidden")
    assert answer.json()["detail"] == "老人还没有同意让别人看健康信息。"
    assert "191" not in answer.text
    me, her = ward.desk.staff_id, [str(ward.elder.person_id)]
    assert await ward.audit() == [(me, LISTED, [], "ok"), (me, LOOK, her, "no_consent")]


async def test_consent_withdrawn_between_two_looks_ends_it_at_once(ward: Ward, whole: Whole) -> None:
    await ward.agree(ward.elder)
    assert len(good(await whole.get(ward.her, ward.desk))["readings"]) == 2
    await ward.agree(ward.elder, agrees=False)
    assert refusal(await whole.get(ward.her, ward.desk)) == (403, "forbidden")
    assert good(await whole.get(LIST, ward.desk))["items"] == []
    await ward.agree(ward.elder)
    assert len(good(await whole.get(ward.her, ward.desk))["readings"]) == 2
    assert [row[3] for row in await ward.audit()] == ["ok", "no_consent", "ok", "ok"]


async def test_the_staff_of_another_place_find_nobody(ward: Ward, whole: Whole) -> None:
    await ward.agree(ward.elder)
    for other in (staff_of("clinic", ward.other_place), staff_of("clinic")):
        assert good(await whole.get(LIST, other)) == {"items": [], "nextCursor": None}
        assert refusal(await whole.get(ward.her, other)) == (404, "not_found")


async def test_a_contract_that_ended_or_ran_out_shows_nothing_any_more(ward: Ward, whole: Whole) -> None:
    await ward.agree(ward.elder)
    async with ward.database.transaction() as session:
        await family.end_contract(session, ward.elder.person_id, now=ward.clock())
    assert refusal(await whole.get(ward.her, ward.desk)) == (404, "not_found")
    await ward.sign(ward.elder)
    assert good(await whole.get(ward.her, ward.desk))["resident"] == shown(ward, "陈秀英")
    ward.clock.advance(family.CONTRACT_LIFE)
    assert refusal(await whole.get(ward.her, ward.desk)) == (404, "not_found")
    assert good(await whole.get(LIST, ward.desk))["items"] == []


@pytest.mark.parametrize("role", ["district", "eldercare", "charging", "breakfast", "auditor"])
async def test_other_roles_are_refused_even_at_the_same_place(ward: Ward, whole: Whole, role: str) -> None:
    await ward.agree(ward.elder)
    other: Staff = staff_of(role, ward.place)
    assert [refusal(await whole.get(path, other)) for path in (LIST, ward.her)] == [(403, "forbidden")] * 2
    assert await ward.audit() == []


async def test_residents_and_visitors_are_refused(ward: Ward, whole: Whole) -> None:
    await ward.agree(ward.elder)
    for nobody in (ward.elder, None):
        for path in (LIST, ward.her):
            assert refusal(await whole.get(path, nobody))[0] in {401, 403}


async def test_only_the_very_person_with_the_contract_is_found(ward: Ward, whole: Whole) -> None:
    neighbour = await ward.resident("王芳")
    await ward.agree(neighbour)
    path = f"{LIST}/{neighbour.person_id}/readings"
    assert refusal(await whole.get(path, ward.desk)) == (404, "not_found")
    assert good(await whole.get(LIST, ward.desk))["items"] == []
    await ward.sign(neighbour)
    assert good(await whole.get(path, ward.desk))["readings"] == []


async def test_a_long_list_goes_on_where_it_stopped(
    ward: Ward, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family_doctor, "PAGE", 2)
    others = [await ward.resident(name) for name in ("王芳", "李勇")]
    for each in others:
        await ward.sign(each)
    for each in (ward.elder, *others):
        await ward.agree(each)
    first = good(await whole.get(LIST, ward.desk))
    second = good(await whole.get(LIST, ward.desk, cursor=first["nextCursor"]))
    seen = [item["personId"] for page in (first, second) for item in page["items"]]
    assert seen == sorted(str(each.person_id) for each in (ward.elder, *others))
    assert (len(first["items"]), second["nextCursor"]) == (2, None)
