"""The published vectors of WeChat's signatures."""

import pytest

from app.push.signature import signature
from tests.push.helpers import ENCRYPT_A, ENCRYPT_B, TOKEN


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("1714112445", "415670741"), "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
        (
            ("1714112445", "415670741", ENCRYPT_A),
            "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
        ),
        (
            ("1713424427", "415670741", ENCRYPT_B),
            "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
        ),
    ],
)
def test_published_vectors(parts: tuple[str, ...], expected: str) -> None:
    assert signature(TOKEN, *parts) == expected
    assert signature(*reversed(parts), TOKEN) == expected


def test_parts_are_sorted_as_strings() -> None:
    assert signature("10", "9") == signature("9", "10")
    assert signature("10", "9") != signature("91", "0")
