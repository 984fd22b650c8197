"""Words as HTML that is safe and follows the theme, and the widget that all others build on."""

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from nnlib.frontend import attended

RIGHT, WRONG, OPEN = "✓", "✗", "○"
_KINDS = {RIGHT: "nn-right", WRONG: "nn-wrong", OPEN: ""}


@cache
def style() -> str:
    """Return the style sheet as an element; every view brings it along."""
    return f"<style>{(Path(__file__).parent / 'style.css').read_text(encoding='utf-8')}</style>"


def words(text: str) -> str:
    """Return text as HTML: nothing in it is markup, but what stands in backquotes is code.

    Examples
    --------
    >>> words("`a < b` & c")
    '<code>a &lt; b</code> &amp; c'
    """
    readable = text.encode("utf-8", "replace").decode("utf-8")  # halves of characters go no further
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(readable, quote=False))


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph of plain text, of a CSS class."""
    return f'<p class="{kind}">{words(text)}</p>' if kind else f"<p>{words(text)}</p>"


def said(sign: str, *texts: str) -> str:
    """Return an answer to what the learner did: a sign and paragraphs; read out when it appears.

    Examples
    --------
    >>> said("✓", "Right.")
    '<div class="nn-said nn-right" role="alert"><p><span class="nn-sign">✓</span>Right.</p></div>'
    """
    first, *rest = [line for text in texts for line in text.splitlines() if line]
    body = f'<p><span class="nn-sign">{sign}</span>{words(first)}</p>'
    body += "".join(paragraph(text) for text in rest)
    return f'<div class="{f"nn-said {_KINDS[sign]}".strip()}" role="alert">{body}</div>'


class View(widgets.VBox):  # type: ignore[misc]
    """A widget that leaves one line of plain text where no browser shows it."""

    def __init__(self, *children: widgets.Widget) -> None:
        sheet = widgets.HTML(style())
        sheet.layout.display = "none"
        super().__init__([sheet, *children])
        self.add_class("nn-exercise")

    def text(self) -> str:
        """Return what the view shows, in one line."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show what is known by now."""

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        if not attended():
            return {"text/plain": self.text()}
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        return {**bundle, "text/plain": self.text()}


class Several(View):
    """Views one below the other, as one.

    Parameters
    ----------
    views : View
    """

    def __init__(self, *views: View) -> None:
        self.views = views
        super().__init__(*views)

    def text(self) -> str:
        """Return the lines of all views."""
        return "; ".join(view.text() for view in self.views)

    def refresh(self) -> None:
        """Show what is known by now."""
        for view in self.views:
            view.refresh()


def button(label: str, tooltip: str, *, main: bool = False) -> widgets.Button:
    """Return a button; its tooltip is what a screen reader adds."""
    made = widgets.Button(description=label, tooltip=tooltip)
    if main:
        made.add_class("nn-main")
    return made


def row(*members: widgets.Widget, kind: str) -> widgets.HBox:
    """Return widgets side by side, of a CSS class."""
    made = widgets.HBox(members)
    made.add_class(kind)
    return made


def show(widget: widgets.Widget, visible: bool) -> None:
    """Show a widget or take it off the page."""
    widget.layout.display = None if visible else "none"
