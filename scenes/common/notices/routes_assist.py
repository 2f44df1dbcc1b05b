"""The code for help at a counter by SMS, for who has no smartphone: to the phone on file, and nowhere else.

It leaves at once and is kept by nobody: not in the inbox, which a delegate may read, nor on the list of
calls, which staff read.
"""

from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from scenes.common.kit.caller import Staff
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.ids import new_id
from scenes.common.kit.refusals import Busy
from scenes.common.notices.upstream import Carriers
from scenes.common.notices.upstream.carrying import CarrierTrouble, Outgoing
from scenes.common.people import service as people
from scenes.common.people.service import AssistCode, SignInTools
from scenes.common.people.wire_family import AssistPhoneRequest

TITLE = "给工作人员的授权码"


@post("/staff/assist/code", operation_id="sendAssistCode", tags=["people", "staff"], status_code=204)
async def send_assist_code(
    data: JSONBody[AssistPhoneRequest],
    staff: NamedDependency[Staff],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
    carriers: NamedDependency[Carriers],
) -> None:
    """Send a code to the phone on file of who stands at the counter; the answer never tells who is known."""
    await send_code(
        database, staff, data.phone, clock=clock, cipher=cipher, tools=sign_in_tools, carriers=carriers
    )


async def send_code(
    database: Database,
    staff: Staff,
    phone: str,
    *,
    clock: Clock,
    cipher: FieldCipher,
    tools: SignInTools,
    carriers: Carriers,
) -> None:
    """Make the code, commit it, then send it; refuses with ChannelNotOffered, Throttled, Invalid or Busy."""
    gateway = carriers.offered_sms()
    async with database.transaction() as session:
        made = await people.code_for_phone(
            session, staff, phone=phone, cipher=cipher, tools=tools, now=clock()
        )
        numbers = [(code, await people.phone_of(session, who, cipher=cipher)) for who, code in made]
    for code, number in numbers:
        if number is not None:
            try:
                await gateway.send(_words(code, number, clock))
            except CarrierTrouble as trouble:
                raise Busy from trouble


def _words(made: AssistCode, number: str, clock: Clock) -> Outgoing:
    minutes = max(1, round((made.expires_at - clock()).total_seconds() / 60))
    text = f"您的授权码是{made.code},{minutes}分钟内有效。只告诉正在帮您办事的工作人员。别人要,不要给。"
    return Outgoing(id=new_id(), address=number, title=TITLE, text=text)


ASSIST_ROUTES: list[Any] = [send_assist_code]
