"""What can go wrong with wordlists."""

from collections.abc import Sequence

SHOWN_CONFLICTS = 20
"""Words in conflict that an error names."""


class LexiconError(Exception):
    """A wordlist cannot be used or changed; the text is for the operator."""


class NotFoundError(LexiconError):
    """There is no such draft, version, list, row or change."""


class StaleError(LexiconError):
    """Somebody changed the draft since the caller looked at it.

    `revision` is the present one.
    """

    def __init__(self, draft: int, revision: int) -> None:
        """Name the draft and its present revision."""
        super().__init__(
            f"draft {draft} was changed meanwhile and is at revision {revision};"
            " look at it again"
        )
        self.revision = revision


class ConflictError(LexiconError):
    """Another version meanwhile changed the same words.

    `terms` names up to 20 of them as (list name, term); the term is "" where the
    settings of the whole list are meant.
    """

    def __init__(self, terms: Sequence[tuple[str, str]]) -> None:
        """Name the words that both changed."""
        self.terms = tuple(terms[:SHOWN_CONFLICTS])
        shown = ", ".join(
            f"{term[:40]!r} in {name}" if term else f"the list {name}"
            for name, term in self.terms
        )
        super().__init__(
            f"a version published meanwhile changed the same words: {shown};"
            " undo and repeat these changes, or publish with force"
        )


class FourEyesError(LexiconError):
    """Nobody but the authors of the draft has approved it as it stands."""
