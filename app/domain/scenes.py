"""Where a text stands; strictness depends on it."""

from enum import StrEnum


class Scene(StrEnum):
    """Scenes 1 to 5 are WeChat's; the others exist on the native API only."""

    PROFILE = "profile"
    COMMENT = "comment"
    FORUM = "forum"
    SOCIAL_LOG = "social_log"
    CHAT = "chat"
    SEARCH = "search"
    TITLE = "title"
    LIVE = "live"


WECHAT_SCENES: dict[int, Scene] = {
    1: Scene.PROFILE,
    2: Scene.COMMENT,
    3: Scene.FORUM,
    4: Scene.SOCIAL_LOG,
    5: Scene.CHAT,
}
"""WeChat's scene numbers (contract page, sections 2.1 and 8)."""

_BY_NUMBER: dict[int, Scene] = {
    **WECHAT_SCENES,
    6: Scene.SEARCH,
    7: Scene.TITLE,
    8: Scene.LIVE,
}
_NUMBERS = {scene: number for number, scene in _BY_NUMBER.items()}


def scene_number(scene: Scene) -> int:
    """The number that stands for a scene where it is kept: WeChat's, 6 to 8 ours."""
    return _NUMBERS[scene]


def scene_of(number: int) -> Scene:
    """The scene of a number from `scene_number`.

    Raises:
        KeyError: there is none.
    """
    return _BY_NUMBER[number]


def parse_scene(text: str) -> Scene:
    """Read a scene by name (`"comment"`) or by WeChat's number (`"2"`).

    Raises:
        ValueError: no such scene.
    """
    word = text.strip().lower()
    if word.isdecimal() and int(word) in WECHAT_SCENES:
        return WECHAT_SCENES[int(word)]
    try:
        return Scene(word)
    except ValueError:
        names = ", ".join(scene.value for scene in Scene)
        message = f"unknown scene {text.strip()!r}; use one of {names}, or 1 to 5"
        raise ValueError(message) from None
