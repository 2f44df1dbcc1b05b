"""Apps: demo sign-in, rotation, reuse, sign-out."""

from datetime import timedelta
from uuid import uuid4

import pytest

from scenes.common.people.tables import PersonRow
from tests.support.people import Desk


async def test_demo_sign_in_gives_tokens_and_the_person(desk: Desk, wang: PersonRow) -> None:
    answer = await desk.http.post("/auth/demo", json={"residentNo": 1})
    body = answer.json()
    assert (answer.status_code, sorted(body)) == (
        200,
        ["accessToken", "expiresIn", "person", "refreshToken"],
    )
    assert (body["expiresIn"], body["person"]) == (900, {"id": str(wang.id), "name": "王秀英", "age": 76})


@pytest.mark.usefixtures("wang")
async def test_demo_sign_in_is_refused_outside_the_demo_district(desk: Desk) -> None:
    desk.app.state.demo = False
    answer = await desk.http.post("/auth/demo", json={"residentNo": 1})
    assert (answer.status_code, answer.json()) == (403, {"code": "forbidden"})


@pytest.mark.usefixtures("wang")
async def test_an_unknown_number_is_not_found(desk: Desk) -> None:
    assert (await desk.http.post("/auth/demo", json={"residentNo": 7})).status_code == 404
    assert (await desk.http.post("/auth/demo", json={"residentNo": 0})).status_code == 400


@pytest.mark.usefixtures("wang")
async def test_an_access_token_ends_after_fifteen_minutes(desk: Desk) -> None:
    bearer = await desk.bearer(1)
    desk.clock.advance(timedelta(minutes=14, seconds=59))
    assert (await desk.http.get("/me", headers=bearer)).status_code == 200
    desk.clock.advance(timedelta(seconds=1))
    assert (await desk.http.get("/me", headers=bearer)).status_code == 401


@pytest.mark.usefixtures("wang")
async def test_a_bad_token_makes_a_visitor(desk: Desk) -> None:
    answer = await desk.http.get("/whoami", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json()) == (200, {"caller": "NoneType", "csrf": ""})
    assert (await desk.http.get("/me", headers={"Authorization": "Bearer nonsense"})).status_code == 401
    assert (await desk.http.get("/me")).json() == {"code": "unauthenticated"}


async def test_refreshing_rotates_the_token(desk: Desk, wang: PersonRow) -> None:
    first = (await desk.http.post("/auth/demo", json={"residentNo": 1})).json()
    desk.clock.advance(timedelta(minutes=20))
    second = await desk.http.post("/auth/refresh", json={"refreshToken": first["refreshToken"]})
    assert second.status_code == 200
    assert second.json()["refreshToken"] != first["refreshToken"]
    bearer = {"Authorization": f"Bearer {second.json()['accessToken']}"}
    assert (await desk.http.get("/me", headers=bearer)).json()["id"] == str(wang.id)


@pytest.mark.usefixtures("wang")
async def test_using_an_old_refresh_token_ends_the_whole_family(desk: Desk) -> None:
    """However old the token is, and at once, although its access token still runs."""
    first = (await desk.http.post("/auth/demo", json={"residentNo": 1})).json()
    token, latest = first["refreshToken"], first
    for _ in range(3):
        latest = (await desk.http.post("/auth/refresh", json={"refreshToken": token})).json()
        token = latest["refreshToken"]
    reused = await desk.http.post("/auth/refresh", json={"refreshToken": first["refreshToken"]})
    assert (reused.status_code, reused.json()) == (401, {"code": "unauthenticated"})
    assert (await desk.http.post("/auth/refresh", json={"refreshToken": token})).status_code == 401
    bearer = {"Authorization": f"Bearer {latest['accessToken']}"}
    assert (await desk.http.get("/me", headers=bearer)).status_code == 401


@pytest.mark.usefixtures("wang")
async def test_a_made_up_token_of_a_known_sign_in_ends_nothing(desk: Desk) -> None:
    """Who knows a sign-in's id, which is in every access token, cannot end it."""
    first = (await desk.http.post("/auth/demo", json={"residentNo": 1})).json()
    forged = first["refreshToken"][:24] + "A" * 62
    assert (await desk.http.post("/auth/refresh", json={"refreshToken": forged})).status_code == 401
    again = await desk.http.post("/auth/refresh", json={"refreshToken": first["refreshToken"]})
    assert again.status_code == 200


@pytest.mark.usefixtures("wang")
async def test_a_sign_in_ends_after_thirty_days(desk: Desk) -> None:
    token = (await desk.http.post("/auth/demo", json={"residentNo": 1})).json()["refreshToken"]
    desk.clock.advance(timedelta(days=29))
    token = (await desk.http.post("/auth/refresh", json={"refreshToken": token})).json()["refreshToken"]
    desk.clock.advance(timedelta(days=1))
    assert (await desk.http.post("/auth/refresh", json={"refreshToken": token})).status_code == 401


@pytest.mark.usefixtures("wang")
async def test_signing_out_ends_access_and_refresh(desk: Desk) -> None:
    tokens = (await desk.http.post("/auth/demo", json={"residentNo": 1})).json()
    bearer = {"Authorization": f"Bearer {tokens['accessToken']}"}
    assert (await desk.http.post("/auth/logout", headers=bearer)).status_code == 204
    assert (await desk.http.get("/me", headers=bearer)).status_code == 401
    refreshed = await desk.http.post("/auth/refresh", json={"refreshToken": tokens["refreshToken"]})
    assert refreshed.status_code == 401
    assert (await desk.http.post("/auth/logout")).status_code == 204


@pytest.mark.usefixtures("wang")
async def test_nonsense_refresh_tokens_are_refused(desk: Desk) -> None:
    for token in ("", "x" * 86, str(uuid4()), "é" * 86):
        assert (await desk.http.post("/auth/refresh", json={"refreshToken": token})).status_code == 401
