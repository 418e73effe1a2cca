"""Telling those who watch the traffic what was checked."""

from collections.abc import Sequence
from itertools import compress
from typing import TYPE_CHECKING

from app.domain.observation import Observation
from app.domain.verdict import CLEAN

if TYPE_CHECKING:
    from app.domain.observation import Observer
    from app.domain.scenes import Scene
    from app.domain.verdict import Verdict


class Watch:
    """All observers as one; costs next to nothing while there are none."""

    def __init__(self, observers: "Sequence[Observer]" = ()) -> None:
        self._observers = tuple(observers)

    def checked(
        self,
        appid: str,
        user_id: str | None,
        scene: "Scene",
        text: str,
        verdict: "Verdict",
        lists: frozenset[str] | None = None,
    ) -> None:
        """One text was checked, by these lists or by all."""
        if verdict is CLEAN:
            self._clean(appid, user_id, scene, (text,), lists)
            return
        observation = Observation(appid, scene, user_id, text, verdict, lists)
        for observer in self._observers:
            observer.saw(observation)

    def clean(
        self,
        appid: str,
        user_id: str | None,
        texts: Sequence[str],
        scenes: "Sequence[Scene]",
        lists: frozenset[str] | None = None,
    ) -> None:
        """These texts were checked together, and nothing was found in them.

        `scenes` has the scene of each.
        """
        if not (self._observers and texts):
            return
        if scenes.count(scenes[0]) == len(scenes):  # nearly always
            self._clean(appid, user_id, scenes[0], texts, lists)
            return
        for scene in dict.fromkeys(scenes):
            those = list(compress(texts, (at is scene for at in scenes)))
            self._clean(appid, user_id, scene, those, lists)

    def _clean(
        self,
        appid: str,
        user_id: str | None,
        scene: "Scene",
        texts: Sequence[str],
        lists: frozenset[str] | None,
    ) -> None:
        for observer in self._observers:
            if not observer.wants_all:
                observer.passed(appid, scene, len(texts))
                continue
            for text in texts:
                observer.saw(Observation(appid, scene, user_id, text, CLEAN, lists))
