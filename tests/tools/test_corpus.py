"""Our own texts: the same for a seed, all different, and never about minors."""

from collections import Counter

import pytest

from app.text.model.format import CLASSES
from app.text.model.reading import read
from tools.corpus.generate import generate
from tools.corpus.grammar import FOLDER, GrammarError, _alternatives, load_all

YOUNG = (
    "学生", "小学", "初中", "高中", "萝莉", "正太", "少女", "未成年", "幼女", "儿童",
    "孩子", "宝宝", "女童", "男童", "校花", "校园", "teen", "child", "school", "young",
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> list[tuple[str, str, str]]:
    return [(one.text, one.label, one.generator) for one in generate(60)]


def test_the_same_seed_gives_the_same_texts(made: list[tuple[str, str, str]]) -> None:
    again = [(one.text, one.label, one.generator) for one in generate(60)]
    assert again == made
    other = [(one.text, one.label, one.generator) for one in generate(60, seed=1)]
    assert other != made


def test_every_class_has_texts_and_every_generator_one_label(
    made: list[tuple[str, str, str]],
) -> None:
    assert {label for _, label, _ in made} == set(CLASSES)
    assert len({(name, label) for _, label, name in made}) == len(
        {n for _, _, n in made}
    )


def test_texts_are_not_made_twice(made: list[tuple[str, str, str]]) -> None:
    counts = Counter((name, read(text)) for text, _, name in made)
    assert max(counts.values()) == 1


def test_nothing_sexual_is_near_the_young() -> None:
    for path in FOLDER.glob("*porn*.txt"):
        text = path.read_text("utf-8")
        assert [word for word in YOUNG if word in text] == [], path.name


def test_every_slot_of_every_grammar_leads_somewhere() -> None:
    for grammar in load_all():
        for section in grammar.sections.values():
            for slot in _slots(section):
                assert slot in grammar.sections, f"{grammar.name}: {slot}"


def _slots(node: object) -> set[str]:
    if isinstance(node, str):
        return {node[1:]} if node.startswith("\0") else set()
    assert isinstance(node, list | tuple)
    return set().union(*map(_slots, node))


@pytest.mark.parametrize("line", ["{a|b", "a}b", "<slot", "{a{b}"])
def test_a_broken_line_is_an_error(line: str) -> None:
    with pytest.raises(GrammarError):
        list(_alternatives(line))
