"""Every view leads back to the original, position by position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entry import Match
from app.text.symbols import BETWEEN_TEXTS, OTHER, SEPARATOR
from app.text.views import Mapped, Plan, View, ViewKind, Views, lay_out, unfold
from tests.text.helpers import entry, snapshot

SNAPSHOT = snapshot(
    "假钞", "办假证", "porn", "赌场", entry("A-b", Match.EXACT), "洗黑钱", "phish"
)
PIECES = st.sampled_from(
    [*"假钞办证赌场的一二aAbjpx19 -。，\n\u200b\u0301😀ﬁß𝐚①", "jia", "chao", "ph", "aa"]
)
TEXTS = st.lists(PIECES | st.characters(), max_size=30).map("".join)


def views(text: str) -> dict[ViewKind, Plan]:
    return {plan.kind: plan for plan in Views(text, SNAPSHOT).all()}


def mapped(text: str, kind: ViewKind) -> Mapped:
    return views(text)[kind].resolve()


@given(TEXTS)
def test_every_character_of_every_view_has_its_source(text: str) -> None:
    for view in Views(text, SNAPSHOT).all():
        mapped = view.resolve()
        size = len(view.haystack)
        assert len(mapped.text) == len(mapped.starts) == len(mapped.ends) == size
        for start, end in zip(mapped.starts, mapped.ends, strict=True):
            assert 0 <= start < end <= len(text)


@given(TEXTS)
def test_all_but_columns_keep_the_order_of_the_text(text: str) -> None:
    for kind, view in views(text).items():
        if kind is not ViewKind.COLUMNS:
            starts = view.resolve().starts
            assert starts == sorted(starts)


@given(TEXTS)
def test_haystacks_hold_no_separator_and_no_surrogate(text: str) -> None:
    for view in Views(text, SNAPSHOT).all():
        # The letter that joins a batch is a separator wherever it comes from.
        assert SEPARATOR not in view.haystack or BETWEEN_TEXTS in text
        view.haystack.encode()


@given(TEXTS)
def test_views_are_laid_out_side_by_side(text: str) -> None:
    plans = Views(text, SNAPSHOT).all()
    haystack = lay_out(plans)
    for view, plan in zip(unfold(plans), plans, strict=True):
        assert view.kind is plan.kind
        assert haystack.startswith(plan.haystack, view.offset)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("今天", ViewKind.PLAIN),
        ("今天", ViewKind.SOUND),
        ("今天", ViewKind.SHAPE),
        ("今天", ViewKind.EXACT),
        ("假1钞", ViewKind.INSERTED),
        ("jia钞", ViewKind.HALF_PINYIN),
        ("p0rn", ViewKind.LEET),
        ("假假钞", ViewKind.REPEATED),
        ("办假\n证的", ViewKind.COLUMNS),
    ],
)
def test_a_view_is_made_when_it_can_show_something(text: str, kind: ViewKind) -> None:
    assert kind in views(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("今天", ViewKind.INSERTED),
        ("今天", ViewKind.HALF_PINYIN),
        ("今天", ViewKind.LEET),
        ("假钞", ViewKind.REPEATED),
        ("今天", ViewKind.COLUMNS),
        ("jiachao", ViewKind.HALF_PINYIN),
        ("xqz钞", ViewKind.HALF_PINYIN),
        ("一\n二", ViewKind.COLUMNS),
        ("一二\n三", ViewKind.COLUMNS),
        ("一二\na三", ViewKind.COLUMNS),
        ("一二三四五六七八九\n一二三四五六七八九", ViewKind.COLUMNS),
    ],
)
def test_a_view_is_left_out_when_it_cannot(text: str, kind: ViewKind) -> None:
    assert kind not in views(text)


def test_characters_that_no_pattern_knows_are_one_symbol() -> None:
    assert views("霸假鬻")[ViewKind.PLAIN].haystack == OTHER + "假" + OTHER


def test_the_mapped_text_shows_every_character() -> None:
    assert mapped("霸假鬻", ViewKind.PLAIN).text == "霸假鬻"


def test_repeats_keep_the_span_of_the_whole_run() -> None:
    found = mapped("假-假钞钞钞", ViewKind.REPEATED)
    assert found.text == "假钞"
    assert (found.starts, found.ends) == ([0, 3], [3, 6])


def test_spaces_between_latin_words_end_a_run() -> None:
    found = mapped("class ss", ViewKind.REPEATED)
    assert found.text.replace(OTHER, " ") == "clas s"


def test_a_split_character_is_one_cell() -> None:
    made = Views("洗黑钅戋了", SNAPSHOT)
    found = made.joined([(2, 4, "钱")]).resolve()
    assert found.text == "洗黑钱了"
    assert (found.starts, found.ends) == ([0, 1, 2, 4], [1, 2, 4, 5])


def test_columns_are_read_downwards_from_both_sides() -> None:
    made = Views("办的\n假的\n证了", SNAPSHOT).all()
    columns = [v.resolve().text for v in made if v.kind is ViewKind.COLUMNS]
    assert columns == ["办假证的的了", "的的了办假证"]


def test_the_way_back_is_worked_out_once() -> None:
    asked: list[int] = []

    def resolve() -> Mapped:
        asked.append(1)
        return Mapped("假钞", [0, 1], [1, 2])

    view = View(ViewKind.PLAIN, resolve)
    assert view.mapped is view.mapped
    assert asked == [1]


def test_a_ligature_of_leetspeak_covers_both_letters() -> None:
    found = mapped("ph1sh", ViewKind.LEET)
    assert found.starts == [0, 2, 3, 4]
    assert found.ends == [2, 3, 4, 5]
