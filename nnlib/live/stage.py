"""The widget: sends frames to the browser and takes in what the learner does there."""

import contextlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nnlib.live.edits import take_in
from nnlib.live.files import take_file
from nnlib.live.frames import Kept, coarsen, compress, pack
from nnlib.live.gestures import check_gestures
from nnlib.live.handles import check_handles
from nnlib.live.pace import COARSE, PLAIN
from nnlib.live.page_spec import page_spec
from nnlib.live.panels import HeatMap
from nnlib.live.picture import Picture
from nnlib.live.values import number

if TYPE_CHECKING:
    from nnlib.live.explorable import Explorable

_CANVAS = Path(__file__).parent / "canvas"
#: The parts of the browser module, joined in this order: anywidget loads a single module.
_PARTS = (
    "throttled",
    "theme",
    "axes",
    "scatter",
    "curves",
    "heat_map",
    "images",
    "tween",
    "bars",
    "contours",
    "paths",
    "plane",
    "graph",
    "separator",
    "network",
    "network_editor",
    "lights",
    "matrix",
    "histogram",
    "timeline",
    "tape",
    "gestures",
    "ink",
    "pad",
    "hand",
    "bench",
    "filter_bench",
    "upload",
    "file_desk",
    "text",
    "neuron_plane",
    "neuron_cell",
    "truth_table",
    "cube",
    "unrolled",
    "panels",
    "pasted",
    "controls",
    "settings",
    "buttons",
    "handles",
    "neuron_handles",
    "link",
    "page",
    "stage",
)
_STYLES = ("stage", "typing", "gestures", "narrow")
MOST_TEXT = 300  # characters of a message from the browser that are repeated in an answer


@cache
def canvas_module() -> str:
    """Return the browser module, all parts joined."""
    return "\n".join((_CANVAS / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)


@cache
def canvas_style() -> str:
    """Return the style sheet of a view."""
    return "\n".join((_CANVAS / f"{part}.css").read_text(encoding="utf-8") for part in _STYLES)


class Stage(anywidget.AnyWidget):
    """Shows an explorable in the browser.

    Frames go out as one small JSON message with binary buffers. What comes in is one of a few
    commands; each is checked, queued, and done by the player's loop. Nothing that a front end
    can send raises here: what is wrong is answered by a message in the view.

    Parameters
    ----------
    explorable : Explorable
    """

    spec = traitlets.Dict().tag(sync=True)

    def __init__(self, explorable: "Explorable") -> None:
        self._explorable = explorable
        self._player = explorable.player
        self._applied = 0  # number of the last control message that has taken effect
        self._kept: Kept = {}  # frozen arrays that the browser has from the last frame
        self._inflates = False  # whether the page can read a compressed frame
        self._maps = [panel.name for panel in explorable.panels if isinstance(panel, HeatMap)]
        check_handles(explorable.panels, explorable._controls)
        check_gestures(explorable.panels, explorable._controls)
        self._esm, self._css = canvas_module(), canvas_style()
        super().__init__(spec=page_spec(explorable))
        self.on_msg(self._receive)
        self._player.attach()
        self._player.draw = self._send_frame

    # ------------------------------------------------------------------ to the browser

    def _send_frame(self, frame: dict[str, dict[str, Any]], summary: str) -> None:
        player = self._player
        level = player.budget.pace.level if self._inflates else PLAIN
        if level == COARSE:
            frame = {n: coarsen(d) if n in self._maps else d for n, d in frame.items()}
        # Until this frame has gone out nothing counts as kept: whatever goes wrong here, the next
        # one is sent in full.
        before, self._kept = self._kept, {}
        panels, buffers, kept = pack(frame, before)
        content = {
            "type": "frame",
            "sequence": player.budget.sent,
            "applied": self._applied,
            "step": player.step,
            "playing": player.playing,
            "closed": player.closed,
            "rate": round(player.rate, 1),
            "message": player.message,
            "values": self._explorable.values,
            "seed": self._explorable.seed,
            "state": self._explorable.state,
            "steps": self._reach(),
            "idle": list(self._explorable.idle()),
            "summary": summary,
            "panels": panels,
        }
        # A closed channel must not stop the training of whoever still listens.
        with contextlib.suppress(Exception):
            if level > PLAIN:
                content, buffer = compress(content, buffers)
                buffers = [buffer]
            self.send(content, buffers)
            self._kept = kept

    def _reach(self) -> list[int]:
        """First and last step that can be returned to."""
        steps = self._player.snapshots.steps
        return [steps[0], steps[-1]] if steps else [0, 0]

    # ------------------------------------------------------------------ from the browser

    def _receive(self, _widget: object, content: object, buffers: object) -> None:
        """Queue what the browser asks for. Runs on whichever thread the message came in on."""
        if not isinstance(content, dict):
            return
        kind, sequence = content.get("type"), content.get("sequence")
        if kind == "painted":
            if isinstance(sequence, int) and not isinstance(sequence, bool):
                ago = number(content.get("ago"))
                self._player.acknowledge(sequence, ago / 1000 if 0 <= ago < 1e6 else 0.0)
            return
        self._player.enqueue(lambda: self._obey(kind, content, buffers))

    def _obey(self, kind: object, content: dict[Any, Any], buffers: object = None) -> None:
        player = self._player
        if player.closed and kind != "hello":  # a page that opens late still gets the last picture
            return
        if kind != "look":
            player.changed = True  # whatever it asks for, the next frame is the answer
        try:
            match kind:
                case "set":
                    self._set(content)
                case "edit" | "answer":
                    player.message = ""
                    take_in(self._explorable, content)
                case "file" | "give_back":
                    player.message = ""
                    take_file(self._explorable, content, buffers)
                case "preset":
                    self._explorable.choose(content.get("name"))  # type: ignore[arg-type]
                case "seed":
                    self._explorable.reseed(content.get("seed"))  # type: ignore[arg-type]
                case "restore":
                    self._explorable.restore(content.get("state"))  # type: ignore[arg-type]
                case "play":
                    player.play()
                case "pause":
                    player.pause()
                case "step":
                    player.advance(content.get("unit"))
                case "back":
                    player.back()
                case "seek":
                    player.seek(_step(content.get("step")))
                case "reset":
                    player.reset()
                case "look":
                    player.look(content.get("visible") is True)
                case "hello":
                    player.budget.forgive()  # a page that was reloaded starts clean,
                    self._kept = {}  # and has nothing from frames before
                    self._inflates = content.get("inflates") is True
                case _:
                    raise ValueError(
                        f"The view does not know {str(kind)[:40]!r}; it goes on as it was"
                    )
        except ValueError as error:
            player.message = str(error)[:MOST_TEXT]
        except Exception as error:
            player.pause()
            player.message = f"{type(error).__name__}: {error}"[:MOST_TEXT]

    def _set(self, content: dict[Any, Any]) -> None:
        number = content.get("number")
        if type(number) is int and 0 <= number < 2**53:  # True is no number
            self._applied = max(self._applied, number)
        self._player.message = ""
        self._explorable.set(str(content.get("name")), content.get("value"))

    # ------------------------------------------------------------------ where nothing is live

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, and for pages without a kernel a picture and a line of text."""
        bundle = super()._repr_mimebundle_(**options)
        data = dict(bundle[0] if isinstance(bundle, tuple) else bundle or {})
        data["image/png"] = self.picture()
        data["text/plain"] = self._explorable.summary()
        return data, {}

    def picture(self) -> bytes:
        """Return the present frame as a PNG, drawn by `nnlib.views`."""
        return Picture(self._explorable).png()


def _step(value: object) -> int:
    """A step number from the browser."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        raise ValueError(
            f"Seek expects a step, 0 or more, got {str(value)[:40]}; nothing has changed"
        )
    return int(value)
