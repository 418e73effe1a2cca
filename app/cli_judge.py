"""From a text to a verdict, and to the shape of the native API."""

import secrets
import time
from typing import Any

from app.api.rooms import judge
from app.api.v1.render import render_result
from app.domain.finding import Suggest
from app.domain.scenes import Scene
from app.domain.verdict import Verdict
from app.text.checker import Checker
from app.text.result import TextResult


class Judge:
    """One checker with the choices that hold for a whole command."""

    def __init__(
        self, checker: Checker, *, scene: Scene, explain: bool, search_notice: str
    ) -> None:
        """Take the scene of texts that name none."""
        self._checker = checker
        self._scene = scene
        self._explain = explain
        self._search_notice = search_notice

    def check(
        self, text: str, scene: Scene | None = None
    ) -> tuple[TextResult, Verdict]:
        """What the service would say about a text."""
        where = scene or self._scene
        result = self._checker.check(text, scene=where, explain=self._explain)
        return result, judge([result])

    def result(
        self, text: str, *, scene: Scene | None = None, caller_id: Any = None
    ) -> dict[str, Any]:
        """One element of the native API's `results`; `caller_id` comes back."""
        result, verdict = self.check(text, scene)
        searching = (scene or self._scene) is Scene.SEARCH
        stopped = searching and verdict.suggest is not Suggest.PASS
        return render_result(
            result,
            verdict,
            trace_id=_trace_id(),
            text=text,
            caller_id=caller_id,
            notice=self._search_notice if stopped else None,
        )


def _trace_id() -> str:
    """The form of the service's own ids; nothing is kept under this one."""
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
