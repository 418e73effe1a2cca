"""A drawing as SVG text; colours come from classes, so that themes can change them."""

from html import escape


class Svg:
    """Shapes in a box of `width` by `height`; coordinates begin at the top left."""

    def __init__(self, width: int, height: int, title: str) -> None:
        """An empty drawing; screen readers hear the title."""
        self.width = width
        self.height = height
        self._title = title
        self._parts: list[str] = []

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """A straight line."""
        ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        self._parts.append(f'<line class="{kind}" {ends}/>')

    def path(self, points: list[tuple[float, float]], kind: str) -> None:
        """An open line through points; nothing without two of them."""
        if len(points) > 1:
            way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            self._parts.append(f'<path class="{kind}" d="M{way}"/>')

    def dot(self, x: float, y: float, kind: str, radius: float = 4) -> None:
        """A filled circle."""
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"'
        self._parts.append(f'<circle class="{kind}" {place}/>')

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """A filled rectangle."""
        size = f'width="{width:.1f}" height="{height:.1f}"'
        self._parts.append(f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" {size}/>')

    def text(
        self, x: float, y: float, words: str, kind: str = "", anchor: str = "start"
    ) -> None:
        """Words that begin, end or are centred at a place."""
        place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
        shown = escape(words)
        self._parts.append(f'<text class="{kind}" {place}>{shown}</text>')

    def render(self, style: str = "") -> str:
        """The drawing; `style` is for one that stands alone."""
        box = f'viewBox="0 0 {self.width} {self.height}"'
        alone = f'xmlns="http://www.w3.org/2000/svg" width="{self.width}" '
        inner = f"<style>{style}</style>" if style else ""
        ground = '<rect class="ground" width="100%" height="100%"/>'
        title = escape(self._title)
        head = f'<svg {alone if style else ""}{box} role="img" aria-label="{title}">'
        return head + inner + ground + "".join(self._parts) + "</svg>"
