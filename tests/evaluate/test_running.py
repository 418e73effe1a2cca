"""Every text once, in order, and progress in between."""

from app.evaluate.running import run
from tests.evaluate.helpers import by_word, found, sample


def test_each_sample_gets_its_judgement() -> None:
    done = run(by_word({"bad": found()}), [sample("bad"), sample("good")])
    assert [j.weight for j in done.judgements] == [90, 0]


def test_progress_hears_of_every_text() -> None:
    heard: list[int] = []
    run(by_word({}), [sample("x")] * 120, heard.append)
    assert heard == [50, 50, 20]


def test_the_cost_is_known() -> None:
    speed = run(by_word({}), [sample("xx"), sample("xxxx")]).speed
    assert speed.characters == 3
    assert 0 < speed.median <= speed.p99
    assert speed.mean > 0
