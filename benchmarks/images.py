"""What pictures cost: workers against bare calls, and each classifier by itself."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any, Final

from benchmarks.image_parts import Size
from benchmarks.report import ROOT, Claim, Part, Row

_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""As workers have it; numpy reads that when it is imported."""
_LONGEST: Final = 600


def run(size: Size | None = None) -> Part:
    """Measure everything of this part.

    Raises:
        subprocess.CalledProcessError: it failed; its words are on stderr.
    """
    part = Part("images", "Pictures")
    said = _child(size or Size())
    part.notes.extend(said["notes"])
    for row in said["rows"]:
        claim = Claim(**row.pop("claim")) if row["claim"] else row.pop("claim")
        part.rows.append(Row(**row, claim=claim))
    return part


def _child(size: Size) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.image_parts", json.dumps(asdict(size))],
        cwd=ROOT,
        env=os.environ | _ONE_THREAD,
        stdout=subprocess.PIPE,
        timeout=_LONGEST,
        check=True,
    )
    return json.loads(done.stdout)
