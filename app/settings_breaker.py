"""The knobs of the breaker that takes runaway words back to review."""

from pydantic import BaseModel, ConfigDict, Field


class BreakerKnobs(BaseModel):
    """When a word is a runaway. Shares are of all checked texts, from 0 to 1.

    The names and defaults are those of `app.vitals.BreakerSettings`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    new_terms: bool = Field(
        default=True,
        description="Whether words that were published lately can trip the breaker.",
    )
    jumps: bool = Field(
        default=True,
        description="Whether old words can, that hit far more than is usual for them.",
    )
    minutes: int = Field(
        default=5, ge=1, le=60, description="Minutes of traffic that are looked at."
    )
    long_minutes: int = Field(
        default=60,
        ge=1,
        le=60,
        description="The same for a second look, once a minute: for quiet services.",
    )
    least_hits: int = Field(
        default=20, ge=1, description="Texts with the word in that time, at least."
    )
    least_texts: int = Field(
        default=50, ge=1, description="Texts in all in that time, at least."
    )
    least_users: int = Field(
        default=10,
        ge=0,
        description="Different users that it hit, where callers name them, at least.",
    )
    new_hours: float = Field(
        default=72.0, ge=0, description="Hours for which a word counts as new."
    )
    new_share: float = Field(
        default=0.03,
        gt=0,
        lt=1,
        description="A new word in a larger share of the texts trips the breaker.",
    )
    emergency_share: float = Field(
        default=0.30,
        gt=0,
        lt=1,
        description="The same for emergency blocks, which are meant to hit many.",
    )
    jump_share: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="An old word in a smaller share of the texts never trips it.",
    )
    jump_ratio: float = Field(
        default=10.0,
        ge=1,
        description="How many times the highest usual share of a word is too much.",
    )
    rest_hours: float = Field(
        default=168.0,
        ge=0,
        description="Hours in which a released word does not trip it again.",
    )
