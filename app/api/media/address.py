"""Whether a text can be an address of media; nothing is looked up."""

from app.outbound import OutboundError, Rules
from app.outbound.target import parse_target

_ANYWHERE = Rules(ports=None, allow_private=True)


def is_address(url: str) -> bool:
    """Whether this is an http or https address of 2,048 characters at most.

    Where it leads is no matter here: whoever fetches it has rules of its own.
    """
    try:
        parse_target(url, _ANYWHERE)
    except OutboundError:
        return False
    return True
