"""Says what went wrong without saying what it went wrong with."""

import traceback


def described(error: BaseException) -> str:
    """The kind of an error and where it was raised; messages may quote content."""
    frames = traceback.extract_tb(error.__traceback__)
    kind = type(error).__name__
    if not frames:
        return kind
    return f"{kind} in {frames[-1].name}, {frames[-1].filename}:{frames[-1].lineno}"
