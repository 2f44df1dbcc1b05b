"""Signing in and out, and a person's own data: /auth, /staff/auth, /me."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT
from sqlalchemy.ext.asyncio import AsyncSession

from scenes.common.kit.answers import respond
from scenes.common.kit.caller import Caller, Resident
from scenes.common.kit.clock import Clock
from scenes.common.kit.crypto import FieldCipher
from scenes.common.kit.database import Database
from scenes.common.kit.idempotency import checked_key, once
from scenes.common.kit.wire import Page, encode, fingerprint
from scenes.common.people import service
from scenes.common.people.errors import DemoOff
from scenes.common.people.routes_consents import CONSENT_ROUTES
from scenes.common.people.routes_family import FAMILY_ROUTES
from scenes.common.people.routes_leaving import LEAVING_ROUTES
from scenes.common.people.service import Credentials, SignInTools
from scenes.common.people.wire import (
    DemoSignInRequest,
    Me,
    MeRequest,
    Patient,
    PatientRequest,
    PreferenceSet,
    PreferencesRequest,
    RefreshRequest,
    ResidentTokens,
    SignedInPerson,
    StaffSignInRequest,
    Tokens,
    ended_page_cookie,
    patient_list,
)


@post("/auth/demo", operation_id="signInAsDemoResident", tags=["sign-in"], status_code=HTTP_200_OK)
async def demo_sign_in(
    data: JSONBody[DemoSignInRequest],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
    demo_enabled: NamedDependency[bool],
) -> ResidentTokens:
    """Sign in as a seeded resident; refused unless this is the demo district."""
    if not demo_enabled:
        raise DemoOff
    now = clock()
    person = await service.demo_resident(session, data.resident_no)
    grant = await service.sign_in(session, person.id, kind="resident", now=now, tools=sign_in_tools)
    return ResidentTokens(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_in=grant.expires_in,
        person=SignedInPerson.of(person, now),
    )


@post("/auth/refresh", operation_id="refreshSignIn", tags=["sign-in"], status_code=HTTP_200_OK)
async def refresh_sign_in(
    data: JSONBody[RefreshRequest],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
) -> Tokens:
    """Change a refresh token for the next pair; one that was used before ends the whole sign-in."""
    grant = await service.refresh(database, data.refresh_token, now=clock(), tools=sign_in_tools)
    return Tokens.of(grant)


@post("/auth/logout", operation_id="signOut", tags=["sign-in"], status_code=HTTP_204_NO_CONTENT)
async def sign_out(
    request: Request[Any, Caller, Any],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
) -> Response[None]:
    """End the sign-in of the token or page cookie that comes with the call."""
    await service.sign_out(session, request.auth, now=clock(), tools=sign_in_tools)
    return Response(None, cookies=[ended_page_cookie(secure=sign_in_tools.rules.secure_cookies)])


@post("/staff/auth", operation_id="signInStaff", tags=["sign-in", "staff"], status_code=HTTP_200_OK)
async def staff_sign_in(
    request: Request[Any, Any, Any],
    data: JSONBody[StaffSignInRequest],
    database: NamedDependency[Database],
    clock: NamedDependency[Clock],
    cipher: NamedDependency[FieldCipher],
    sign_in_tools: NamedDependency[SignInTools],
) -> Tokens:
    """Sign a member of staff in with password and TOTP; repeated failures lock the account for a while."""
    now = clock()
    given = Credentials(
        username=data.username,
        password=data.password,
        totp=data.totp,
        address=request.client.host if request.client else "",
    )
    staff_id = await service.admit_staff(database, given, now=now, cipher=cipher, tools=sign_in_tools)
    async with database.transaction() as session:
        grant = await service.sign_in(session, staff_id, kind="staff", now=now, tools=sign_in_tools)
    return Tokens.of(grant)


@get("/me", operation_id="getMe", tags=["people"])
async def get_me(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Me:
    """Show the signed-in person their own data, phone and national id masked."""
    return Me.of(await service.myself(reading, resident.person_id), cipher=cipher, now=clock())


@patch("/me", operation_id="changeMe", tags=["people"])
async def change_me(
    data: JSONBody[MeRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Me:
    """Change one's phone, subdistrict, home or address; name and birth date come from the real-name check."""
    row = await service.change_me(session, resident.person_id, change=data.change(), cipher=cipher)
    return Me.of(row, cipher=cipher, now=clock())


@get("/me/preferences", operation_id="getPreferences", tags=["people"])
async def get_preferences(
    resident: NamedDependency[Resident], reading: NamedDependency[AsyncSession]
) -> PreferenceSet:
    """Show how the person likes pages and speech; the defaults if they never said."""
    return PreferenceSet.of(await service.preferences_of(reading, resident.person_id))


@put("/me/preferences", operation_id="putPreferences", tags=["people"])
async def put_preferences(
    data: JSONBody[PreferencesRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> PreferenceSet:
    """Put all preferences in place of the earlier ones; what is left out goes back to its default."""
    preferences = data.preferences()
    await service.set_preferences(session, resident.person_id, preferences=preferences, now=clock())
    return PreferenceSet.of(preferences)


@get("/me/patients", operation_id="listPatients", tags=["people"])
async def list_patients(
    resident: NamedDependency[Resident],
    reading: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
) -> Page[Patient]:
    """List the persons the account may book for; never so many that there is a second page."""
    found = await service.patients_of(reading, resident.person_id)
    return patient_list(found, cipher=cipher, now=clock())


@post(
    "/me/patients",
    operation_id="addPatient",
    tags=["people"],
    status_code=HTTP_201_CREATED,
    responses={HTTP_201_CREATED: ResponseSpec(Patient, description="The patient was added.")},
)
async def add_patient(
    data: JSONBody[PatientRequest],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
    cipher: NamedDependency[FieldCipher],
    clock: NamedDependency[Clock],
    sign_in_tools: NamedDependency[SignInTools],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Response[bytes]:
    """Add a patient by name and national id; at most five by default."""
    owner, now = resident.person_id, clock()
    checked = checked_key(key)
    await service.allow_patient_attempt(owner, tools=sign_in_tools, now=now)
    allowed = sign_in_tools.rules.patients_allowed

    async def act() -> tuple[int, bytes]:
        link, row = await service.add_patient(
            session, owner, new=data.new(), cipher=cipher, now=now, allowed=allowed
        )
        return HTTP_201_CREATED, encode(Patient.of(link, row, cipher=cipher, now=now))

    mark = cipher.index(fingerprint("/me/patients", data).hex())
    return respond(await once(session, owner, key=checked, fingerprint=mark, now=now, act=act))


@delete("/me/patients/{patient_id:uuid}", operation_id="removePatient", tags=["people"])
async def remove_patient(
    patient_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    session: NamedDependency[AsyncSession],
) -> None:
    """Take a patient off the account; their bookings stay."""
    await service.drop_patient(session, resident.person_id, patient_id)


ROUTES = [
    demo_sign_in,
    refresh_sign_in,
    sign_out,
    staff_sign_in,
    get_me,
    change_me,
    get_preferences,
    put_preferences,
    list_patients,
    add_patient,
    remove_patient,
    *CONSENT_ROUTES,
    *FAMILY_ROUTES,
    *LEAVING_ROUTES,
]
