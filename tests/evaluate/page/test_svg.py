"""Drawings are well-formed, whatever is written in them."""

from xml.etree import ElementTree as ET

from app.evaluate.page.style import PLOT_ALONE
from app.evaluate.page.svg import Svg


def test_a_drawing_is_well_formed_alone_and_within_a_page() -> None:
    svg = Svg(100, 50, 'a "title" <b>')
    svg.text(1, 2, "<&>", "soft", "end")
    svg.line(0, 0, 1, 1, "axis")
    svg.path([(0, 0), (1, 1)], "curve s1")
    svg.path([(0, 0)], "curve s1")
    svg.dot(1, 1, "f1")
    svg.box(0, 0, 3, 3, "f2")
    alone = ET.fromstring(svg.render(PLOT_ALONE))  # noqa: S314 - our own
    assert alone.tag == "{http://www.w3.org/2000/svg}svg"
    assert alone.get("width") == "100"
    within = ET.fromstring(svg.render())  # noqa: S314 - our own
    kinds = [part.tag for part in within]
    assert kinds == ["rect", "text", "line", "path", "circle", "rect"]
    assert within[1].text == "<&>"
