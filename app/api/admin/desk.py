"""What the admin API works with: the services of the house, wired by `app.main`."""

from dataclasses import dataclass, field

from app.access import Access, AuditLog, KeyDoor


class ClosedDeskError(Exception):
    """The services are not open: the process is starting or stopping."""


@dataclass(slots=True)
class Desk:
    """Everything an endpoint of the admin API may use."""

    access: Access
    audit: AuditLog
    door: KeyDoor = field(init=False)

    def __post_init__(self) -> None:
        """Put the door before the keys."""
        self.door = KeyDoor(self.access)
