"""Scenes by name and by WeChat's number."""

import pytest

from app.domain.scenes import (
    WECHAT_SCENES,
    Scene,
    parse_scene,
    scene_number,
    scene_of,
)


@pytest.mark.parametrize(
    ("number", "scene"),
    [
        (1, Scene.PROFILE),
        (2, Scene.COMMENT),
        (3, Scene.FORUM),
        (4, Scene.SOCIAL_LOG),
        (5, Scene.CHAT),
    ],
)
def test_numbers_are_those_of_the_contract(number: int, scene: Scene) -> None:
    assert WECHAT_SCENES[number] is scene
    assert parse_scene(str(number)) is scene


@pytest.mark.parametrize("scene", Scene)
def test_every_scene_is_read_by_name(scene: Scene) -> None:
    assert parse_scene(scene.value) is scene
    assert parse_scene(f" {scene.value.upper()} ") is scene


@pytest.mark.parametrize("text", ["", "0", "6", "-1", "comments", "2.0", "①"])
def test_anything_else_is_refused_with_the_choices(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown scene .*comment.* or 1 to 5"):
        parse_scene(text)


@pytest.mark.parametrize("scene", Scene)
def test_every_scene_has_a_number(scene: Scene) -> None:
    assert scene_of(scene_number(scene)) is scene


def test_the_numbers_that_are_kept_stay() -> None:
    assert [scene_of(number) for number in range(1, 9)] == list(Scene)
    with pytest.raises(KeyError):
        scene_of(9)
