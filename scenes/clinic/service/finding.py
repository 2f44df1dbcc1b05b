"""What of the clinics can be searched: departments and doctors."""

from sqlalchemy.ext.asyncio import AsyncSession

from scenes.clinic import store
from scenes.clinic.rules.wording import called
from scenes.common.kit.findable import Findable


async def findables(session: AsyncSession) -> list[Findable]:
    """Tell every department and doctor; a doctor leads to the department's times."""
    found = [
        Findable(
            kind="department",
            title=row.name,
            href=f"/clinic/{row.place_id}/{row.id}",
            scene="clinic",
            words=called(row.name),
            place_id=row.place_id,
        )
        for row in await store.all_departments(session)
    ]
    for doctor, department in await store.all_doctors(session):
        found.append(
            Findable(
                kind="doctor",
                title=f"{doctor.name}医生",
                href=f"/clinic/{doctor.place_id}/{department.id}",
                scene="clinic",
                about=f"{department.name} {doctor.title}",
                words=(doctor.name,),
                place_id=doctor.place_id,
            )
        )
    return found
