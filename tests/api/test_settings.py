"""Settings: what is read, what is refused in one line, and where the keys come from."""

import json
import stat
from pathlib import Path

import pytest

from api.settings import Settings, SettingsRefused, load_settings

KEYS = {
    "LIFECIRCLE_SECRET_KEY": "s" * 32,
    "LIFECIRCLE_FIELD_KEY": "00112233445566778899aabbccddeeff",
    "LIFECIRCLE_INDEX_KEY": "00" * 32,
}


def load(tmp_path: Path, **variables: str) -> Settings:
    own = {f"LIFECIRCLE_{name}": value for name, value in variables.items()}
    return load_settings({"HOME": str(tmp_path)} | own)


def test_nothing_set_is_the_embedded_district(tmp_path: Path) -> None:
    settings = load(tmp_path)

    assert settings.database_url is None
    assert settings.redis_url is None
    assert settings.data_dir == tmp_path / ".local/state/lifecircle"
    assert (settings.host, settings.port, settings.workers) == ("::", 8000, 1)
    assert settings.demo is False
    assert settings.public_url == "http://localhost:8000"
    assert settings.help_phone == "12345"
    assert settings.district_name == "曹杨生活圈"


def test_state_folder_follows_xdg(tmp_path: Path) -> None:
    settings = load_settings({"XDG_STATE_HOME": str(tmp_path / "state")})

    assert settings.data_dir == tmp_path / "state" / "lifecircle"


def test_made_keys_are_kept_and_private(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)

    kept = first.data_dir / "secrets.json"
    assert first == second
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sorted(json.loads(kept.read_text())) == ["field_key", "index_key", "secret_key"]
    assert [file.name for file in first.data_dir.iterdir()] == ["secrets.json"]
    assert (len(first.field_key), len(first.index_key)) == (16, 32)


def test_given_keys_need_no_file(tmp_path: Path) -> None:
    settings = load_settings({"HOME": str(tmp_path)} | KEYS)

    assert settings.field_key == bytes.fromhex(KEYS["LIFECIRCLE_FIELD_KEY"])
    assert not settings.data_dir.exists()


def test_one_given_key_goes_before_the_kept_one(tmp_path: Path) -> None:
    assert load(tmp_path, SECRET_KEY="g" * 40).secret_key == b"g" * 40


@pytest.mark.parametrize("missing", sorted(KEYS))
def test_external_servers_require_keys(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in KEYS.items() if name != missing}
    env = {"HOME": str(tmp_path), "LIFECIRCLE_DATABASE_URL": "postgresql://u@db/x"} | given

    with pytest.raises(SettingsRefused, match=f"^{missing} is required when LIFECIRCLE_DATABASE_URL is set$"):
        load_settings(env)


def test_demo_on_external_servers_may_make_keys(tmp_path: Path) -> None:
    settings = load(tmp_path, DATABASE_URL="postgresql://u@db/x", DEMO="yes", DATA_DIR=str(tmp_path))

    assert len(settings.secret_key) == 64


def test_broken_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")

    with pytest.raises(SettingsRefused, match=f"^LIFECIRCLE_DATA_DIR: cannot use {tmp_path}/secrets.json: "):
        load(tmp_path, DATA_DIR=str(tmp_path))


def test_environment_reads_back_as_the_same_settings(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        DATABASE_URL="postgres://u:p%40ss@a:5432,b:5433/x?target_session_attrs=read-write",
        REDIS_URL="rediss://:secret@cache:6380/1",
        DEMO="1",
        SANDBOX_PAYMENTS_URL="http://127.0.0.1:9101/",
        SMS_URL="https://sms.example/api",
        SMS_SECRET="m" * 32,
        WECHAT_APP_ID="wx1",
        WECHAT_APP_SECRET="hush",
        WECHAT_TEMPLATE="t1",
        VIDEO_URL="https://video.example",
        VIDEO_SECRET="v" * 32,
        DISTRICT_NAME="石泉生活圈",
        HOURLY_LIMITS="chargingBegin=3 breakfastOrder=9",
    )

    assert load_settings(settings.environment()) == settings


def test_limits_are_read_by_the_act(tmp_path: Path) -> None:
    assert load(tmp_path).hourly_limits == {}
    assert load(tmp_path, HOURLY_LIMITS="chargingBegin=3").hourly_limits == {"chargingBegin": 3}


@pytest.mark.parametrize("given", ["chargingBegin", "chargingBegin=0", "chargingBegin=x", "sleeping=3"])
def test_limits_that_cannot_be_are_one_clear_line(tmp_path: Path, given: str) -> None:
    with pytest.raises(SettingsRefused, match=r"^LIFECIRCLE_HOURLY_LIMITS must be like chargingReport=6, "):
        load(tmp_path, HOURLY_LIMITS=given)


def test_repr_shows_no_secret(tmp_path: Path) -> None:
    settings = load(tmp_path, DATABASE_URL="postgresql://u:hunter2@db/x", DEMO="1")

    shown = repr(settings)

    hidden = ("hunter2", settings.secret_key.decode(), repr(settings.field_key), "demo-sandbox")
    assert [text for text in hidden if text in shown] == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@db.local:5432/life",
        "postgresql://u@a,b:5433,[2001:db8::1]:5432/life?target_session_attrs=read-write",
        "postgresql://postgres@/life?host=/run/pg",
        "postgresql:///life?host=/run/pg",
    ],
)
def test_database_urls_taken(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, DATABASE_URL=url, DEMO="1").database_url == url


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("DATABASE_URL", "mysql://u:hunter2@db/x", "must begin with postgresql://"),
        ("DATABASE_URL", "nonsense", "must begin with postgresql://"),
        ("DATABASE_URL", "postgresql://u:hunter2@db:99999/x", "must name its server"),
        ("DATABASE_URL", "postgresql://u:hunter2@db:port/x", "must name its server"),
        ("DATABASE_URL", "postgresql://u@/x", "must name its server"),
        ("DATABASE_URL", "postgresql://u@a,,b/x", "must name its server"),
        ("DATABASE_URL", "postgresql://u:hunter2@db", "must name its database"),
        ("DATABASE_URL", "postgresql://[::1/x", "must be a URL"),
        ("REDIS_URL", "http://cache", "must begin with redis://, rediss:// or unix://"),
        ("REDIS_URL", "redis://:hunter2@/0", "must name its server"),
        ("REDIS_URL", "unix://run/redis.sock", "must name a socket"),
        ("PORT", "80a", "must be a port from 0 to 65535"),
        ("PORT", "65536", "must be a port from 0 to 65535"),
        ("PORT", "²", "must be a port from 0 to 65535"),
        ("WORKERS", "0", "must be a number from 1 to 256"),
        ("DATABASE_CONNECTIONS", "0", "must be a number from 1 to 512"),
        ("DEMO", "maybe", "must be 1 or 0"),
        ("DATA_DIR", "here", "must be an absolute path"),
        ("DATA_DIR", "/dev/null", "must be a folder, and /dev/null is a file"),
        ("SECRET_KEY", "short", "must have at least 32 bytes"),
        ("FIELD_KEY", "00", "must be 16 bytes in hexadecimal (32 digits)"),
        ("INDEX_KEY", "zz" * 32, "must be 32 bytes in hexadecimal (64 digits)"),
        ("PUBLIC_URL", "ftp://x", "must be http://host or https://host"),
        ("PUBLIC_URL", "http://", "must be http://host or https://host"),
        ("HELP_PHONE", "call us", "must be a phone number"),
        ("LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
        ("HOST", " ", "must not be empty"),
    ],
)
def test_wrong_value_is_one_line_naming_the_variable(
    tmp_path: Path, name: str, value: str, complaint: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load(tmp_path, **{name: value})

    line = str(refused.value)
    assert line.startswith(f"LIFECIRCLE_{name} {complaint}")
    assert "\n" not in line
    assert "hunter2" not in line


@pytest.mark.parametrize("folder", ["/dev/null/x", "/proc/x"])
def test_unusable_data_folder_is_one_line(tmp_path: Path, folder: str) -> None:
    with pytest.raises(SettingsRefused, match=f"^LIFECIRCLE_DATA_DIR: cannot use {folder}/secrets.json: "):
        load(tmp_path, DATA_DIR=folder)


def test_a_wrong_value_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused):
        load(tmp_path, HELP_PHONE="call us")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"SMS_URL": "https://sms.example"}, "LIFECIRCLE_SMS_SECRET is required when LIFECIRCLE_SMS_URL"),
        ({"VIDEO_URL": "https://v.example"}, "LIFECIRCLE_VIDEO_SECRET is required when LIFECIRCLE_VIDEO_URL"),
        ({"WECHAT_APP_ID": "wx1"}, "LIFECIRCLE_WECHAT_APP_SECRET is required when LIFECIRCLE_WECHAT_APP_ID"),
        (
            {"WECHAT_APP_ID": "wx1", "WECHAT_APP_SECRET": "s"},
            "LIFECIRCLE_WECHAT_TEMPLATE is required when LIFECIRCLE_WECHAT_APP_ID",
        ),
    ],
)
def test_a_carrier_needs_its_secrets(tmp_path: Path, given: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsRefused, match=f"^{complaint}"):
        load(tmp_path, **given)
