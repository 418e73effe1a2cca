"""What a compiled wordlist depends on besides its words."""

import sys
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import app.domain
import app.text
from app.text.automaton import Engine, chosen


@cache
def fingerprint(engine: Engine = "auto") -> str:
    """16 hexadecimal digits: equal ones mean that a block can be shared.

    Covers the matching engine and its release, Python, the byte order and every
    file of the text engine: code that folds otherwise compiles otherwise.
    """
    name = chosen(engine)
    parts = (name, version(name), sys.version, sys.byteorder)
    digest = blake2b("\0".join(parts).encode(), digest_size=8)
    for package in (app.text, app.domain):
        for path in sorted(_files(Path(package.__path__[0]))):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    """The code and the tables in a folder."""
    return [path for path in folder.rglob("*") if path.suffix in {".py", ".tsv"}]
