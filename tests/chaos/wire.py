"""What the children and their parent agree on."""

from dataclasses import dataclass

from app.jobs import JobVerdict, Schedule

KEY = bytes(range(32))
LEASE = 1.0
CLAIMS = 6
"""Tries of a job. Kills at random may cost an innocent job one of them now and then."""
AGAIN = Schedule((0.05,) * 5 + (0.3,) * 300)
"""After a callback that was not taken: often, and for longer than any outage here."""
POISON = "poison"
SUGGESTS = ("pass", "review", "risky")


@dataclass(frozen=True, slots=True)
class Order:
    """A check that the parent wants; its number is its idempotency key, too."""

    number: int
    appid: str
    poison: bool = False

    @property
    def url(self) -> str:
        """What is checked; it says what the verdict will be."""
        kind = POISON if self.poison else "plain"
        return f"https://media.example/{kind}/{self.number}"


def verdict_of(number: int) -> JobVerdict:
    """The verdict that belongs to one order."""
    suggest = SUGGESTS[number % len(SUGGESTS)]
    return JobVerdict(suggest, 100 + number, body={"number": number})
