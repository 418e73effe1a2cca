import pytest

from app.image.admission import QueueLimits
from app.image.limits import PictureLimits, WorkerLimits
from app.image.setup import Choice, Order, Setup


def test_a_setup_comes_back_as_it_was() -> None:
    setup = Setup(
        choices=(
            Choice(name="a", settings={"file": "模型"}, seconds=2.5),
            Choice(name="b"),
        ),
        picture=PictureLimits(pixels=7, seconds=0.5),
        worker=WorkerLimits(memory=9, confined=False),
        shot_side=640,
        parent=7,
    )
    assert Setup.load(setup.dump()) == setup


def test_two_classifiers_need_two_names() -> None:
    twice = Choice(name="a"), Choice(name="a", offer="b")
    with pytest.raises(ValueError, match="same name"):
        Setup(choices=twice)


def test_an_order_comes_back_as_it_was() -> None:
    order = Order(skip=("a",), values={"known": {"file": "/x"}}, shots=True)
    read = Order.load(order.dump())
    assert (list(read.skip), read.values, read.shots) == (["a"], order.values, True)


def test_a_setup_without_some() -> None:
    setup = Setup(choices=(Choice(name="a"), Choice(name="b", seconds=3.0)))
    assert setup.names == ("a", "b")
    assert setup.without({"a"}).names == ("b",)
    assert setup.seconds("b") == 3.0


@pytest.mark.parametrize(
    "name", ["size", "pixels", "frames", "seconds", "frame_pixels"]
)
@pytest.mark.parametrize("value", [0, -1])
def test_limits_of_pictures_must_be_limits(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=name):
        PictureLimits(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory", 0),
        ("cpu_seconds", 0),
        ("pictures", 0),
        ("niceness", 20),
        ("niceness", -1),
    ],
)
def test_limits_of_workers_must_be_limits(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=name):
        WorkerLimits(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"count": -1}, {"size": 0}, {"seconds": 0}, {"share": 0}, {"share": 1.5}]
)
def test_limits_of_the_queue_must_be_limits(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be more than 0"):
        QueueLimits(**wrong)  # type: ignore[arg-type]


def test_one_caller_may_always_have_one_picture_waiting() -> None:
    assert QueueLimits(count=0).each == 1
    assert QueueLimits(count=10, share=0.3).each == 3
