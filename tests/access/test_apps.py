import pytest
from pydantic import ValidationError

from app.access import App, AppSettings
from app.domain.scenes import Scene


def test_defaults_are_generous() -> None:
    plain = AppSettings()
    assert plain.effective() is plain
    assert (plain.max_content, plain.require_openid) == (10_000, False)
    assert (plain.minute_limit, plain.day_limit) == (None, None)


def test_strict_is_wechat_where_nothing_else_is_said() -> None:
    strict = App("a", AppSettings(strict=True, minute_limit=5)).effective
    assert (strict.max_content, strict.day_limit) == (2500, 2_000_000)
    assert (strict.require_openid, strict.fixed_prob) == (True, 90)
    assert strict.minute_limit == 5


def test_what_is_stored_comes_back_the_same() -> None:
    settings = AppSettings(strict=True, default_scene=Scene.CHAT, day_limit=None)
    again = AppSettings.load(settings.dump())
    assert again == settings
    assert again.effective() == settings.effective()
    # Set to "no limit" on purpose, which strict mode respects.
    assert again.effective().day_limit is None


def test_settings_of_a_newer_release_are_passed_over() -> None:
    assert AppSettings.load({"strict": True, "brand_new": 1}).strict


def test_changes_are_validated_and_keep_the_rest() -> None:
    changed = AppSettings(strict=True).changed(max_content=100)
    assert (changed.strict, changed.effective().max_content) == (True, 100)
    for wrong in ({"max_content": 0}, {"no_such": 1}, {"review_as": "maybe"}):
        with pytest.raises(ValidationError):
            changed.changed(**wrong)


def test_keeping_samples_is_a_choice_with_limits() -> None:
    plain = AppSettings()
    assert (plain.sample_share, plain.sample_hours) == (0, 24)
    assert AppSettings(strict=True).effective().sample_share == 0
    kept = plain.changed(sample_share="0.05", sample_hours=2)
    assert AppSettings.load(kept.dump()) == kept
    wrongs: list[dict[str, object]] = [
        {"sample_share": 1.01},
        {"sample_share": -0.1},
        {"sample_share": "nan"},
        {"sample_hours": 0},
        {"sample_hours": 169},
    ]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            plain.changed(**wrong)
