"""The knobs of asynchronous media checks, and of the jobs behind them."""

from typing import Literal

from pydantic import BaseModel, ByteSize, ConfigDict, Field

_MEBIBYTE = 1024 * 1024


class MediaKnobs(BaseModel):
    """How sound and video are looked at, and files fetched."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Files of sound and video that one process decodes at a time.",
    )
    max_size: ByteSize = Field(
        default=ByteSize(50 * _MEBIBYTE),
        gt=0,
        description="Largest file of sound or video, and largest upload.",
    )
    memory: ByteSize = Field(
        default=ByteSize(768 * _MEBIBYTE),
        ge=256 * _MEBIBYTE,
        description="Most memory of a process that decodes sound or video.",
    )
    seconds: float = Field(
        default=180.0,
        gt=0,
        description="How long decoding one file may take, in seconds.",
    )
    frames: int = Field(
        default=32, ge=1, le=1000, description="Stills of a video that are looked at."
    )
    sound_seconds: float = Field(
        default=1800.0, gt=0, description="Seconds of sound that are listened to."
    )
    fetch_seconds: float = Field(
        default=60.0, gt=0, description="How long fetching a file may take, in seconds."
    )
    lenient: dict[str, Literal["always", "absent"]] = Field(
        default_factory=dict,
        description=(
            "What may be left out of sound and video without holding them for review,"
            " as a JSON object: `speech`, `known_audio`, `stills`, `tracks`,"
            " `subtitles`, `decode`, each `always`, or `absent`, which is only while it"
            " is not set up."
        ),
    )
    speech_folder: str | None = Field(
        default=None,
        description="Folder of a sherpa-onnx model with its `speech.toml`.",
    )
    speech_url: str | None = Field(
        default=None,
        repr=False,
        description=(
            "Address of an OpenAI-compatible endpoint for transcriptions, without"
            " `/v1/…`; used when there is no folder."
        ),
    )
    speech_model: str = Field(
        default="whisper-1", description="Model that the endpoint is asked for."
    )
    speech_key: str | None = Field(
        default=None, repr=False, description="Key of that endpoint."
    )
    speech_private: bool = Field(
        default=False, description="Whether it may be in a private network."
    )
    speech_language: str | None = Field(
        default=None, description="Language that is spoken, such as `zh`, if it is one."
    )


class JobKnobs(BaseModel):
    """How checks are kept, shared and called back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worker: bool = Field(
        default=True,
        description=(
            "Whether the API processes work on jobs themselves; `seccheck serve"
            " --no-worker` says no."
        ),
    )
    checks: int = Field(
        default=4, ge=1, le=256, description="Jobs that one process checks at a time."
    )
    deliveries: int = Field(
        default=16,
        ge=1,
        le=256,
        description="Callbacks that one process delivers at a time.",
    )
    claims: int = Field(
        default=5,
        ge=1,
        le=100,
        description="Tries of a job before it is given up, those that crash included.",
    )
    lease: float = Field(
        default=60.0,
        ge=1,
        description="Seconds after which a silent worker's jobs are taken over.",
    )
    poll: float = Field(
        default=1.0, gt=0, description="How often work is looked for, in seconds."
    )
    backlog: float = Field(
        default=1800.0,
        gt=0,
        description=(
            "Seconds that an app's work may have waited before no more of it is taken."
        ),
    )
    callbacks: tuple[float, ...] = Field(
        default=(),
        description=(
            "Seconds after each failed callback, as a JSON array, instead of the usual"
            " schedules."
        ),
    )
    failing_hours: float = Field(
        default=120.0,
        gt=0,
        description="Hours of failures after which a receiver is switched off.",
    )
    content_hours: float = Field(
        default=72.0,
        ge=0,
        description="Hours that verdicts in detail are kept after the last callback.",
    )
    days: float = Field(
        default=30.0, gt=0, description="Days that jobs can be looked up."
    )
