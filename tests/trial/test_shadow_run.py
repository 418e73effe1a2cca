"""One shadow in one process: what it takes, drops, compares and counts."""

import itertools
import threading
import time
from collections import Counter

import pytest

from app.domain.observation import Observation
from app.domain.scenes import Scene
from app.domain.verdict import CLEAN
from app.lexicon.rows import term_key
from app.store.trial_shadows import CountKey
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.trial import shadow_run as module
from app.trial.compare import judged
from app.trial.pace import LEAST, Pace
from app.trial.shadow_run import ShadowRun
from tests.trial.helpers import Dice, word

LIVE = Checker(compile_snapshot([word("代开发票"), word("赌场", 50)]))
CANDIDATE = compile_snapshot([word("代开发票", 50), word("刷单兼职", list_name="new")])
TEXTS = {
    "诚招刷单兼职": ("pass", "risky"),
    "这里代开发票": ("risky", "review"),
    "网上赌场": ("review", "pass"),
    "今天天气很好": ("pass", "pass"),
}


def seen(
    text: str, scene: Scene = Scene.COMMENT, lists: frozenset[str] | None = None
) -> Observation:
    verdict = judged(LIVE, text, scene)
    return Observation("wx1", scene, None, text, verdict, lists)


def make(
    share: float = 1.0, scenes: frozenset[Scene] = frozenset(), dice: float = 0.5
) -> ShadowRun:
    checker = Checker(CANDIDATE)
    return ShadowRun(7, checker, share=share, scenes=scenes, chance=Dice(dice))


def pairs(run: ShadowRun) -> Counter[tuple[str, str, str]]:
    counts = run.take().counts
    return Counter(
        {k[1:4]: count for k, count in counts.items() if not k.kind},
    )


def test_differences_are_counted_by_scene_and_by_word() -> None:
    run = make()
    for text in TEXTS:
        run.offer(seen(text))
    run.offer(seen("刷单兼职日结", Scene.CHAT))
    run.drain()
    counts = run.take().counts
    texts = {key[1:4]: count for key, count in counts.items() if not key.kind}
    assert texts == {("comment", *pair): 1 for pair in TEXTS.values()} | {
        ("chat", "pass", "risky"): 1
    }
    words = {key[1:6] + key[6:]: n for key, n in counts.items() if key.kind}

    def key(scene: str, *rest: str) -> tuple[object, ...]:
        before, after, kind, name, term = rest
        return scene, before, after, kind, term_key(name, term), name, term

    assert words == {
        key("comment", "pass", "risky", "caused", "new", "刷单兼职"): 1,
        key("comment", "risky", "review", "changed", "own", "代开发票"): 1,
        key("comment", "review", "pass", "removed", "own", "赌场"): 1,
        key("chat", "pass", "risky", "caused", "new", "刷单兼职"): 1,
    }
    assert (run.compared, run.flipped, len(run)) == (5, 4, 0)
    assert run.take().counts == Counter()


def test_counts_name_the_shadow() -> None:
    run = make()
    run.offer(seen("今天天气很好"))
    run.drain()
    (key,) = run.take().counts
    assert key == CountKey(7, "comment", "pass", "pass", "", b"", "", "")


@pytest.mark.parametrize(("share", "taken"), [(0.5, 0), (0.51, 1), (1.0, 1)])
def test_a_share_is_taken(share: float, taken: int) -> None:
    run = make(share, dice=0.5)
    run.offer(seen("今天天气很好"))
    assert len(run) == taken
    assert run.take().dropped == 0


def test_only_its_scenes() -> None:
    run = make(scenes=frozenset({Scene.CHAT}))
    run.offer(seen("诚招刷单兼职"))
    run.offer(seen("诚招刷单兼职", Scene.CHAT))
    run.drain()
    assert pairs(run) == {("chat", "pass", "risky"): 1}


def test_a_full_queue_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_QUEUE", 2)
    run = make()
    for _ in range(5):
        run.offer(seen("今天天气很好"))
    run.drain()
    assert (run.compared, run.take().dropped, run.take().dropped) == (2, 3, 0)
    # There is room again.
    run.offer(seen("今天天气很好"))
    assert len(run) == 1


def test_long_texts_drop_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_QUEUE_CHARACTERS", 10)
    run = make()
    run.offer(seen("好" * 8))
    run.offer(seen("好" * 3))
    run.offer(seen("好" * 2))
    assert len(run) == 2
    assert run.take().dropped == 1
    run.drain()
    run.offer(seen("好" * 10))
    assert len(run) == 1


def test_different_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_COUNTS", 1)
    run = make()
    for text in ("今天天气很好", "诚招刷单兼职", "今天天气很好"):
        run.offer(seen(text))
    run.drain()
    assert pairs(run) == {("comment", "pass", "pass"): 2}
    assert run.compared == 3


def test_the_lists_of_the_request_are_those_of_the_shadow() -> None:
    run = make()
    run.offer(seen("诚招刷单兼职", lists=frozenset({"own"})))
    run.offer(seen("诚招刷单兼职", lists=frozenset({"own", "new"})))
    run.drain()
    assert pairs(run) == {
        ("comment", "pass", "pass"): 1,
        ("comment", "pass", "risky"): 1,
    }


def test_held_words_are_held_here_too() -> None:
    run = make()
    run.hold(frozenset({("new", "刷单兼职")}))
    run.offer(seen("诚招刷单兼职"))
    run.drain()
    assert pairs(run) == {("comment", "pass", "review"): 1}


def test_long_texts_are_compared_like_short_ones() -> None:
    run = make()
    text = "今天天气很好。" * 3000 + "诚招刷单兼职"
    run.offer(seen(text))
    run.drain()
    assert pairs(run) == {("comment", "pass", "risky"): 1}


def test_each_step_is_short() -> None:
    """A long text has many steps, between which the thread rests."""
    run = make()
    run.offer(seen("今天天气很好。" * 3000))
    assert sum(1 for _ in run._steps()) > 5


def test_its_thread_works_and_ends() -> None:
    run = make()
    run.begin()
    try:
        for text in TEXTS:
            run.offer(seen(text))
        end = time.monotonic() + 30
        while run.compared < len(TEXTS) and time.monotonic() < end:
            time.sleep(0.01)
        assert (run.compared, run.flipped) == (4, 3)
        assert run.busy_seconds > 0
    finally:
        run.end()
        run.join()
    assert "shadow-7" not in {thread.name for thread in threading.enumerate()}


def test_what_waits_at_the_end_is_forgotten() -> None:
    run = make()
    run.offer(seen("今天天气很好"))
    run.end()
    run.join()
    run.drain()
    assert (len(run), run.compared) == (0, 0)


def test_it_rests_after_each_piece_and_ends_between_two_steps() -> None:
    ticks = itertools.count()
    rests: list[float] = []

    def sleep(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 3:
            run.end()

    pace = Pace(lambda: 0.0, clock=lambda: 0.0, sleep=sleep)
    run = ShadowRun(
        7,
        Checker(CANDIDATE),
        share=1.0,
        scenes=frozenset(),
        chance=Dice(0.5),
        clock=lambda: next(ticks) * 0.002,
        cpu=lambda: len(rests) * 0.001,
        pace=pace,
    )
    run.offer(seen("今天天气很好。" * 3000))
    run._work()
    assert rests == [pytest.approx(0.002 / LEAST - 0.002)] * 3
    assert run.compared == 0
    assert run.busy_seconds == pytest.approx(0.002)


def test_a_clean_text_that_was_clean_is_no_difference() -> None:
    run = make()
    text = Observation("wx1", Scene.CHAT, None, "今天天气很好", CLEAN)
    run.offer(text)
    run.drain()
    assert pairs(run) == {("chat", "pass", "pass"): 1}
