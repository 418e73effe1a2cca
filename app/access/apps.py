"""What an app is, and how its calls are treated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from pydantic import BaseModel, ByteSize, ConfigDict, Field

from app.domain.scenes import Scene

STRICT: Mapping[str, Any] = {
    "max_content": 2500,
    "require_openid": True,
    "require_scene": True,
    "fixed_prob": 90,
    "max_image": ByteSize(1024 * 1024),
    "minute_limit": 4000,
    "day_limit": 2_000_000,
}
"""WeChat's own behaviour, for every field that an app does not set itself."""


class AppSettings(BaseModel):
    """How the calls of one app are treated: generous unless told otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strict: bool = Field(
        default=False,
        description="Behave as WeChat does where no other setting says otherwise.",
    )
    max_content: int = Field(
        default=10_000,
        ge=1,
        description="Longest content on the compatible endpoints, in code points.",
    )
    require_openid: bool = Field(
        default=False, description="Refuse version 2 calls without an openid."
    )
    require_scene: bool = Field(
        default=False, description="Refuse version 2 calls without a scene."
    )
    default_scene: Scene | None = Field(
        default=None, description="Scene of a call that names none."
    )
    review_as: Literal["review", "pass", "risky"] = Field(
        default="review",
        description=(
            "What `review` turns into, for callers that know two verdicts. A text not"
            " checked to its end never turns into `pass`."
        ),
    )
    v1_review_as: Literal["pass", "risky"] = Field(
        default="pass",
        description="What `review` turns into in version 1, which has no word for it.",
    )
    v1_image_review_as: Literal["pass", "risky"] = Field(
        default="risky",
        description=(
            "The same for imgSecCheck. A picture that could not wholly be checked never"
            " turns into `pass`: it is refused with 87015."
        ),
    )
    send_level: bool = Field(
        default=True, description="Send the level of each word that was hit."
    )
    fixed_prob: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description="Send this instead of the real confidence.",
    )
    max_image: ByteSize | None = Field(
        default=None,
        gt=0,
        description="Largest picture for imgSecCheck; unset is the service's limit.",
    )
    callback_key: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description=(
            "Number of the secret that native callbacks are signed with. Raise it for a"
            " new one; the one before signs along until then."
        ),
    )
    minute_limit: int | None = Field(
        default=None, ge=0, description="Calls per minute and API; unset is no limit."
    )
    day_limit: int | None = Field(
        default=None,
        ge=0,
        description="Calls per Beijing day and API; unset is no limit.",
    )
    sample_share: float = Field(
        default=0,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description=(
            "Share of texts, 0 to 1, kept encrypted for a short while, so that word"
            " list changes can be tried on them before they are published."
        ),
    )
    sample_hours: int = Field(
        default=24,
        ge=1,
        le=168,
        description="Hours after which a kept text is forgotten.",
    )

    def effective(self) -> Self:
        """The values in force: with `strict`, WeChat's unless set explicitly."""
        if not self.strict:
            return self
        unset = {k: v for k, v in STRICT.items() if k not in self.model_fields_set}
        return self.model_copy(update=unset)

    def changed(self, **values: Any) -> Self:
        """A validated copy with some fields set; None-able ones may be unset.

        Raises:
            pydantic.ValidationError: a field is unknown or its value wrong.
        """
        return type(self).model_validate(self.model_dump(exclude_unset=True) | values)

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `dump` wrote, also when a newer release wrote it."""
        known = {k: v for k, v in stored.items() if k in cls.model_fields}
        return cls.model_validate(known)

    def dump(self) -> dict[str, Any]:
        """The explicitly set fields, ready for a JSON column."""
        return self.model_dump(mode="json", exclude_unset=True)


@dataclass(frozen=True, slots=True)
class App:
    """A caller with its settings; `effective` has strict mode worked in."""

    appid: str
    settings: AppSettings
    enabled: bool = True
    effective: AppSettings = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work strict mode in once, so that no request has to."""
        object.__setattr__(self, "effective", self.settings.effective())
