"""Every setting of the district, read once from `LIFECIRCLE_*`; a missing or wrong one is one clear line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from api import setting_values as read
from api.keys import KEY_BYTES, KeysRefused, kept_keys

PREFIX: Final = "LIFECIRCLE_"
DEFAULT_PORT: Final = 8000
DEFAULT_CONNECTIONS: Final = 16

_HERE: Final = {"::", "0.0.0.0", "::1", "127.0.0.1"}  # noqa: S104 - addresses a browser calls localhost

Value = TypeVar("Value")
Default = TypeVar("Default")


class SettingsRefused(Exception):  # noqa: N818 - refusals say what happened
    """A setting is missing or wrong; the message is one line that names its variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one process of the district needs to know; the keys stay out of its repr and so of logs.

    Without `database_url` the embedded servers in `data_dir` are used; with it and without
    `redis_url` the district runs without Redis, which only costs speed. `database_connections` is for the
    requests of one process; the ledger, listening, and answers that many wait for have a few of their own.
    """

    database_url: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    data_dir: Path
    host: str
    port: int
    workers: int
    database_connections: int
    demo: bool
    secret_key: bytes = field(repr=False)
    field_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    public_url: str
    help_phone: str
    log_level: str
    sandbox_payments_url: str | None
    sandbox_pay_secret: bytes = field(repr=False)
    sms_url: str | None
    sms_secret: bytes | None = field(repr=False)
    wechat_url: str
    wechat_app_id: str | None
    wechat_app_secret: str | None = field(repr=False)
    wechat_template: str | None
    video_url: str | None
    video_secret: bytes | None = field(repr=False)
    district_name: str
    hourly_limits: Mapping[str, int]
    draft_hours: int
    undo_minutes: int

    def environment(self) -> dict[str, str]:
        """Write the settings back as variables, for child processes; reading them gives the same settings."""
        values: dict[str, str | None] = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DATA_DIR": str(self.data_dir),
            "HOST": self.host,
            "PORT": str(self.port),
            "WORKERS": str(self.workers),
            "DATABASE_CONNECTIONS": str(self.database_connections),
            "DEMO": str(int(self.demo)),
            "SECRET_KEY": self.secret_key.decode(),
            "FIELD_KEY": self.field_key.hex(),
            "INDEX_KEY": self.index_key.hex(),
            "PUBLIC_URL": self.public_url,
            "HELP_PHONE": self.help_phone,
            "LOG_LEVEL": self.log_level,
            "SANDBOX_PAYMENTS_URL": self.sandbox_payments_url,
            "SANDBOX_PAY_SECRET": self.sandbox_pay_secret.decode(),
            "SMS_URL": self.sms_url,
            "SMS_SECRET": self.sms_secret.decode() if self.sms_secret is not None else None,
            "WECHAT_URL": self.wechat_url,
            "WECHAT_APP_ID": self.wechat_app_id,
            "WECHAT_APP_SECRET": self.wechat_app_secret,
            "WECHAT_TEMPLATE": self.wechat_template,
            "VIDEO_URL": self.video_url,
            "VIDEO_SECRET": self.video_secret.decode() if self.video_secret is not None else None,
            "DISTRICT_NAME": self.district_name,
            "HOURLY_LIMITS": " ".join(f"{act}={number}" for act, number in self.hourly_limits.items()),
            "DRAFT_HOURS": str(self.draft_hours),
            "UNDO_MINUTES": str(self.undo_minutes),
        }
        return {PREFIX + name: value for name, value in values.items() if value is not None}


def load_settings(env: Mapping[str, str]) -> Settings:
    """Read and check every setting, or raise SettingsRefused about the first that is wrong.

    The demo district and the embedded servers may go without keys: theirs are made once and kept in
    `data_dir`. With external servers the keys are required, since several machines must share them.
    """
    given = _Variables(env)
    host, port = given.read("HOST", read.text, "::"), given.read("PORT", read.port, DEFAULT_PORT)
    data_dir = given.read("DATA_DIR", read.folder, _state_folder(env))
    database_url = given.read("DATABASE_URL", read.database_url, None)
    demo = given.read("DEMO", read.flag, default=False)
    return Settings(
        database_url=database_url,
        redis_url=given.read("REDIS_URL", read.redis_url, None),
        data_dir=data_dir,
        host=host,
        port=port,
        workers=given.read("WORKERS", read.workers, 1),
        database_connections=given.read("DATABASE_CONNECTIONS", read.connections, DEFAULT_CONNECTIONS),
        demo=demo,
        public_url=given.read("PUBLIC_URL", read.web_address, _web_address(host, port)),
        help_phone=given.read("HELP_PHONE", read.phone, "12345"),
        log_level=given.read("LOG_LEVEL", read.log_level, "info"),
        sandbox_payments_url=given.read("SANDBOX_PAYMENTS_URL", read.web_address, None),
        sandbox_pay_secret=given.read("SANDBOX_PAY_SECRET", str.encode, b"lifecircle-demo-sandbox"),
        **given.carriers(),
        **given.video(),
        district_name=given.read("DISTRICT_NAME", read.text, "曹杨生活圈"),
        hourly_limits=given.read("HOURLY_LIMITS", read.limits, dict[str, int]()),
        draft_hours=given.read("DRAFT_HOURS", read.draft_hours, 72),
        undo_minutes=given.read("UNDO_MINUTES", read.undo_minutes, 10),
        **given.keys(data_dir, may_make=demo or database_url is None),  # last, as it may write a file
    )


@dataclass(frozen=True, slots=True)
class _Variables:
    """The `LIFECIRCLE_*` variables of an environment; an empty one counts as not set."""

    env: Mapping[str, str]

    def read(self, name: str, reader: Callable[[str], Value], default: Default) -> Value | Default:
        """Read one variable, or answer `default` when it is not set."""
        given = self.env.get(PREFIX + name, "")
        if not given:
            return default
        try:
            return reader(given)
        except ValueError as wrong:
            raise SettingsRefused(f"{PREFIX}{name} {wrong}") from None

    def keys(self, folder: Path, *, may_make: bool) -> dict[str, Any]:
        """Read the three keys, adding the folder's own where none are given if they may be made here."""
        known = self._with_kept(folder) if may_make else self
        return {
            "secret_key": known.require("SECRET_KEY", read.secret),
            "field_key": known.require("FIELD_KEY", read.field_key),
            "index_key": known.require("INDEX_KEY", read.index_key),
        }

    def carriers(self) -> dict[str, Any]:
        """Read where notices go; a carrier that is named needs its secrets, which have no default."""
        sms_url = self.read("SMS_URL", read.web_address, None)
        app_id = self.read("WECHAT_APP_ID", read.text, None)
        secret, template = "WECHAT_APP_SECRET", "WECHAT_TEMPLATE"
        return {
            "sms_url": sms_url,
            "sms_secret": self._beside("SMS_URL", "SMS_SECRET", read.secret) if sms_url else None,
            "wechat_url": self.read("WECHAT_URL", read.web_address, "https://api.weixin.qq.com"),
            "wechat_app_id": app_id,
            "wechat_app_secret": self._beside("WECHAT_APP_ID", secret, read.text) if app_id else None,
            "wechat_template": self._beside("WECHAT_APP_ID", template, read.text) if app_id else None,
        }

    def video(self) -> dict[str, Any]:
        """Read where video rooms are; a provider needs its secret."""
        url = self.read("VIDEO_URL", read.web_address, None)
        return {
            "video_url": url,
            "video_secret": self._beside("VIDEO_URL", "VIDEO_SECRET", read.secret) if url else None,
        }

    def _beside(self, named: str, name: str, reader: Callable[[str], Value]) -> Value:
        """Read one variable that must be set when another one is."""
        value = self.read(name, reader, None)
        if value is None:
            raise SettingsRefused(f"{PREFIX}{name} is required when {PREFIX}{named} is set")
        return value

    def require(self, name: str, reader: Callable[[str], Value]) -> Value:
        """Read one variable that must be set."""
        value = self.read(name, reader, None)
        if value is None:
            raise SettingsRefused(f"{PREFIX}{name} is required when {PREFIX}DATABASE_URL is set")
        return value

    def _with_kept(self, folder: Path) -> "_Variables":
        if all(self.env.get(PREFIX + name.upper()) for name in KEY_BYTES):
            return self
        try:
            kept = kept_keys(folder)
        except KeysRefused as refused:
            raise SettingsRefused(f"{PREFIX}DATA_DIR: {refused}") from None
        given = {name: value for name, value in self.env.items() if value}
        return _Variables({PREFIX + name.upper(): kept[name] for name in KEY_BYTES} | given)


def _web_address(host: str, port: int) -> str:
    """Where a browser on this machine reaches a server listening on `host`."""
    name = "localhost" if host in _HERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _state_folder(env: Mapping[str, str]) -> Path:
    """Where the user's programs keep their state, by the XDG base directory specification."""
    state = Path(env.get("XDG_STATE_HOME", ""))
    home = Path(env["HOME"]) if env.get("HOME") else Path.home()
    return (state if state.is_absolute() else home / ".local" / "state") / "lifecircle"
