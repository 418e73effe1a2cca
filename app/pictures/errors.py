"""What can go wrong with lists of known pictures."""


class PicturesError(Exception):
    """A list cannot be used or changed; the text is for the operator."""


class NotListedError(PicturesError):
    """There is no such version, list or picture."""


class MovedError(PicturesError):
    """Another version is live than the one that the caller looked at.

    `live` is its number, 0 for none.
    """

    def __init__(self, expected: int, live: int) -> None:
        """Name both versions."""
        super().__init__(
            f"version {expected} was expected, but version {live} is live;"
            " look at what changed and decide again"
        )
        self.live = live


class HashingOffError(PicturesError):
    """Pictures cannot be hashed here: no image workers run."""

    def __init__(self) -> None:
        """Say what can be done instead."""
        super().__init__(
            "no image workers run here, so pictures cannot be hashed; list their"
            " hashes, or start the service with image checks"
        )
