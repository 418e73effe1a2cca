"""What the tests of the compatible text checks share."""

import re
from typing import Any

from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.text.result import TextResult

PATH = "/wxa/msg_sec_check"
GAME = "/wxa/game/content_spam/msg_sec_check"
RISKY = "专业办证刻章"
REVIEW = "你这傻瓜"
RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
MODEL = {"strategy": "content_model", "errcode": -1}


def v2(content: Any, **fields: Any) -> dict[str, Any]:
    return {"version": 2, "scene": 2, "openid": "o1", "content": content, **fields}


def code_of(shown: dict[str, Any]) -> int:
    """Check the shape of an error and return its code."""
    assert set(shown) == {"errcode", "errmsg"}
    assert type(shown["errcode"]) is int
    assert RID.search(shown["errmsg"])
    return int(shown["errcode"])


class Says(Checker):
    """A checker with a fixed answer."""

    def __init__(self, result: TextResult) -> None:
        super().__init__(compile_snapshot((), version="1"))
        self._result = result

    def check(self, *_args: Any, **_kwargs: Any) -> TextResult:
        return self._result
