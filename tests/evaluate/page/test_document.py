"""The page is whole, loads nothing and runs nothing."""

import re
from html.parser import HTMLParser

import pytest

from app.evaluate.page import render_page
from tests.evaluate.evaluations import whole

VOID = {"meta", "br", "rect", "line", "path", "circle"}


class Outline(HTMLParser):
    """Whether every tag is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("two", [False, True])
def test_the_page_is_well_formed_and_self_contained(two: bool) -> None:
    page = render_page(whole(two=two))
    outline = Outline()
    outline.feed(page)
    outline.close()
    assert outline.open == []
    assert not outline.seen & {"script", "link", "img", "iframe"}
    assert not {"src", "href", "onload"} & {name for name, _ in outline.attributes}
    assert re.findall(r"https?://", page) == []
    assert "default-src 'none'" in page


def test_the_figures_are_on_it() -> None:
    page = render_page(whole())
    for words in ("accuracy", "macro-F1", "any harm", "Under disguise", "emoji"):
        assert words in page
    assert page.count("<svg") == 3


def test_texts_are_escaped_and_can_be_written() -> None:
    page = render_page(whole())
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;.csv" in page
    page.encode()


def test_without_errors_no_text_is_on_it() -> None:
    page = render_page(whole(errors=0))
    assert "Worst errors" not in page
    assert "rude" not in page


def test_two_judges_show_what_changed() -> None:
    page = render_page(whole(two=True))
    assert "2 texts are judged rightly that were not before" in page
    assert "Before: words one" in page
    assert "After: words two" in page
