"""What a guarded client may do: where to, how much, how long."""

from dataclasses import dataclass

WEB_PORTS = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class Rules:
    """Where requests may go.

    `ports` None means any port. `allow_private` opens loopback and private networks
    for development; link-local addresses, where clouds keep credentials, and
    everything that is no host at all stay closed.
    """

    schemes: frozenset[str] = frozenset({"http", "https"})
    ports: frozenset[int] | None = WEB_PORTS
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Caps:
    """What one request may cost.

    `body` is the largest answer in bytes. `total` is the longest time in seconds
    from looking up the name to the last byte; `connect` bounds each attempt to
    connect, `idle` each silence after that.
    """

    body: int = 1024 * 1024
    total: float = 20.0
    connect: float = 5.0
    idle: float = 10.0

    def __post_init__(self) -> None:
        """Refuse caps that let nothing through.

        Raises:
            ValueError: a cap is not above zero.
        """
        if min(self.body, self.total, self.connect, self.idle) <= 0:
            message = "every cap of an outbound request must be above zero"
            raise ValueError(message)
