"""What `lifecircle demo` would start, without starting it."""

from pathlib import Path

import msgspec

from api import demo_plan
from api.demo_plan import OPERATOR_SECRETS, OPERATORS, plan_demo
from api.settings import load_settings
from scenes.demo.rules.chance import SEED
from scenes.demo.rules.partners import secrets_of
from scenes.demo.rules.stations import draw_operators


def planned(folder: Path, *, ports: list[int]) -> demo_plan.Plan:
    keys = {"LIFECIRCLE_DATA_DIR": str(folder), "LIFECIRCLE_DEMO": "1", "LIFECIRCLE_PORT": "8123"}
    return plan_demo(
        load_settings(keys),
        sandbox_port=7001,
        carriers_port=7009,
        video_port=7010,
        operator_ports=ports,
        residents=10,
        say=lambda _: None,
    )


def test_each_operator_is_a_process_on_its_port_that_knows_this_server(tmp_path: Path) -> None:
    plan = planned(tmp_path, ports=[7002, 7003])
    operators = [each for each in plan.processes if "charging operator" in each.name]

    assert len(operators) == OPERATORS
    for process, port in zip(operators, ("7002", "7003"), strict=True):
        told = dict(zip(process.argv[3::2], process.argv[4::2], strict=True))
        assert (told["--port"], told["--platform-url"]) == (port, "http://127.0.0.1:8123/api/v1/evcs")
        assert Path(told["--stations"]).parent == tmp_path


def test_the_seed_is_told_where_the_operators_are(tmp_path: Path) -> None:
    [seed] = [step for step in planned(tmp_path, ports=[7002, 7003]).steps if "seed" in step.argv]

    assert list(seed.argv[-4:]) == [
        "--operator-url", "http://127.0.0.1:7002", "--operator-url", "http://127.0.0.1:7003",
    ]  # fmt: skip


def test_an_operator_s_keys_are_this_district_s_and_in_no_process_list(tmp_path: Path) -> None:
    plan = planned(tmp_path, ports=[7002, 7003])
    for operator in draw_operators(SEED):
        keys = msgspec.json.encode(secrets_of(operator.code, plan.settings.secret_key)).decode()
        [process] = [each for each in plan.processes if operator.code in each.argv]
        assert process.env[OPERATOR_SECRETS] == keys
        assert not any(keys in word for word in process.argv)


def test_notices_go_to_the_demo_carriers_whatever_is_set(tmp_path: Path) -> None:
    plan = planned(tmp_path, ports=[7002, 7003])
    [carriers] = [each for each in plan.processes if "scenes.common.notices.sandbox" in each.argv]
    told = dict(zip(carriers.argv[3::2], carriers.argv[4::2], strict=True))

    assert (told["--port"], told["--receipt-url"]) == (
        "7009",
        "http://127.0.0.1:8123/api/v1/notices/sms/receipts",
    )
    assert (plan.settings.sms_url, plan.settings.wechat_url) == ("http://127.0.0.1:7009",) * 2
    secret = plan.settings.sms_secret
    assert secret is not None
    assert carriers.env["LIFECIRCLE_SMS_SECRET"].encode() == secret


def test_video_rooms_are_the_demo_providers(tmp_path: Path) -> None:
    plan = planned(tmp_path, ports=[7002, 7003])
    [video] = [each for each in plan.processes if "scenes.eldercare.video" in each.argv]
    secret = plan.settings.video_secret
    assert (video.argv[-1], plan.settings.video_url) == ("7010", "http://127.0.0.1:7010")
    assert secret is not None
    assert video.env["LIFECIRCLE_VIDEO_SECRET"].encode() == secret
