"""What a learner's hands do: take hold of a handle, and find a place with the Tab key."""

from typing import Any

from lab import View


class Grip:
    """A handle, and where on the page it stands."""

    def __init__(self, view: View, label: str, panel: str) -> None:
        self.view = view
        self.button = view.locator.locator(f".nn-handle[data-handle='{label}']")
        self.canvas = view.locator.locator(f"canvas[data-panel={panel}]")
        self.mouse = view.page.mouse

    def place(self) -> tuple[float, float]:
        box = self.button.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, dx: float, dy: float, *, drop: bool = True) -> None:
        x, y = self.place()
        self.mouse.move(x + 3, y - 2)  # not quite in its middle
        self.mouse.down()
        self.mouse.move(x + 3 + dx, y - 2 + dy, steps=8)
        if drop:
            self.mouse.up()

    def shown(self, slider: str) -> float:
        """What the slider beside it shows."""
        text = self.view.locator.locator(f"[data-control={slider}] output").text_content()
        return float(text.replace("\N{MINUS SIGN}", "-"))


def focused(page: Any) -> str:
    """What a screen reader would say of the place where the keyboard is."""
    found: str = page.evaluate(
        "() => { const at = document.activeElement;return (at.labels?.[0] ?? at).innerText.trim() }"
    )
    return found


def tab_to(page: Any, label: str) -> None:
    """Press Tab until the keyboard is at what has this label."""
    for _ in range(12):
        if focused(page) == label:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {label!r}; it is at {focused(page)!r}")
