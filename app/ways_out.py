"""Where requests to hosts that callers name may go, by the settings."""

from app.outbound import Rules
from app.outbound.rules import WEB_PORTS
from app.settings import Settings


def fetch_rules(settings: Settings) -> Rules:
    """For pictures and media: the public web on its usual ports."""
    private = settings.allow_private_networks
    return Rules(ports=None if private else WEB_PORTS, allow_private=private)


def push_rules(settings: Settings) -> Rules:
    """For pushes and callbacks, whose addresses an app's owner registers: any port."""
    return Rules(ports=None, allow_private=settings.allow_private_networks)
