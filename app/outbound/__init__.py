"""The one way out: every request that this service makes to somebody else's host."""

from app.outbound.client import Answer, GuardedClient, Incoming, Requests
from app.outbound.errors import Fault, OutboundError
from app.outbound.rules import Caps, Rules
from app.outbound.signing import SecretError, Signer

__all__ = [
    "Answer",
    "Caps",
    "Fault",
    "GuardedClient",
    "Incoming",
    "OutboundError",
    "Requests",
    "Rules",
    "SecretError",
    "Signer",
]
