"""The knobs of the circuit breaker."""

from dataclasses import dataclass

MOST_MINUTES = 60
"""The longest present: minutes are kept that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """When a word is a runaway. Shares are of all checked texts, from 0 to 1."""

    new_terms: bool = True
    """Whether words that were published lately can trip."""
    jumps: bool = True
    """Whether old words can trip that are far above what is usual for them."""
    minutes: int = 5
    """The present is this many minutes, the running one included; at most 60."""
    long_minutes: int = 60
    """The same for a second look, once a minute: quiet services need the time."""
    least_hits: int = 20
    """Texts with the word within these minutes, or it does not trip."""
    least_texts: int = 50
    """Texts in all within these minutes, or nothing trips."""
    least_users: int = 10
    """Different users, where callers name them: one person must not trip a word."""
    new_hours: float = 72.0
    """How long a word is new. After that it has days to be compared with."""
    new_share: float = 0.03
    """A new word in more of the texts than this is a runaway."""
    emergency_share: float = 0.30
    """The same for emergency blocks, whose purpose is to hit many texts."""
    short_term: float = 2.0
    """Terms up to this size are judged by `new_share` in an emergency, too.

    In Han characters; three letters of an alphabet count as one. Everyday words are
    that short; longer ones in many texts are copies of each other.
    """
    jump_share: float = 0.05
    """An old word in fewer of the texts than this is no runaway."""
    jump_ratio: float = 10.0
    """How many times the highest usual share is too much; daily rhythms reach 5."""
    history_days: int = 14
    """Days before today that say what is usual, at most."""
    least_history_days: int = 2
    """Days with the word in its present form that there must be."""
    crowd_users: int = 50
    """So many users are more than a gang of spammers has accounts.

    For old words and long emergency blocks, which spam could make trip. Where callers
    do not name users, `crowd_users` times `sender_hits` texts stand for them.
    """
    sender_hits: float = 3.0
    """More texts per user than this: a flood by few senders, and no crowd."""
    chance: float = 1e-9
    """How improbable the hits must be if the true share were at the limit."""
    rest_hours: float = 168.0
    """For how long a word that an operator released does not trip again."""

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: a setting is out of its range; the text names it.
        """
        for name in ("minutes", "long_minutes"):
            self._check(name, 1, MOST_MINUTES)
        for name in ("least_hits", "least_texts", "jump_ratio", "sender_hits"):
            self._check(name, 1)
        for name in ("history_days", "least_history_days"):
            self._check(name, 1)
        for name in ("least_users", "crowd_users", "new_hours"):
            self._check(name, 0)
        for name in ("short_term", "rest_hours"):
            self._check(name, 0)
        for name in ("new_share", "emergency_share", "jump_share", "chance"):
            if not 0 < getattr(self, name) < 1:
                message = f"{name} must be above 0 and below 1"
                raise ValueError(message)

    def _check(self, name: str, least: float, most: float | None = None) -> None:
        value = getattr(self, name)
        if not value >= least:  # also refuses a NaN
            message = f"{name} must be {least:g} or more"
            raise ValueError(message)
        if most is not None and value > most:
            message = f"{name} must be {most:g} or less"
            raise ValueError(message)

    @property
    def least_share(self) -> float:
        """Below this share no word can trip."""
        return min(self.new_share, self.emergency_share, self.jump_share)
