"""Every knob of the service, typed and documented."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ByteSize, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.settings_breaker import BreakerKnobs
from app.settings_image import ImageKnobs
from app.settings_media import JobKnobs, MediaKnobs


def find_wordlists() -> Path:
    """The shipped `wordlists`: of the checkout, of the installed package, or here."""
    package = Path(__file__).resolve().parent
    shipped = (package.parent / "wordlists", package / "wordlists")
    return next((path for path in shipped if path.is_dir()), Path("wordlists"))


def _mebibytes(count: int) -> ByteSize:
    return ByteSize(count * 1024 * 1024)


class Settings(BaseSettings):
    """Read from the environment: `SECCHECK_` and the name in capitals.

    Durations are seconds (`7200`) or ISO 8601 (`PT2H`); sizes are bytes or
    carry a unit (`1MiB`).
    """

    # An empty variable is what Compose and systemd make of one that is not given.
    model_config = SettingsConfigDict(
        env_prefix="SECCHECK_",
        frozen=True,
        env_ignore_empty=True,
        # SECCHECK_BREAKER_NEW_SHARE is the field new_share of the group breaker.
        env_nested_delimiter="_",
        env_nested_max_split=1,
    )

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder for the embedded database and other local files.",
    )
    database_url: str | None = Field(
        default=None,
        repr=False,  # may hold a password
        description=(
            "Database address, `sqlite:///path` or `postgresql://…`; unset means"
            " `seccheck.db` in the data folder."
        ),
    )
    secret_key: str | None = Field(
        default=None,
        pattern=r"^[0-9a-fA-F]{64}$",
        repr=False,
        description=(
            "64 hexadecimal digits, from which come the keys that encrypt kept texts"
            " and hide user ids. Set the same on every machine of one database; unset"
            " means `secret.key` in the data folder, which is made at the first start."
        ),
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on; `0.0.0.0` for every interface.",
    )
    port: int = Field(
        default=8000, ge=0, le=65535, description="TCP port to listen on."
    )
    workers: int = Field(
        default=1, ge=1, le=256, description="Number of API processes."
    )
    wordlists_dir: Path = Field(
        default_factory=find_wordlists,
        description="Folder of CSV word packs loaded at the first start.",
    )
    engine: Literal["auto", "pyahocorasick", "daachorse"] = Field(
        default="auto",
        description=("Matching engine; `auto` takes daachorse when it is installed."),
    )
    content_model: Literal["on", "off"] = Field(
        default="off",
        description=(
            "Whether texts are also judged by the content model: the shipped one, or"
            " `content.model` in the data folder, which may be replaced at any time."
            " See docs/judgement.md for what it costs and how often it is wrong."
        ),
    )
    lexicon_poll: timedelta = Field(
        default=timedelta(seconds=1),
        gt=timedelta(0),
        description="How often each process asks for a newer word list version.",
    )
    four_eyes: bool = Field(
        default=False,
        description=(
            "Whether somebody who did not work on a draft must approve it before it is"
            " published. Emergency blocks and rollbacks need nobody else."
        ),
    )
    breaker: BreakerKnobs = Field(
        default_factory=BreakerKnobs,
        description="When a word that hits too much is taken back to review.",
    )
    image: ImageKnobs = Field(
        default_factory=ImageKnobs,
        description="How pictures are looked at.",
    )
    media: MediaKnobs = Field(
        default_factory=MediaKnobs,
        description="How sound and video are looked at.",
    )
    job: JobKnobs = Field(
        default_factory=JobKnobs,
        description="How asynchronous checks are kept and called back.",
    )
    alert_url: str | None = Field(
        default=None,
        repr=False,  # may hold a token
        description=(
            "Where a signed webhook goes when the breaker takes a word back; unset"
            " sends nothing, and the log still tells."
        ),
    )
    alert_secrets: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validate_default=True,
        repr=False,
        description=(
            "Secrets that alerts are signed with, `whsec_…`, separated by commas,"
            " newest first. Needed with an alert URL."
        ),
    )
    alert_private: bool = Field(
        default=False,
        description="Whether the alert URL may lead into a private network.",
    )
    allow_private_networks: bool = Field(
        default=False,
        description=(
            "Whether addresses that callers name (pictures, media, callbacks, pushes)"
            " may lead to this machine, into private networks and to any port. For"
            " development: it lets callers look around in your network."
        ),
    )
    stats_days: int = Field(
        default=400,
        ge=14,
        description="Days that counts of what words did are kept.",
    )
    sample_ring: int = Field(
        default=10_000,
        ge=1,
        description=(
            "Most texts kept of one app that opted in with `sample_share`, the newest."
        ),
    )
    default_scene: Literal[
        "profile",
        "comment",
        "forum",
        "social_log",
        "chat",
        "search",
        "title",
        "live",
    ] = Field(
        default="comment",
        description="Scene of a request that names none, unless its app has one.",
    )
    max_text: int = Field(
        default=100_000,
        ge=1,
        description="Longest single text on the native API, in code points.",
    )
    max_texts: int = Field(
        default=1000,
        ge=1,
        description="Most texts in one native API request.",
    )
    max_body: ByteSize = Field(
        default=_mebibytes(1),
        gt=0,
        description="Largest request body on the WeChat-compatible endpoints.",
    )
    v1_max_body: ByteSize = Field(
        default=_mebibytes(8),
        gt=0,
        description="Largest request body on the native API.",
    )
    search_notice: str = Field(
        default="因相关法律和要求，相关搜索结果不予展示",
        description="Notice for the end user when a search text does not pass.",
    )
    search_notices: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description=(
            "Translations of the search notice by language tag, as a JSON object."
        ),
    )
    token_ttl: timedelta = Field(
        default=timedelta(seconds=7200),
        gt=timedelta(0),
        description="How long an access token is valid.",
    )
    token_overlap: timedelta = Field(
        default=timedelta(seconds=300),
        ge=timedelta(0),
        description="How long a replaced access token stays valid.",
    )
    rid_days: int = Field(
        default=7,
        ge=1,
        description="Days that failed requests can be looked up by their rid.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe log line that is written."
    )
    log_format: Literal["json", "console"] = Field(
        default="json",
        description="One JSON object per line, or lines for people.",
    )
    access_log: bool = Field(
        default=False,
        description="Write one line per request; never with its query or body.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description=(
            "Proxy addresses or networks, separated by commas, whose"
            " X-Forwarded-For is believed."
        ),
    )
    shutdown_timeout: timedelta = Field(
        default=timedelta(seconds=10),
        gt=timedelta(0),
        description="How long running requests may take after a stop signal.",
    )

    @field_validator("trusted_proxies", "alert_secrets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("alert_secrets")
    @classmethod
    def _signed(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("alert_url") and not value:
            message = "an alert URL needs a secret that alerts are signed with"
            raise ValueError(message)
        return value

    @field_validator("search_notices", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        # Here, and not by pydantic-settings, so that the error names the variable.
        try:
            return json.loads(value) if isinstance(value, str) else value
        except ValueError:
            return value

    @field_validator(
        "lexicon_poll", "token_ttl", "token_overlap", "shutdown_timeout", mode="before"
    )
    @classmethod
    def _seconds(cls, value: object) -> object:
        try:
            return float(value) if isinstance(value, str) else value
        except ValueError:
            return value

    @property
    def database(self) -> str:
        """The address in force: `database_url`, or the file in `data_dir`."""
        if self.database_url is not None:
            return self.database_url
        return f"sqlite:///{self.data_dir / 'seccheck.db'}"
