"""Write `openapi/openapi.json`, or with `--check` tell whether it is up to date."""

import json
import sys
from pathlib import Path

from app.api.rest import create_rest

TARGET = Path(__file__).resolve().parent.parent / "openapi" / "openapi.json"


def render() -> str:
    """Return the document as it belongs into the file."""
    document = create_rest().openapi()
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    wanted = render()
    if "--check" not in arguments:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(wanted, encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == wanted:
        return 0
    print("openapi/openapi.json is not up to date; run `make openapi`")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
