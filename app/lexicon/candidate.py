"""Content that could be served: a published version, or a draft as it stands."""

import re
from dataclasses import dataclass
from typing import Literal

from app.lexicon.errors import LexiconError

Kind = Literal["version", "draft"]

_WRITTEN = re.compile(r"(?:version:(\d{1,9})|draft:(\d{1,9})@(\d{1,9}))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Names content. A draft also needs the revision that was looked at.

    A draft's content is the live version with the draft's changes, so it moves
    when another version goes live; `Content.checksum` tells contents apart.
    """

    kind: Kind
    number: int
    revision: int | None = None

    def text(self) -> str:
        """As written in addresses and logs: `version:5` or `draft:3@7`."""
        tail = "" if self.revision is None else f"@{self.revision}"
        return f"{self.kind}:{self.number}{tail}"


def parse_candidate(text: str) -> Candidate:
    """Read what `Candidate.text` writes.

    Raises:
        LexiconError: it is neither `version:5` nor `draft:3@7`.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        message = "a candidate is written version:5 or draft:3@7 (draft 3, revision 7)"
        raise LexiconError(message)
    version, draft, revision = found.groups()
    if version is not None:
        return Candidate("version", int(version))
    return Candidate("draft", int(draft), int(revision))
