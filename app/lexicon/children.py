"""Processes of our own beside the service: how they are started."""

import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[2])


def command(module: str) -> tuple[str, ...]:
    """What runs `main` of a module of ours, with this interpreter and this package."""
    program = (
        f"import sys; sys.path.append({_ROOT!r});"
        f" from {module} import main; sys.exit(main())"
    )
    # -P: a folder named `app` where the service was started is not ours.
    return sys.executable, "-P", "-c", program
