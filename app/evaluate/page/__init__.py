"""An evaluation as one HTML page that needs nothing else; plots as plain SVG."""

from app.evaluate.page.document import render_page

__all__ = ["render_page"]
