"""What the demo's eldercare teams offer, where they are, and who works in them; all of it made up."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from scenes.demo.rules.chance import drawn_id, stream

TERMS_SINCE: Final = date(2026, 1, 1)
BY_HOUR, AT_ONCE = True, False
NURSING: Final = "护士上门有风险。我已看过说明,愿意让护士上门。"


class CareService(NamedTuple):
    """A service: code, name, what it is, what to prepare, the skill it takes, by the hour or not, terms."""

    code: str
    name: str
    summary: str
    prepare: str
    skill: str
    by_window: bool
    terms: Mapping[str, Any]
    accompanies: str | None = None


SERVICES: Final = (
    CareService("meal", "助餐", "把饭送到家。", "请在家等。", "meal", AT_ONCE, {"promiseMinutes": 60}),
    CareService(
        "bath", "助浴", "上门帮您洗澡。", "备好毛巾和换洗衣服。洗前不要空腹。", "bath", BY_HOUR,
        {"priceFen": 8000, "subsidyFen": 4000},
    ),
    CareService(
        "clean", "助洁", "上门打扫两小时。", "把贵重东西收好。", "clean", BY_HOUR,
        {"priceFen": 6000, "subsidyFen": 3000},
    ),
    CareService("errand_urgent", "助急", "家里有急事,马上来人。", "把门口让开。", "urgent", AT_ONCE,
                {"acceptMinutes": 5, "promiseMinutes": 30}),
    CareService("walk", "助行", "陪您出门走走。", "穿防滑的鞋。", "walk", BY_HOUR, {}),
    CareService("doctor", "助医", "陪您去看病。", "带上医保卡和药单。", "doctor", BY_HOUR, {}, "clinic"),
    CareService("taxi", "一键叫车", "替您叫车。", "想好去哪里。", "errand", AT_ONCE,
                {"acceptMinutes": 5, "promiseMinutes": 20, "firstHour": 5, "lastHour": 22}),
    CareService("errand", "代办", "替您买药、缴费、取东西。", "写清楚要办什么。", "errand", AT_ONCE, {}),
    CareService("lesson", "数字助老", "教您用手机。", "带上自己的手机。", "lesson", BY_HOUR, {}),
    CareService(
        "nursing", "上门护理", "护士上门换药、量血压。", "备好病历和医嘱。", "nursing", BY_HOUR,
        {"priceFen": 12000, "subsidyFen": 3000, "agreement": NURSING, "minAge": 0},
    ),
    CareService("hospice", "安宁疗护咨询", "护士回电话,说说怎么安排。", "家人可以一起听。", "nursing",
                AT_ONCE,
                {"minAge": 0, "acceptMinutes": 60, "promiseMinutes": 1440}),
)  # fmt: skip


class Team(NamedTuple):
    """A venue with carers; WGS-84."""

    code: str
    kind: str
    name: str
    area: str
    lat: float
    lng: float
    carers: tuple[tuple[str, str, str, tuple[str, ...]], ...]


HOME_SKILLS: Final = ("meal", "bath", "clean", "urgent", "walk")
OUT_SKILLS: Final = ("doctor", "errand", "lesson", "walk", "urgent", "meal")
TEAMS: Final = (
    Team(
        "caoyang", "day_care", "曹杨日间照料中心(演示)", "曹杨新村街道", 31.2411, 121.4032,
        (("carer1", "陆护理员", "f", HOME_SKILLS), ("carer2", "顾护理员", "m", (*OUT_SKILLS, "bath")),
         ("carer3", "沈护士", "f", ("nursing", "urgent"))),
    ),
    Team(
        "changfeng", "nursing_home", "长风养老院(演示)", "长风新村街道", 31.2297, 121.4004,
        (("carer4", "丁护理员", "f", (*HOME_SKILLS, *OUT_SKILLS)), ("carer5", "吴护士", "f", ("nursing",))),
    ),
)  # fmt: skip


def team_id(seed: int, team: Team) -> UUID:
    """Return a venue's id."""
    return drawn_id(stream(seed, "care team", team.code), 0)


def service_id(seed: int, service: CareService) -> UUID:
    """Return a service's id."""
    return drawn_id(stream(seed, "care service", service.code), 0)


def terms_id(seed: int, service: CareService) -> UUID:
    """Return the id of a service's terms."""
    return drawn_id(stream(seed, "care terms", service.code), 0)


def skilled(team: Team, service: CareService) -> int:
    """Count a team's carers who can do a service."""
    return sum(service.skill in skills for _, _, _, skills in team.carers)
