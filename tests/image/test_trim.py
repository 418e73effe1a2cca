from app.image.limits import MEBIBYTE
from app.image.trim import Trimmer


def test_little_is_kept() -> None:
    calls: list[int] = []
    trimmer = Trimmer(1 << 50, trim=lambda: calls.append(1))
    assert trimmer.held > MEBIBYTE
    assert trimmer.after() is False
    assert calls == []


def test_much_is_given_back() -> None:
    calls: list[int] = []
    assert Trimmer(MEBIBYTE, trim=lambda: calls.append(1)).after() is True
    assert calls == [1]


def test_the_library_is_asked() -> None:
    assert Trimmer(MEBIBYTE).after() is True
