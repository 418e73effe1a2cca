"""One labelled text, and the classes that texts can have."""

from dataclasses import dataclass
from typing import Final

from app.domain.labels import Label
from app.domain.scenes import Scene

CLEAN: Final = Label.NORMAL.title
"""The class of texts to which nothing should happen."""

ANY: Final = "any"
"""The class of harmful texts when a file only tells harmful from clean."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text with its true class: `CLEAN`, `ANY`, or the title of a label.

    `line` counts from 1 in `source`. `group` names its near-duplicates, as far as
    the file tells. `term` is the listed word that stands in the text, "" if unknown.
    `part` is what figures are told apart by; "" means the source.
    """

    text: str
    truth: str
    scene: Scene
    source: str = ""
    line: int = 0
    group: str = ""
    term: str = ""
    part: str = ""

    @property
    def harmful(self) -> bool:
        """Whether something should be found."""
        return self.truth != CLEAN
