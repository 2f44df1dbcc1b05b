"""The committed description is valid, keeps our rules, and is what the routes say today."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from api.lifespan import House
from api.openapi import document
from tests.support.standing import routes_of

COMMITTED = Path(__file__).parents[2] / "openapi" / "openapi.json"
UNSAFE = {"post", "put", "patch", "delete"}

KEY_REQUIRED = {
    "addCarePhoto", "answerFlow", "addDelegate", "addPatient", "beginCharge",
    "bookAppointment", "bookVideoVisit", "moveIntoHome",
    "grantNotice", "importFile", "joinChargingQueue", "joinWaitlist",
    "openPayment", "orderBreakfast", "repeatBreakfast", "reportFault", "requestCare",
    "reserveConnector", "signFamilyDoctor",
}  # fmt: skip
"""Calls that create or pay."""

ANYBODY = {
    "signInAsDemoResident", "refreshSignIn", "signOut", "signInStaff", "receivePaymentNotice",
    "isLive", "isReady", "listPlaces", "getPlace", "listDepartments", "listSessions", "listFamilyDoctors",
    "getIsochrone",
    "getQueue", "followQueue", "listChargingStations", "getChargingStation", "followChargingStation",
    "getCoverage", "search", "getReservationTerms", "getBreakfastMenu", "listBreakfastCarts",
    "getVoucherKeys",
    "hearOperator", "sendReading", "hearOperatorElsewhere", "receiveSmsReceipt", "listCareServices",
    "getCareService", "hearWords", "getElderHome",
}  # fmt: skip
"""Calls that need nobody signed in."""


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    return json.loads(COMMITTED.read_text(encoding="utf-8"))


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_valid_openapi(committed: dict[str, Any]) -> None:
    validate(committed)


def test_it_is_what_the_routes_say(house: House) -> None:
    app = routes_of(house)
    assert document(app) == COMMITTED.read_text(encoding="utf-8"), "run `make openapi` and commit it"


def test_every_operation_is_named_tagged_and_described(committed: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in committed["tags"]}
    wrong = [
        (path, method)
        for path, method, operation in operations(committed)
        if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"])
        or not set(operation.get("tags", [])) <= tags
        or not operation.get("tags")
        or not (operation.get("description") or operation.get("summary"))
    ]
    ids = [operation["operationId"] for _, _, operation in operations(committed)]
    assert (wrong, len(ids)) == ([], len(set(ids)))


def test_every_refusal_is_a_problem_document(committed: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/responses/Problem"}
    assert [p for p, _, o in operations(committed) if o["responses"].get("default") != problem] == []
    assert set(committed["components"]["schemas"]["Problem"]["required"]) == {
        "type", "title", "status", "detail", "code", "help",
    }  # fmt: skip


def test_what_creates_or_pays_takes_a_key(committed: dict[str, Any]) -> None:
    taking = {
        o["operationId"]
        for _, method, o in operations(committed)
        if method in UNSAFE and "Idempotency-Key" in {p["name"] for p in o.get("parameters", [])}
    }
    assert KEY_REQUIRED - taking == set()


def test_everything_else_needs_somebody_signed_in(committed: dict[str, Any]) -> None:
    unguarded = {o["operationId"] for _, _, o in operations(committed) if "security" not in o}
    assert unguarded == ANYBODY


def test_fields_are_camel_case(committed: dict[str, Any]) -> None:
    ours = {n: s for n, s in committed["components"]["schemas"].items() if "properties" in s}
    wrong = [(n, f) for n, s in ours.items() for f in s["properties"] if "_" in f]
    assert wrong == []
