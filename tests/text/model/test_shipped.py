"""The model in use: shipped, or a file that is replaced while serving."""

import os
from pathlib import Path

import pytest

from app.text.model.format import LARGEST, ModelError
from app.text.model.model import Model
from app.text.model.shipped import ModelFollower, load_file, load_shipped
from tests.text.model.helpers import block


def test_the_shipped_model_is_small_and_says_what_it_is() -> None:
    model = load_shipped()
    assert model.contents.card["data"]
    size = (Path(__file__).parents[3] / "app/text/data/content.model").stat().st_size
    assert size < LARGEST


@pytest.mark.parametrize(
    ("text", "harm"),
    [
        ("澳门真人荷官在线发牌，首存送彩金，提款秒到", "gambling"),
        ("在家刷单日结三百，加我微信", "fraud"),
        ("代开发票，点数低，先开票后付款", "crime"),
        ("同城上门服务全套八百，可过夜", "porn"),
        ("你就是个傻逼，滚远点", "abuse"),
        ("专业涨粉刷赞，加v领优惠", "ads"),
    ],
)
def test_the_shipped_model_knows_each_harm(text: str, harm: str) -> None:
    judged = load_shipped().judge(text)
    assert (judged.harm, judged.reported) == (harm, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "今天带孩子去公园玩，天气真好",
        "酒店离地铁很近，房间干净，早餐一般",
        "警方提醒：刷单返利都是诈骗，不要转账",
        "阴道炎反复发作，医生建议我复查",
        "明天下午三点开会，记得带上报表",
    ],
)
def test_the_shipped_model_lets_plain_texts_pass(text: str) -> None:
    assert not load_shipped().judge(text).reported


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        load_file(tmp_path / "none")
    bad = tmp_path / "bad"
    bad.write_bytes(block()[:-4])
    with pytest.raises(ModelError, match=r"bad: .*cut short"):
        load_file(bad)


async def test_the_follower_serves_the_shipped_model_until_there_is_a_file(
    tmp_path: Path,
) -> None:
    used = list[Model | None]()
    path = tmp_path / "content.model"
    follower = ModelFollower(path, used.append)
    assert await follower.refresh()
    assert not await follower.refresh()
    _replace(path, block())
    assert await follower.refresh()
    assert follower.version == Model.load(block()).version
    assert [model and model.version for model in used][1] == follower.version


async def test_a_damaged_file_leaves_the_model_as_it_is(tmp_path: Path) -> None:
    used = list[Model | None]()
    path = tmp_path / "content.model"
    _replace(path, block())
    follower = ModelFollower(path, used.append)
    await follower.refresh()
    before = follower.version
    _replace(path, block()[:-1])
    assert not await follower.refresh()
    assert follower.version == before
    assert "cut short" in (follower.error or "")
    assert len(used) == 1
    _replace(path, block(units=[0.06] * 7))
    assert await follower.refresh()
    assert follower.error is None


def _replace(path: Path, content: bytes) -> None:
    """As a careful operator does: a new file, moved into place."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    os.replace(fresh, path)  # noqa: PTH105 one step on every system
