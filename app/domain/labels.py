"""What a text is about, in WeChat's numbers."""

from enum import IntEnum


class Label(IntEnum):
    """WeChat's label numbers (contract page, section 2.4)."""

    NORMAL = 100
    ADS = 10001
    POLITICS = 20001
    PORN = 20002
    ABUSE = 20003
    CRIME = 20006
    FRAUD = 20008
    VULGAR = 20012
    COPYRIGHT = 20013
    OTHER = 21000

    @property
    def title(self) -> str:
        """The lower-case name that CSV files and the native API use."""
        return self.name.lower()


def parse_label(text: str) -> Label:
    """Read a label by number (`"20006"`) or by name (`"crime"`).

    Raises:
        ValueError: neither a known number nor a known name.
    """
    word = text.strip()
    try:
        return Label(int(word)) if word.isdecimal() else Label[word.upper()]
    except (KeyError, ValueError):
        names = ", ".join(f"{label.title} ({label.value})" for label in Label)
        message = f"unknown label {word!r}; use one of {names}"
        raise ValueError(message) from None
