"""Settings of a classifier, which are texts, read with clear errors."""

from collections.abc import Collection, Mapping


class Options:
    """The settings of one classifier; every error names it and the setting."""

    def __init__(
        self, classifier: str, settings: Mapping[str, str], *, known: Collection[str]
    ) -> None:
        """Take the settings.

        Raises:
            ValueError: a setting that is not among the `known` ones.
        """
        self._classifier = classifier
        self._settings = settings
        unknown = sorted(set(settings) - set(known))
        if unknown:
            names = ", ".join(sorted(known))
            raise ValueError(
                f"{classifier}: there is no setting {unknown[0]!r}; it has {names}"
            )

    def text(self, name: str, default: str) -> str:
        """A text, without space around it."""
        return self._settings.get(name, default).strip()

    def choice(self, name: str, default: str, *, among: Collection[str]) -> str:
        """One of some words."""
        value = self.text(name, default)
        if value not in among:
            raise self._error(name, f"must be one of {', '.join(sorted(among))}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """`true` or `false`."""
        words = {"true": True, "false": False}
        return words[self.choice(name, str(default).lower(), among=words)]

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self.number(name, default, least=least, most=most)
        if value != int(value):
            raise self._error(name, "must be a whole number")
        return int(value)

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """A number from `least` to `most`."""
        try:
            value = float(self.text(name, str(default)))
        except ValueError:
            raise self._error(name, "must be a number") from None
        if not least <= value <= most:
            raise self._error(name, f"must be {least} to {most}")
        return value

    def _error(self, name: str, rule: str) -> ValueError:
        return ValueError(f"{self._classifier}: {name} {rule}")
