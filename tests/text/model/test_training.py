"""Training: the same bytes from the same rows, plain errors, calibrated scores."""

import random
from pathlib import Path

import numpy as np
import pytest

from app.text.model.format import CLASSES, HARMS
from app.text.model.model import Model
from app.text.model.training.calibrate import (
    Scored,
    calibrate,
    probability,
    thresholds,
)
from app.text.model.training.card import markdown, of_rows, with_figures
from app.text.model.training.data import Columns, DataError, Row, read_rows
from app.text.model.training.disguise import CHANGES, FAMILIES, any_disguise, disguised
from app.text.model.training.fit import exp, minimise
from app.text.model.training.train import Recipe, Trained, train

WORDS = {
    "clean": "天气 散步 做饭 读书 公园",
    "ads": "涨粉 代理 货源 进群 加微",
    "porn": "约炮 裸聊 楼凤 福利姬 色站",
    "abuse": "傻逼 废物 滚蛋 去死 贱人",
    "gambling": "百家乐 上分 特码 返水 棋牌",
    "crime": "假证 冰毒 发票 枪支 跑分",
    "fraud": "刷单 垫付 解冻 日结 荐股",
}
RECIPE = Recipe(least=2, rounds=25)


def _rows(count: int = 60) -> list[Row]:
    rng = random.Random(5)
    made = []
    for label, words in WORDS.items():
        for number in range(count):
            text = "".join(rng.choices(words.split(), k=3)) + rng.choice("了吗呢啊的")
            made.append(Row(text, label, f"{label} words", f"{label}/{number}"))
    return made


@pytest.fixture(scope="module")
def trained() -> Trained:
    rows = _rows()
    return train(
        rows, of_rows(rows, RECIPE), RECIPE, ordinary=frozenset({"clean words"})
    )


def test_it_learns_what_it_was_shown(trained: Trained) -> None:
    model = Model.load(trained.block)
    for label in HARMS:
        text = "".join(WORDS[label].split()[:2])
        assert model.judge(text).harm == label
    assert not model.judge("公园散步").reported


def test_the_same_rows_give_the_same_bytes(trained: Trained) -> None:
    rows = _rows()
    again = train(
        rows, of_rows(rows, RECIPE), RECIPE, ordinary=frozenset({"clean words"})
    )
    assert again.block == trained.block


def test_the_card_tells_of_data_and_figures(trained: Trained) -> None:
    card = with_figures(trained)
    assert {
        "name": "ads words",
        "rows": 60,
        "licence": "as the operator holds it",
    } in card["data"]
    assert card["figures"]["labels"]["ads"]["f1"] > 0.8
    assert card["version"] in markdown(card)


def test_no_text_is_in_the_file(trained: Trained) -> None:
    for words in WORDS.values():
        for word in words.split():
            assert word.encode() not in trained.block


def test_an_empty_class_is_refused() -> None:
    rows = [row for row in _rows() if row.label != "fraud"]
    with pytest.raises(DataError, match="the class fraud has 0 rows"):
        train(rows, {}, RECIPE)


def test_probabilities_rise_with_the_margin_and_are_near_the_truth() -> None:
    rng = random.Random(1)
    rows = []
    for _ in range(3000):
        margin = rng.uniform(-6, 6)
        harmful = rng.random() < 1 / (1 + np.exp(-(0.5 * margin - 0.5)))
        scores = (0.0, margin, -30.0, -30.0, -30.0, -30.0, -30.0)
        rows.append(Scored("ads" if harmful else "clean", "x", 1.0, scores))
    slopes = calibrate(rows)
    assert slopes["ads"] == pytest.approx((0.5, -0.5), abs=0.1)
    by_margin = [probability(r, slopes) for r in sorted(rows, key=lambda r: r.margin)]
    assert by_margin == sorted(by_margin)


def test_a_slope_is_never_turned_round() -> None:
    scores = [
        (0.0, m, -30.0, -30.0, -30.0, -30.0, -30.0) for m in (-2.0, -1.0, 1.0, 2.0)
    ]
    rows = [Scored("ads" if s[1] < 0 else "clean", "x", 1.0, s) for s in scores * 50]
    assert calibrate(rows)["ads"][0] > 0


def test_thresholds_keep_the_promise_on_ordinary_texts() -> None:
    rng = random.Random(2)
    rows = [
        Scored(
            "clean", "plain", 1.0, (0.0, rng.gauss(0, 2), -9.0, -9.0, -9.0, -9.0, -9.0)
        )
        for _ in range(2000)
    ]
    slopes = dict.fromkeys(HARMS, (1.0, 0.0))
    chosen = thresholds(rows, slopes, frozenset({"plain"}), 0.01)
    over = sum(probability(row, slopes) >= chosen["ads"] for row in rows)
    assert 0 < over <= 20
    assert chosen["fraud"] == 50
    assert set(thresholds(rows, slopes, frozenset(), 0.01).values()) == {50}


def test_our_exponential_is_right() -> None:
    values = np.linspace(-600, 60, 5000)
    assert np.allclose(exp(values), np.exp(values), rtol=1e-13)


def test_the_least_of_a_bowl_is_found() -> None:
    goal = np.array([3.0, -2.0, 0.5])
    slopes = np.array([1.0, 10.0, 100.0])

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        away = at - goal
        return float((slopes * away * away).sum()), 2 * slopes * away

    found = minimise(loss, np.zeros(3), 60, lambda _: None)
    assert found == pytest.approx(goal, abs=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_disguises_change_texts_and_are_the_same_for_a_seed(family: str) -> None:
    text = "兼职刷单日结三百元加微信看马车茶语"
    made = {disguised(text, family, random.Random(n), share=0.9) for n in range(9)}
    assert made != {text}
    one, two = (disguised(text, family, random.Random(3)) for _ in range(2))
    assert one == two


def test_every_family_is_drawn() -> None:
    assert len(CHANGES) + 1 == len(FAMILIES)
    rng = random.Random(1)
    assert len({any_disguise("刷单日结加微信", rng) for _ in range(60)}) > 20


def _file(tmp_path: Path, name: str, content: str) -> Path:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    return path


def test_rows_come_from_csv_and_jsonl(tmp_path: Path) -> None:
    csv = _file(tmp_path, "a.csv", "body,kind,set\n你好 @someone,0,x\n刷单,9,y\n")
    columns = Columns("body", "kind", "set", None, {"0": "clean", "9": "fraud"})
    first, second = read_rows(csv, columns)
    assert first.text.strip() == "你好"
    assert (second.label, second.group) == ("fraud", "y")
    lines = _file(tmp_path, "b.jsonl", '{"text":"好","label":"normal"}\n\n')
    assert [row.label for row in read_rows(lines, Columns())] == ["clean"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "text,kind\nx,1\n", "no column 'label'"),
        ("a.csv", "text,label\nx,odd\n", "label 'odd' is none of"),
        ("a.csv", "text,label\nx\n", "holds no text"),
        ("a.jsonl", "[1]\n", "row 1: this is no JSON object"),
        ("a.jsonl", '{"text": ["x"], "label": "clean"}\n', "holds no text"),
        ("a.jsonl", "{\n", "no JSON object"),
    ],
)
def test_broken_rows_say_where(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        list(read_rows(_file(tmp_path, name, content), Columns()))


def test_a_missing_or_broken_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        list(read_rows(tmp_path / "none.csv", Columns()))
    path = tmp_path / "bad.csv"
    path.write_bytes(b"text,label\n\xff\xfe,clean\n")
    with pytest.raises(DataError, match="utf-8"):
        list(read_rows(path, Columns()))


def test_classes_are_those_of_the_words() -> None:
    assert set(WORDS) == set(CLASSES)
